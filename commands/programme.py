"""The command about programmes that take people out of China: programme."""

from __future__ import annotations

import argparse
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from defection.checks import shown
from defection.commands import shared
from defection.commands.shared import option, switch

OTHERS = ("defaults", "draws")
"""Regions that are not fitted ones."""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    programme = shared.add_command(
        commands, "programme", _programme,
        help="compute what a programme of rescues from China changes, and its costs",
        description="Take people out of China in the years and by the funds of a file, follow in "
        "expectation where the same people would have been without it, and say what changes for "
        "1 million USD and for a rescue: additional arrivals, arrivals only earlier, returns "
        "averted and caused (docs/programme.md); on request also what follows because home hears "
        "of it, in paired runs of the law. The folder has tables, programme.html and "
        "manifest.json. A command that was ended goes on when it is given again.",
        epilog=shared.examples(
            "defection programme --template",
            "defection programme scenario.toml --out rescue --report rescue.html",
            "defection programme scenario.toml --set assumptions.other_groups=sourced --out r",
            "defection programme scenario.toml --set assumptions.news=sourced --out heard",
            "defection programme scenario.toml --region free --region draws --out regions",
            "defection programme rescue --row 17",
        ),
    )  # fmt: skip
    option(programme, "scenario", "the programme's TOML file; with --row, its folder", type=Path,
           nargs="?")  # fmt: skip
    switch(programme, "--template", "print a commented file that runs as it is")
    region = "defaults, baseline, paper, extended, a fitted region or draws (docs/programme.md)"
    option(programme, "--region", region, action="append", default=[])
    what = "a key of the file, as assumptions.other_groups"
    shared.add_scenario(programme, "TABLE.NAME=VALUE", what, weeks=False)
    option(programme, "--threads", "threads (default: one for each core)", type=int)
    option(programme, "--out", "folder for the results", type=Path, default=Path("programme"))
    option(programme, "--report", "write the page to this file as well", type=Path)
    option(programme, "--row", "repeat one row of a folder's draws.csv, and compare", type=int)
    switch(programme, "--force", "replace the folder of an earlier programme")
    shared.add_quiet(programme)


def _programme(options: argparse.Namespace) -> bool:
    from defection import files
    from defection.batch_runs.programme import TEMPLATE, ProgrammeError
    from defection.batch_runs.programme.prepare import prepared
    from defection.batch_runs.programme.scenario import merged
    from defection.views import programme_folder
    from defection.views.programme_page import notes_of, programme_page, sentence

    if options.template:
        print(TEMPLATE, end="")
        return False
    if options.scenario is None:
        raise ProgrammeError("name the programme's file; --template prints one to begin with")
    if options.row is not None:
        idle = {"--set": options.settings, "--region": options.region, "--report": options.report}
        for name in [name for name, value in idle.items() if value]:
            raise ProgrammeError(f"{name} has no effect with --row, which repeats what is kept")
        print("\n".join(programme_folder.replay(options.scenario, options.row, options.country)))
        return False
    said = merged(options.scenario, _changes(options.settings))
    names = _distinct(options.region or said.get("regions", ["defaults"]))
    said.pop("regions", None)
    regions = {name: _parameters(name, options.country) for name in names}
    for parameters, _ in regions.values():
        prepared(said, parameters, None, options.country)
    files.check(options.out, force=options.force)
    shared.check_distinct(options, "out", "report")
    if options.report:
        files.check_file(options.report, force=options.force)
    shared.announce_compiling(options.quiet)
    parts = {
        name: options.out.parent / f".{options.out.name}.parts-{number}"
        for number, name in enumerate(regions)
    }
    every = [_found(options, said, name, *own, parts[name]) for name, own in regions.items()]
    programme_folder.write(every, options.out, force=options.force)
    for place in options.out.parent.glob(f".{options.out.name}.parts-*"):
        if (place / "key").exists():  # also of an earlier command with more regions
            shutil.rmtree(place)
    if options.report:
        with files.replaced_file(options.report, force=options.force) as beside:
            beside.write_text(programme_page(every), encoding="utf-8")
    if not options.quiet:
        for one in every:
            print(f"{'' if len(every) == 1 else one.about['region'] + chr(10)}", end="")
            print("\n".join([*notes_of(one), _ladder(one)]))
            print(f"\n{sentence(one)}\n")
        names = sorted(file.name for file in options.out.iterdir())
        print(f"Kept in {options.out}/: {', '.join(names)}")
    return True


def _found(
    options: argparse.Namespace, said: dict[str, Any], name: str, parameters: Any,
    notes: Sequence[str], place: Path,
) -> Any:  # fmt: skip
    """Return what is found in a region; where it is ended, say what is kept."""
    from defection.batch_runs.programme import run_programme
    from defection.progress import Bar

    def done() -> str:
        return f"{bar.done or 0:,} of {bar.total or 0:,} steps of {name}"

    with Bar(name, unit="steps", show=not options.quiet) as bar, shared.kept_in(place, done):
        return run_programme(
            said, parameters, region=name, notes=notes, country=options.country,
            threads=options.threads, parts=place, progress=bar,
        )  # fmt: skip


def _distinct(names: Any) -> list[str]:
    from defection.batch_runs.programme import ProgrammeError

    is_list = isinstance(names, list) and bool(names)
    if not is_list or not all(isinstance(one, str) for one in names):
        raise ProgrammeError(f"regions = {names!r} must be names, such as ['defaults', 'free']")
    if len(set(names)) < len(names):
        raise ProgrammeError(f"regions: {', '.join(names)} has one twice")
    return names


def _changes(texts: list[str]) -> dict[str, Any]:
    """Return what ``--set`` changes; a value is TOML, or a text without quotation marks."""
    from defection.batch_runs.programme import ProgrammeError

    found: dict[str, Any] = {}
    for name, value in shared.named_values(texts, "VALUE", ProgrammeError, called="TABLE.NAME"):
        try:
            found[name] = tomllib.loads(f"value = {value}")["value"]
        except (tomllib.TOMLDecodeError, RecursionError, ValueError):
            found[name] = value
    return found


def _parameters(region: str, country: str) -> tuple[Any, tuple[str, ...]]:
    """Return the parameters of a region, None for the defaults; and what is said of them first."""
    if region == OTHERS[0]:
        return None, ()
    from defection.batch_runs.errors import check_known
    from defection.batch_runs.programme import ProgrammeError
    from defection.replication.survey_points import POSTERIOR, names, points_at

    known = (*(name for name in names() if name != POSTERIOR), *OTHERS)
    check_known(f"there is no region {shown(region)}", region, known, ProgrammeError)
    shared.check_own_country(f"--region {region}", country, ProgrammeError)
    if region == OTHERS[1]:
        from defection.replication.journey_posterior import draws, state_of_draws

        return draws(), (state_of_draws(),)
    return points_at(region)[0], ()


def _ladder(found: Any) -> str:
    """Return the ladder of costs as lines to print."""
    wide = (found.ladder["per"] + found.ladder["step"]).map(len).max() + 2
    lines = [f"{'USD'.rjust(12)}  for one"]
    for row in found.ladder.itertuples():
        usd = f"{row.usd:>12,.2f}" if row.usd > 0 else " " * 12
        lines.append(f"{usd}  {f'{row.per}: {row.step}'.ljust(wide)}  {row.arithmetic}")
    return "\n".join(lines)
