"""The command ``search``: look for parameters with which the model fits what was observed."""

import argparse
import dataclasses
import importlib
import shlex
from pathlib import Path
from typing import Any

from defection.checks import number_from, shown
from defection.commands import shared
from defection.commands.shared import option, switch
from defection.country import load
from defection.parameters import Parameters, nearest, parameters_among
from defection.scenario import DEFAULT_COUNTRY

METHODS = {
    "staged": "searches.Staged",
    "paper": "searches.PaperSearch",
    "evolution": "searches.Evolution",
    "screen": "searches.Screen",
    "smc": "inference.SequentialMonteCarlo",
}
"""Methods by name, and their classes in ``defection.batch_runs``."""

OPTIMISERS = ("staged", "evolution")
"""Methods that search ``observation_probability`` on a log scale unless a scale is given.

The others cover the ranges as they are.
"""

FACTS = "facts"
"""The distance that is the misfit of the journey's facts."""

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
    space = "TOML file that says what varies, as a design file does (docs/search.md); default: all "
    space += "parameters vary over the country's own ranges"
    option(search, "space", space, nargs="?", type=Path)
    preset = "parameters that do not vary are those of a named scenario (default: the country's)"
    option(search, "--preset", preset, metavar="NAME")
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
    retry = "run again the parts in which a run has failed, and what follows from them"
    switch(search, "--retry-failed", retry)
    shared.add_engine(search, default="threads")


def _search(options: argparse.Namespace) -> None:
    from defection.batch_runs.searches import open_search, run_search, typical_run

    search = _made(options)
    how = {name: getattr(options, name) for name in ("seed", "country", "weeks", "retry_failed")}
    with shared.watched(options.out, options.quiet) as bar:
        how |= {**shared.engine(options), "progress": bar, "warn": shared.warn}
        found = run_search(search, options.out, **how)
    if options.quiet:
        return
    names = search.space.names
    best = found[[*(name for name in SHOWN if name in found), *names]].head(10)
    results = open_search(options.out)
    print(best.to_string(index=False, float_format=lambda number: f"{number:.4g}"))
    print(_best(typical_run(found, results, search.objective), options))
    print(
        f"\nIn {options.out}/: found.csv (these points), "
        "trace.parquet (every point evaluated), answers/ (every run)"
    )
    if results.invented:
        print(f"Invented, not data: {results.invented}")
    if failed := results.counts()["failed"]:
        print(
            f"{failed:,} runs failed, and count as the worst there can be (their errors: "
            f"open_search({str(options.out)!r}).failed()); to try again: --retry-failed"
        )


def _best(run: dict[str, Any], options: argparse.Namespace) -> str:
    """Return the command that makes a run of the best point, and what it gives."""
    words = ["defection", "run", "--seed", str(run["seed"])]
    if options.country != DEFAULT_COUNTRY:
        words += ["--country", options.country]
    if options.weeks is not None:
        words += ["--weeks", str(options.weeks)]
    parameters = Parameters(**{name: run[name] for name in parameters_among(run)})
    for name, value in load(options.country).changes(parameters).items():
        words += ["--set", f"{name}={value}"]
    return (
        f"\nA typical run of the best point, {run['run_id']} (score {run['score']:.4g}, "
        f"{run['total_successes']:,} successes):\n  {shlex.join(words)}"
    )


def _made(options: argparse.Namespace) -> Any:
    from defection.batch_runs.errors import SearchError, check_known
    from defection.streams import checked_seed

    check_known(f"there is no method {options.method!r}", options.method, METHODS, SearchError)
    checked_seed(options.seed)
    package, name = METHODS[options.method].split(".")
    maker = getattr(importlib.import_module(f"defection.batch_runs.{package}"), name)
    return maker(
        space=_space(options),
        objective=_objective(options),
        **_settings(maker, options.settings, options.method),
    )


def _objective(options: argparse.Namespace) -> Any:
    from defection.batch_runs.scores import Facts, FactsObjective, Objective, Target
    from defection.batch_runs.searches import SearchError

    if options.distance == FACTS:
        for name in ("target", "printed", "smoothed"):
            value = getattr(options, name)
            if value is not None and value is not False:  # 0 is stated too
                raise SearchError(f"--{name} is about counts by year, and --distance is {FACTS}")
        return FactsObjective(Facts.from_country(options.country))
    if options.target:
        if options.printed:
            raise SearchError(
                "--printed is about the country's own counts, which --target replaces"
            )
        target = Target.from_csv(options.target, country=options.country)
    else:
        target = Target.from_country(options.country, printed=options.printed)
    if options.smoothed is not None:
        target = target.smoothed(options.smoothed)
    return Objective(target, options.distance)


def _space(options: argparse.Namespace) -> Any:
    from defection.batch_runs.designs import Space
    from defection.batch_runs.searches import SearchError, search_space
    from defection.batch_runs.sweeps.design_file import read_space
    from defection.batch_runs.sweeps.specification import space_of

    make = search_space if options.method in OPTIMISERS else Space.from_parameters
    if options.space:
        if options.preset is not None:
            said = f"say it in {options.space}: preset = {options.preset!r} under [design]"
            raise SearchError(f"--preset is for a search without a file of its space; {said}")
        return read_space(options.space, make, options.country)
    design: dict[str, Any] = {"design": {"vary": "all"}}
    if options.preset is not None:
        design["design"]["preset"] = options.preset
    if options.distance == FACTS:
        design["parameters"] = {"journey": "on"}
    return space_of(design, make, load(options.country))


def _settings(maker: Any, texts: list[str], method: str) -> dict[str, Any]:
    from defection.batch_runs.searches import SearchError

    names = (field.name for field in dataclasses.fields(maker))
    known = tuple(name for name in names if name not in ("space", "objective", "region"))
    settings: dict[str, Any] = {}
    for name, value in shared.named_values(texts, "NUMBER", SearchError, known):
        if name not in known:
            raise SearchError(
                f"{method} has no setting {name!r}{nearest(name, known)}; it has {', '.join(known)}"
            )
        try:
            settings[name] = number_from(value)
        except ValueError:
            raise SearchError(f"{method}: {name} = {shown(value)} must be a number") from None
    return settings
