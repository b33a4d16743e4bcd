"""The command ``search``: look for the parameters under which the model follows a record."""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import sys
from typing import Any

from defection.commands.shared import INTERRUPTED, add_engine, ended_by_signals, tell_of_compiling
from defection.parameters import nearest

METHODS = {
    "staged": "Staged",
    "paper": "PaperSearch",
    "evolution": "Evolution",
    "screen": "Screen",
    "smc": "SequentialMonteCarlo",
}
"""Names of methods on the command line, and their classes in ``batch_runs.searches`` or ``inference``."""

OPTIMISERS = ("staged", "evolution")
"""Methods that look for the best point: unless a space is given they search news on a log scale. The others cover even ranges."""

SHOWN = ("score", "sd", "standard_error", "replicates", "stopped_early")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    search = commands.add_parser(
        "search",
        help="look for the parameters under which the model follows the record",
        description="Look for the parameters under which the model follows the record (Table 1 of the paper), with the paper's own walk or "
        "better methods; score the best on fresh seeds. Whatever stops it: the same command goes on. The methods: docs/search.md.",
        epilog="Example:  defection search --out search --seed 1     or:  defection search --method paper --set chains=50 --out paper",
    )
    search.add_argument(
        "space",
        nargs="?",
        type=pathlib.Path,
        help="TOML file with [parameters] as in a design (default: all, own ranges; see docs/search.md)",
    )
    search.add_argument("--out", type=pathlib.Path, required=True, help="folder for the search")
    search.add_argument(
        "--method", default="staged", help=f"{', '.join(METHODS)} (default: %(default)s)"
    )
    search.add_argument(
        "--distance",
        default="root_scale",
        help="what is made small (default: %(default)s; see docs/search.md)",
    )
    search.add_argument(
        "--target",
        type=pathlib.Path,
        help="CSV file with year and successes (default: the country's record)",
    )
    search.add_argument(
        "--printed",
        action="store_true",
        help="the record as the paper prints it (2006: 2,091 instead of 2,028)",
    )
    search.add_argument(
        "--smoothed", type=int, metavar="YEARS", help="smooth the record over so many years (odd)"
    )
    search.add_argument(
        "--seed", type=int, default=1, help="seed of the search (default: %(default)s)"
    )
    search.add_argument(
        "--set",
        metavar="NAME=NUMBER",
        action="append",
        default=[],
        dest="settings",
        help="change a setting of the method",
    )
    search.add_argument(
        "--country",
        default="north_korea",
        help="a shipped country or a folder of your own (default: %(default)s)",
    )
    search.add_argument(
        "--weeks", type=int, help="how many weeks to run (default: all that the data cover)"
    )
    add_engine(search, default="threads")
    search.set_defaults(act=_search)


def _search(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from defection.batch_runs.searches import open_search, run_search

    search = _made(options)
    tell_of_compiling(options.quiet)
    bar: Any = None
    kept = 0

    def told(runs: int) -> None:
        nonlocal bar, kept
        kept = runs
        if bar is None:
            bar = tqdm(
                initial=runs,
                unit=" runs",
                desc=str(options.out),
                disable=options.quiet,
                smoothing=0.1,
            )
        bar.update(runs - bar.n if not options.quiet else 0)

    how = {
        name: getattr(options, name)
        for name in ("seed", "country", "weeks", "engine", "workers", "cluster")
    }
    try:
        with ended_by_signals():
            found = run_search(search, options.out, **how, progress=told)
    except (KeyboardInterrupt, OSError) as error:
        if bar is None:
            raise
        bar.close()
        said = (
            "\ndefection: stopped"
            if isinstance(error, KeyboardInterrupt)
            else f"defection: {error}\ndefection: stopped"
        )
        print(
            f"{said}: {kept:,} runs are kept in {options.out}; to go on, give the same command again",
            file=sys.stderr,
        )
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    bar.close()
    if not options.quiet:
        failed = open_search(options.out).counts()["failed"]
        print(text(found, search))
        print(
            f"\nIn {options.out}/: found.csv (these points), trace.parquet (every point asked), answers/ (every run)"
        )
        if failed:
            print(
                f"{failed:,} runs failed, and count as the worst there can be: see the column error of open_search(...).runs()"
            )
    return 0


def text(found: Any, search: Any) -> str:
    """Return what a search found as lines to print: the best points, and how to run the first."""
    names = search.space.names
    shown = [name for name in SHOWN if name in found]
    lines = [
        found[[*shown, *names]]
        .head(10)
        .to_string(index=False, float_format=lambda number: f"{number:.4g}")
    ]
    settings = " ".join(f"--set {name}={found[name].iloc[0]}" for name in names)
    lines.append(f"\nThe best, with a seed of its own:  defection run --seed 1 {settings}")
    return "\n".join(lines)


def _made(options: argparse.Namespace) -> Any:
    from defection.batch_runs import inference, searches
    from defection.batch_runs.scores import Objective, Target
    from defection.batch_runs.searches import SearchError
    from defection.streams import checked_seed

    if options.method not in METHODS:
        raise SearchError(
            f"there is no method {options.method!r}{nearest(options.method, METHODS)}; there are {', '.join(METHODS)}"
        )
    checked_seed(options.seed)
    maker = getattr(inference if options.method == "smc" else searches, METHODS[options.method])
    if options.target:
        target = Target.from_csv(options.target, country=options.country)
    else:
        target = Target.from_country(options.country, printed=options.printed)
    if options.smoothed is not None:
        target = target.smoothed(options.smoothed)
    objective = Objective(target, options.distance)
    return maker(
        space=_space(options.space, options.method),
        objective=objective,
        **_settings(maker, options.settings, options.method),
    )


def _space(file: pathlib.Path | None, method: str) -> Any:
    from defection.batch_runs.designs import Space
    from defection.batch_runs.searches import search_space
    from defection.batch_runs.sweeps.design_file import read_space

    if file is not None:
        return read_space(file)
    return search_space() if method in OPTIMISERS else Space.from_parameters(vary="all")


def _settings(maker: Any, texts: list[str], method: str) -> dict[str, Any]:
    from defection.batch_runs.searches import SearchError

    fields = {
        f.name: f
        for f in dataclasses.fields(maker)
        if f.name not in ("space", "objective", "region")
    }
    settings: dict[str, Any] = {}
    for one in texts:
        name, _, value = one.partition("=")
        if name not in fields:
            raise SearchError(
                f"{method} has no setting {name!r}{nearest(name, tuple(fields))}; it has {', '.join(fields)}"
            )
        try:
            settings[name] = int(value) if value.lstrip("+-").isdecimal() else float(value)
        except ValueError:
            raise SearchError(f"{method}: {name} = {value!r} must be a number") from None
    return settings
