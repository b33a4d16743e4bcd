"""The command ``search``: look for parameters with which the model fits what was observed."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
from pathlib import Path
from typing import Any

from defection.commands import shared
from defection.commands.shared import option, switch
from defection.parameters import nearest

METHODS = {
    "staged": "searches.Staged",
    "paper": "searches.PaperSearch",
    "evolution": "searches.Evolution",
    "screen": "searches.Screen",
    "smc": "inference.SequentialMonteCarlo",
}
"""Methods by name, and their classes in ``defection.batch_runs``."""

OPTIMISERS = ("staged", "evolution")
"""Methods whose default space has ``observation_probability`` on a log scale.

The others cover the ranges as they are.
"""

SHOWN = ("score", "sd", "standard_error", "replicates", "stopped_early")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    search = shared.add_command(
        commands, "search", _search,
        help="look for parameters with which the model fits what was observed",
        description="Look for parameters with which the model fits what was observed (Table 1 of "
        "the paper), with the paper's own search or better methods; score the best on fresh seeds. "
        "Whatever stops it: the same command goes on. The methods: docs/search.md.",
        epilog=shared.examples(
            "defection search --out search --seed 1",
            "defection search --method paper --set chains=50 --out paper",
        ),
    )  # fmt: skip
    space = "TOML file with [parameters] as in a design (default: all; see docs/search.md)"
    option(search, "space", space, nargs="?", type=Path)
    option(search, "--out", "folder for the search", type=Path, required=True)
    option(search, "--method", ", ".join(METHODS), default="staged")
    option(search, "--distance", "what is made small; see docs/search.md", default="root_scale")
    target = "CSV file with year and successes (default: what was observed in the country)"
    option(search, "--target", target, type=Path)
    printed = "what was observed as the paper prints it (2006: 2,091 instead of 2,028)"
    switch(search, "--printed", printed)
    smoothed = "smooth what was observed over so many years (odd)"
    option(search, "--smoothed", smoothed, type=int, metavar="YEARS")
    option(search, "--seed", "seed of the search", default=1)
    shared.add_scenario(search, "NAME=NUMBER", "a setting of the method")
    shared.add_engine(search, default="threads")


def _search(options: argparse.Namespace) -> None:
    from defection.batch_runs.searches import open_search, run_search

    search = _made(options)
    how = {name: getattr(options, name) for name in ("seed", "country", "weeks")}
    with shared.watched(options.out, options.quiet) as bar:
        found = run_search(search, options.out, **how, **shared.engine(options), progress=bar)
    if options.quiet:
        return
    print(text(found, search))
    print(
        f"\nIn {options.out}/: found.csv (these points), "
        "trace.parquet (every point evaluated), answers/ (every run)"
    )
    if failed := open_search(options.out).counts()["failed"]:
        print(
            f"{failed:,} runs failed, and count as the worst there can be: "
            "see the column error of open_search(...).runs()"
        )


def text(found: Any, search: Any) -> str:
    """Return what a search found as lines to print: the best points, and how to run the first."""
    names = search.space.names
    best = found[[*(name for name in SHOWN if name in found), *names]].head(10)
    settings = " ".join(f"--set {name}={found[name].iloc[0]}" for name in names)
    return (
        f"{best.to_string(index=False, float_format=lambda number: f'{number:.4g}')}\n\n"
        f"The best, with a seed of its own:  defection run --seed 1 {settings}"
    )


def _made(options: argparse.Namespace) -> Any:
    from defection.batch_runs.errors import SearchError
    from defection.batch_runs.scores import Objective, Target
    from defection.streams import checked_seed

    if options.method not in METHODS:
        raise SearchError(
            f"there is no method {options.method!r}{nearest(options.method, METHODS)}; "
            f"there are {', '.join(METHODS)}"
        )
    checked_seed(options.seed)
    package, name = METHODS[options.method].split(".")
    maker = getattr(importlib.import_module(f"defection.batch_runs.{package}"), name)
    if options.target:
        target = Target.from_csv(options.target, country=options.country)
    else:
        target = Target.from_country(options.country, printed=options.printed)
    if options.smoothed is not None:
        target = target.smoothed(options.smoothed)
    return maker(
        space=_space(options.space, options.method),
        objective=Objective(target, options.distance),
        **_settings(maker, options.settings, options.method),
    )


def _space(file: Path | None, method: str) -> Any:
    from defection.batch_runs.designs import Space
    from defection.batch_runs.searches import search_space
    from defection.batch_runs.sweeps.design_file import read_space

    if file is not None:
        return read_space(file)
    return search_space() if method in OPTIMISERS else Space.from_parameters(vary="all")


def _settings(maker: Any, texts: list[str], method: str) -> dict[str, Any]:
    from defection.batch_runs.searches import SearchError

    names = (field.name for field in dataclasses.fields(maker))
    known = tuple(name for name in names if name not in ("space", "objective", "region"))
    settings: dict[str, Any] = {}
    for one in texts:
        name, _, value = one.partition("=")
        if name not in known:
            raise SearchError(
                f"{method} has no setting {name!r}{nearest(name, known)}; it has {', '.join(known)}"
            )
        try:
            settings[name] = int(value) if value.lstrip("+-").isdecimal() else float(value)
        except ValueError:
            raise SearchError(f"{method}: {name} = {value!r} must be a number") from None
    return settings
