"""The commands about runs of one scenario: run, ensemble, parameters."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from defection import interventions
from defection.checks import whole
from defection.commands import shared
from defection.commands.shared import option, switch
from defection.idle import check_read_in
from defection.parameters import (
    ALL_PARAMETERS,
    JOURNEY_PARAMETERS,
    ParameterError,
    Parameters,
    parameter,
)
from defection.presets import Preset, preset_called
from defection.progress import Bar

if TYPE_CHECKING:
    from defection.country import Country


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    run = shared.add_command(
        commands, "run", _run,
        help="run one country once and keep what happened",
        description="Run one country once, print the yearly arrivals (without a journey the "
        "successes) beside what was observed, and keep everything in a folder: weekly.parquet, "
        "yearly.csv, crossings.parquet, journey.csv, run.png and manifest.json.",
        epilog=shared.examples(
            "defection run --seed 7 --set famine_effect=0.9 --set hearing=nationwide --out run-7",
            "defection run --seed 7 --preset successes",
            "defection run --seed 7 --preset extended --set memory_weeks=300 --out extended",
        ),
    )  # fmt: skip
    seed = "the same seed and parameters give the same run (default: a fresh one, printed)"
    option(run, "--seed", f"whole number; {seed}")
    add_scenario(run)
    option(run, "--out", "folder for the results (default: run-SEED)", type=Path)
    switch(run, "--force", "replace the folder of an earlier run")
    shared.add_quiet(run)

    ensemble = shared.add_command(
        commands, "ensemble", _ensemble,
        help="run one scenario with many seeds and show its uncertainty",
        description="Run one scenario with many seeds in compiled code on all cores; print the "
        "median and the 90 % range of the yearly arrivals or successes beside what was observed. "
        "Any of the runs can be repeated in full with: defection run --seed SEED (and the same "
        "--set, --preset, --country and --weeks)",
        epilog=shared.examples(
            "defection ensemble --runs 1000 --set famine_years=none --out no-famine.csv",
        ),
    )  # fmt: skip
    option(ensemble, "--runs", "how many seeds", default=1000)
    option(ensemble, "--seed", "the first seed; the others follow it", default="1")
    add_scenario(ensemble)
    option(ensemble, "--threads", "threads to use (default: one for each core)", type=int)
    option(ensemble, "--out", "CSV file for the yearly flows of every run", type=Path)
    switch(ensemble, "--force", "replace an earlier file")
    shared.add_quiet(ensemble)

    table = shared.add_command(
        commands, "parameters", _parameters,
        help="show every parameter and reading",
        description="Show every parameter and reading: meaning, unit, default, range, source.",
    )  # fmt: skip
    option(table, "name", "show one parameter in full", nargs="?")
    switch(table, "--markdown", "print the text of docs/parameters.md")


def add_scenario(command: argparse.ArgumentParser, *, weeks: bool = True) -> None:
    """Add the options that say what is run; some commands know themselves for how long."""
    what = "a parameter (see: defection parameters)"
    preset = (
        "begin with a named scenario of the country (its presets.toml); --set changes it, and "
        "dated changes are added to its own (one of the same week, name and province replaces "
        "it; interventions=none takes all away)"
    )
    option(command, "--preset", f"{preset}. The beginning of its name is enough", metavar="NAME")
    shared.add_scenario(command, "NAME=VALUE", what, weeks=weeks)
    file = "dated changes of parameters: a TOML file with [[interventions]] (see docs/odd.md, 7.12)"
    option(command, "--interventions", file, type=Path, metavar="FILE")


def settings_of(options: argparse.Namespace, *, on: bool = False) -> dict[str, Any]:
    """Return the parameters that the options of ``add_scenario`` set; of a preset all.

    With ``on`` the journey of a preset is on unless it is turned off.
    """
    from defection.country import checked_weeks, load

    settings: dict[str, Any] = {}
    if options.interventions:
        settings["interventions"] = interventions.read(options.interventions)
    texts = shared.named_values(options.settings, "VALUE", ParameterError, ALL_PARAMETERS)
    for name, value in texts:
        if name in settings:
            raise ParameterError(f"{name} is set twice")
        settings[name] = parameter(name).from_text(value)
    own = settings.get("interventions", interventions.NONE)
    country, base = load(options.country), Parameters().as_dict()
    if options.preset is not None:
        preset = preset_called(options.preset, country.presets, country.name)
        settings = _over(preset, settings, country)
    else:
        base = country.defaults.as_dict()
        if own != interventions.NONE:  # dated changes are added to those of the defaults
            settings["interventions"] = interventions.added(base["interventions"], own, country)
    if (dated := settings.get("interventions", interventions.NONE)) != interventions.NONE:
        interventions.check_distinct(dated, country)
        weeks = checked_weeks(getattr(options, "weeks", None), country)
        if late := interventions.unreached(own, country, weeks):
            shared.warn(late)
    changed = [name for name in settings if settings[name] != parameter(name).default]
    _check_read({**base, **settings}, [*changed, *(one.name for one in _dated(settings))])
    if options.preset is None:
        return settings
    return Parameters(**{"journey": "on", **settings} if on else settings).as_dict()


def _over(preset: Preset, settings: dict[str, Any], country: Country) -> dict[str, Any]:
    """Return a preset's changes with those that were set over them.

    Left out, and this is said, is what of the preset nothing reads because of what was set.
    """
    own, merged = {one.name for one in _dated(settings)}, {**preset.changes, **settings}
    if own:
        dated = interventions.canonical(preset.changes.get("interventions", interventions.NONE))
        merged["interventions"] = interventions.added(dated, settings["interventions"], country)
    gone = []
    for name in dict.fromkeys([*preset.changes, *(one.name for one in _dated(merged))]):
        try:
            if name in JOURNEY_PARAMETERS and settings.get("journey") == "off":
                raise ParameterError(f"{name} is of the journey, which is off")
            _check_read(merged, [name])
        except ParameterError:
            if settings and name not in {*settings, *own}:
                gone.append(name)
                merged.pop(name, None)
                left = [str(one) for one in _dated(merged) if one.name != name]
                merged["interventions"] = "; ".join(left) or interventions.NONE
    if gone:
        shared.warn(
            f"{', '.join(gone)}: left out of the preset {preset.name}, since nothing reads "
            f"{'it' if len(gone) == 1 else 'them'} with what is set"
        )
    return merged


def _dated(settings: dict[str, Any]) -> tuple[interventions.Intervention, ...]:
    return interventions.parsed(
        interventions.canonical(settings.get("interventions", interventions.NONE))
    )


def _check_read(settings: dict[str, Any], names: Iterable[str]) -> None:
    """Refuse parameters among ``names`` that nothing reads."""
    dated = interventions.canonical(settings.get("interventions", interventions.NONE))
    check_read_in(names, {**settings, "interventions": dated})


def _run(options: argparse.Namespace) -> None:
    from defection import files
    from defection.streams import checked_seed
    from defection.views import run_folder

    settings, seed = settings_of(options), checked_seed(options.seed)
    out = options.out or Path(f"run-{seed}")
    files.check(out, force=options.force)

    from defection.model import DefectionModel

    model = DefectionModel(
        country=options.country, weeks=options.weeks, seed=seed, record_crossings=True, **settings,
    )  # fmt: skip
    shared.announce_compiling(options.quiet, "decide")
    title = f"{model.country.name}, seed {seed}"
    with Bar(title, unit="weeks", show=not options.quiet) as bar:
        try:
            model.run(progress=lambda week: bar(week, model.weeks))
        except KeyboardInterrupt as stop:
            stop.args = (f"in week {model.week} of {model.weeks}; nothing was written",)
            raise
    run_folder.write(model, out, force=options.force)
    if not options.quiet:
        print(f"{shared.yearly_text(model)}\n")
        if model.journey:
            print(f"{shared.journey_text(model)}\n")
        print(f"Kept in {out}/: {', '.join(run_folder.files_of(model))}")


def _ensemble(options: argparse.Namespace) -> bool:
    from defection import files
    from defection.batch_runs import run_ensemble, summary
    from defection.streams import checked_seed

    settings, first = settings_of(options), checked_seed(options.seed)
    if options.out:
        files.check_file(options.out, force=options.force)
    how = {name: getattr(options, name) for name in ("country", "weeks", "threads")}
    seeds = range(first, first + whole("--runs", options.runs))
    data = run_ensemble(settings, seeds, progress=not options.quiet, **how)
    if options.out:
        summary.write(data, options.out, force=options.force)
    if not options.quiet:
        print(summary.text(data, options.country))
        if options.out:
            print(f"\nKept in {options.out}: the yearly flows of every run")
    return bool(options.out)


def _parameters(options: argparse.Namespace) -> bool:
    from defection import parameters_text

    if options.markdown and options.name:
        raise ParameterError("--markdown prints all parameters: leave out the name")
    if options.markdown:
        print(parameters_text.markdown(), end="")
    elif options.name:
        print(parameters_text.full(parameter(options.name)))
    else:
        print(parameters_text.plain())
    return False
