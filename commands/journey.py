"""The command about what happens after the border in stored runs: journey."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from defection.checks import counted
from defection.commands import shared
from defection.commands.shared import option, switch
from defection.parameters import JOURNEY_PARAMETERS, ParameterError, nearest

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 10_000


def add(commands: Any) -> None:
    """Add the command to the parser."""
    journey = shared.add_command(
        commands, "journey", _journey,
        help="follow those who crossed in the stored runs of a sweep",
        description="Follow those who crossed the border in the runs of a sweep that kept their "
        "crossings and their repression (docs/journey.md). No run is simulated again; several "
        "values of a parameter are all combined.",
        epilog=shared.examples(
            "defection journey results --set return_rate=0.1,0.2,0.4 --out journey.csv",
        ),
    )  # fmt: skip
    option(journey, "folder", "the sweep's folder", type=Path)
    what = "change a parameter of the journey, perhaps to each of several values; may be repeated"
    how: dict[str, Any] = {"action": "append", "default": [], "dest": "settings"}
    option(journey, "--set", what, metavar="NAME=VALUE,...", **how)
    run = "only this run, POINT-REPLICATE; may be repeated"
    option(journey, "--run", run, action="append", dest="runs", metavar="RUN_ID")
    option(journey, "--out", "CSV file for every run's flows and stocks by year", type=Path)
    switch(journey, "--force", "replace an earlier file")
    shared.add_quiet(journey)


def _lists(texts: list[str]) -> dict[str, list[Any]]:
    """Return the values of each parameter that is set."""
    found: dict[str, list[Any]] = {}
    for name, values in shared.named_values(texts, "VALUE", ParameterError):
        if name not in JOURNEY_PARAMETERS or JOURNEY_PARAMETERS[name].constant:
            near = nearest(name, JOURNEY_PARAMETERS)
            raise ParameterError(f"the journey of a stored run has no parameter {name!r}{near}")
        found[name] = [JOURNEY_PARAMETERS[name].from_text(value) for value in values.split(",")]
    return found


def _journey(options: argparse.Namespace) -> bool:
    from defection import files
    from defection.batch_runs import follow, open_results

    lists = _lists(options.settings)
    points = [dict(zip(lists, row, strict=True)) for row in itertools.product(*lists.values())]
    if len(points) > MOST_POINTS:
        raise ParameterError(f"{len(points):,} combinations are more than {MOST_POINTS:,}")
    if options.out:
        files.check_file(options.out, force=options.force)
    results = open_results(options.folder)
    followed = follow.follow_runs(results, points, run_ids=options.runs)
    table = follow.followed_table(followed, list(lists))
    if options.out:
        with files.replaced_file(options.out, force=options.force) as beside:
            table.to_csv(beside, index=False)
    if not options.quiet:
        print(_text(table, list(lists), results.observed))
        if options.out:
            print(f"\nKept in {options.out}: the flows and stocks of every run by year")
    return bool(options.out)


def _text(table: pd.DataFrame, names: list[str], observed: dict[int, int]) -> str:
    """Return the medians over runs: by year for one point, of the whole run for several."""
    runs = table["run_id"].nunique()
    note = f"Expected people, medians over {counted(runs, 'run')}."
    columns = ["crossed", "returned", "in_china", "arrivals"]
    heads = dict(zip(columns, ("crossed", "returned", "in China", "arrived"), strict=True))
    points = table.groupby(names, sort=False) if names else [((), table)]
    if len(points) == 1:
        lines = ["  year " + " ".join(f"{head:>9}" for head in heads.values()) + "  observed"]
        for year, medians in table.groupby("year")[columns].median().iterrows():
            cells = " ".join(f"{medians[name]:>9,.0f}" for name in columns)
            lines.append(f"{year:>6} {cells} {observed.get(year, '-'):>9}")
        return "\n".join([*lines, note])
    del heads["in_china"], columns[2]
    lines = [" ".join(f"{head:>16}" for head in (*names, *heads.values()))]
    for values, rows in points:
        whole = rows.groupby("run_id")[columns].sum().median()
        row = [*map(str, values), *(f"{whole[name]:,.0f}" for name in columns)]
        lines.append(" ".join(f"{cell:>16}" for cell in row))
    return "\n".join([*lines, f"{note} Observed: {sum(observed.values()):,} arrived."])
