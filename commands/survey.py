"""The command that asks the simulated people in China what a real survey asked: survey."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from defection.commands import runs, shared
from defection.commands.shared import option, switch


def add(commands: Any) -> None:
    """Add the command to the parser."""
    survey = shared.add_command(
        commands, "survey", _survey,
        help="survey the people in China, and compare with a real survey",
        description="Run one scenario with many seeds, follow those who crossed, draw in each run "
        "a sample of the people who are in China, and compare its margins with those that a survey "
        "of 2004-05 published. What is simulated, drawn, set or a function is marked everywhere, "
        "and only what is simulated counts (docs/survey.md). The folder has respondents.parquet, "
        "margins.csv, statements.csv, survey.html and manifest.json. A command that was ended goes "
        "on when it is given again.",
        epilog=shared.examples(
            "defection survey --runs 200 --out survey",
            "defection survey --at posterior --out survey-posterior",
            "defection survey --clock last --set return_rate=0.4 --out survey-2",
        ),
    )  # fmt: skip
    option(survey, "--runs", "how many seeds", default=200)
    option(survey, "--seed", "the first seed; the others follow it", default="1")
    option(survey, "--from", "first month of the interviews", default="2004-08", dest="first")
    option(survey, "--to", "last month of the interviews", default="2005-09", dest="last")
    option(survey, "--size", "respondents of each run", default=1346)
    clock = "entry from which time in China counts, first or last"
    option(survey, "--clock", clock, default="first")
    weight = "a year longer in China makes it exp(this) times as likely to be met (default: alike)"
    option(survey, "--inclusion", weight, type=float)
    at = "law and journey of a point: baseline, paper, extended, posterior, or a fitted region"
    option(survey, "--at", f"{at} such as free (docs/survey.md)", metavar="POINT")
    runs.add_scenario(survey, weeks=False)
    option(survey, "--threads", "threads for the runs (default: one for each core)", type=int)
    option(survey, "--out", "folder for the results", type=Path, default=Path("survey"))
    switch(survey, "--force", "replace the folder of an earlier survey")
    shared.add_quiet(survey)


def _survey(options: argparse.Namespace) -> None:
    from defection import files
    from defection.batch_runs.survey import run_survey
    from defection.batch_runs.survey.settings import prepared
    from defection.progress import Bar
    from defection.streams import checked_seed
    from defection.views import survey_folder

    seed, settings = checked_seed(options.seed), _points(options)
    how = {name: getattr(options, name) for name in ("first", "last", "size", "clock", "country")}
    how["inclusion"] = 0.0 if options.inclusion is None else options.inclusion
    prepared(settings, **how)
    files.check(options.out, force=options.force)
    shared.announce_compiling(options.quiet)
    parts = options.out.parent / f".{options.out.name}.parts"
    with (
        Bar("runs", show=not options.quiet) as bar,
        shared.kept_in(parts, lambda: f"{bar.done or 0:,} of {options.runs:,} runs"),
    ):
        survey = run_survey(
            settings, runs=options.runs, seed=seed, threads=options.threads, progress=bar,
            at=options.at or "", parts=parts, **how,
        )  # fmt: skip
        survey_folder.write(survey, options.out, force=options.force)
    shutil.rmtree(parts)
    if not options.quiet:
        print(_text(survey))
        print(f"\nKept in {options.out}/: {', '.join(survey_folder.files_of(survey))}")


def _points(options: argparse.Namespace) -> Any:
    """Return the parameters that are set, or the points of a name."""
    if options.at is None:
        return runs.settings_of(options, on=True)
    from defection.parameters import ParameterError
    from defection.replication import survey_points

    points = list(survey_points.points_at(options.at))
    if options.settings or options.interventions or options.preset is not None:
        raise ParameterError(
            f"--at {options.at} says every parameter: leave out --set, --preset and --interventions"
        )
    shared.check_own_country("--at", options.country, ParameterError)
    return points


def _text(survey: Any) -> str:
    """Return the simulated margins as lines to print, those that fail first."""
    margins = survey.margins[survey.margins["class"] == "simulated"]
    margins = margins.sort_values("verdict", key=lambda one: one == "inside", kind="stable")
    names = margins["item"] + margins["group"].map(lambda one: "" if one == "all" else f", {one}")
    wide = max(map(len, names))
    lines = [f"{'simulated, in percent'.ljust(wide)}     published  median     5 %    95 %"]
    for name, row in zip(names, margins.itertuples(), strict=True):
        published = f"{row.published_low:g} to {row.published_high:g}"
        values = (row.simulated_median, row.simulated_5, row.simulated_95)
        cells = " ".join(f"{value:>7.1f}" for value in values)
        lines.append(f"{name.ljust(wide)} {published:>13} {cells}  {row.verdict}")
    score = survey.about["score"]
    said = f"{score['inside']} of {score['simulated_margins']} simulated margins are inside."
    return "\n".join([*lines, f"{said} Drawn and set margins are not counted."])
