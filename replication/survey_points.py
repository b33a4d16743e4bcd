"""Points of law and journey by name, as a virtual survey takes them, and what it says of them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from defection.batch_runs.survey import run_survey, statements
from defection.checks import shown
from defection.country import load
from defection.parameters import JOURNEY_PARAMETERS, Parameters, nearest
from defection.replication import journey_posterior
from defection.replication.journey_fit import fitted, regions_fitted
from defection.replication.journey_regions import CIRCLES, WAY, points_found
from defection.replication.kept import ReplicationError, text_of
from defection.replication.markdown import four_digits, table
from defection.replication.result import Judgement, Part, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED

BASELINE, PAPER, EXTENDED, POSTERIOR = "baseline", "paper", "extended", "posterior"
PRESETS = {
    PAPER: ("The paper's reported values", "paper's region"),
    EXTENDED: ("Extended: news circles and a history of control", CIRCLES),
}
"""Presets of the law, and the region of the joint fit whose journey each has."""
JUDGED = (BASELINE, EXTENDED, POSTERIOR)
"""Points whose margins the page judges."""
ROOT, RUNS = 96_000, 200
RULES = (
    "A margin is inside where the published interval and the central 90 % of the runs' samples "
    "overlap. A point: reproduced if all simulated margins are inside, not reproduced if fewer "
    "than nine of ten, undecided else. Drawn and set margins are never counted. Runs of many draws "
    "lie further from each other than runs of one point, so that a margin is inside more easily: "
    "that is what is not known of the parameters, and no better fit."
)
STATEMENTS_RULE = f"{statements.RULE} {statements.NO_DIFFERENCE}"


def names() -> dict[str, str]:
    """Return what can be surveyed by name, and what each is; of the regions those that are fitted.

    Examples
    --------
    >>> list(names())[:3]
    ['baseline', 'paper', 'extended']
    """
    fitted = regions_fitted()
    return {
        BASELINE: "the law of Successes as arrivals, the journey at its starting values",
        **{name: f"the preset {preset!r}, with the journey fitted in the region {region!r}"
           for name, (preset, region) in PRESETS.items()},
        POSTERIOR: "the kept draws of the posterior of law and journey, one for each run",
        **{name: f"law and journey as fitted in the region {name!r}" for name in fitted},
    }  # fmt: skip


def points_at(name: str) -> tuple[Parameters, ...]:
    """Return the point of a name, its journey on; of the posterior all draws.

    Raises
    ------
    ReplicationError
        There is no such point; the message names the nearest.

    Examples
    --------
    >>> [len(points_at(name)) for name in ("baseline", "extended", "free")]
    [1, 1, 1]
    """
    if name not in (known := names()):
        near = f"{nearest(name, known)}; there are {'; '.join(known)}"
        raise ReplicationError(f"at = {shown(name)} is no point that can be surveyed{near}")
    if name == BASELINE:
        return (Parameters(journey="on"),)
    if name == POSTERIOR:
        return journey_posterior.draws()
    if name not in PRESETS:
        return (fitted(name),)
    preset, region = PRESETS[name]
    changes = next(one.changes for one in load("north_korea").presets if one.name == preset)
    journey = fitted(region)
    way = {own: getattr(journey, own) for own in JOURNEY_PARAMETERS}
    return (Parameters(**changes, journey="on", **way),)


def journey_read(tables: Tables) -> dict[str, Any]:
    """Return what is read of the fit: the journey of the extended point."""
    (found,) = points_found(tables, [PRESETS[EXTENDED][1]]).values()
    return {name: found[name] for name in WAY}


def compute(runs: Runs) -> Tables:
    """Survey the judged points; return their margins and statements."""
    count = 3 if runs.quick else RUNS
    margins, said = [], []
    for name in JUDGED:
        runs.log(f"survey: {name}")
        found = run_survey(list(points_at(name)), runs=count, seed=ROOT, threads=runs.threads)
        own = found.margins[found.margins["class"] == "simulated"]
        columns = ["item", "group", "published_low", "published_high", "simulated_median",
                   "simulated_5", "simulated_95", "verdict", "rule"]  # fmt: skip
        margins.append(own[columns].assign(point=name, surveys=found.about["surveys"], runs=count))
        columns = ["statement", "said", "class", "share", "samples", "verdict", "note"]
        said.append(found.statements[columns].assign(point=name))
    return {
        "survey_verdicts": four_digits(pd.concat(margins, ignore_index=True)),
        "survey_statements": four_digits(pd.concat(said, ignore_index=True)),
    }


def judge(tables: Tables) -> Judgement:
    """Return how many simulated margins are inside at each point."""
    own, parts = tables["survey_verdicts"], []
    for name, rows in own.groupby("point", sort=False):
        inside = int((rows["verdict"] == "inside").sum())
        share = inside / len(rows)
        verdict = REPRODUCED if share == 1 else NOT if share < 0.9 else UNDECIDED
        counted = "{} of {} runs count".format(*rows[["surveys", "runs"]].iloc[0])
        parts.append((str(name), verdict, f"{inside} of {len(rows)} inside ({counted})"))
    here = "; ".join(f"{name}: {figure}" for name, _, figure in parts)
    verdicts = {part[1] for part in parts}
    whole = verdicts.pop() if len(verdicts) == 1 else UNDECIDED
    return Judgement(whole, f"{here}.", parts=tuple(parts))


def text(tables: Tables) -> str:
    """Return the section: what fails first, then what is inside, and the statements."""
    own = tables["survey_verdicts"]
    labels = own["item"] + own["group"].map(lambda one: "" if one == "all" else f", {one}")
    own, names = own.assign(margin=labels), list(dict.fromkeys(own["point"]))
    fails = own.assign(fails=own["verdict"] != "inside").groupby("margin", sort=False)["fails"]
    order = fails.sum().sort_values(ascending=False, kind="stable")
    by = own.set_index(["margin", "point"])
    rows = [
        (margin, _interval(by.loc[(margin, names[0])]), *(_cell(by.loc[margin, n]) for n in names))
        for margin in order.index
    ]
    every = tables["survey_statements"]
    bold = every["verdict"].map(lambda one: "" if one == "holds" else "**")
    every = every.assign(cell=bold + (100.0 * every["share"]).map("{:.0f} %".format) + bold)
    cells, failing = every.set_index(["said", "point"])["cell"], every["said"][bold != ""]
    shown_in = [(what, *(cells[what, name] for name in names)) for what in dict.fromkeys(failing)]
    one_each = every.drop_duplicates("statement")
    noted = one_each[one_each["statement"].isin([f"distress: {name}" for name in statements.NOTES])]
    notes = [f"* {row.said}: {row.note}." for row in noted.itertuples()]
    return "\n\n".join((
        f"**{judge(tables).here}** The others stopped before the interviews were over, or had "
        f"nobody in China. What fails at most points stands first; **bold** is outside. {RULES}",
        table(["simulated margin", "published, %", *names], rows),
        "Statements that do not hold (bold) at a point or more, seen in so many samples and sets. "
        f"The other {len(one_each) - len(shown_in)} hold at every point. {STATEMENTS_RULE}",
        table(["statement", *names], shown_in),
        "Where the prose, the tables and the notes of the source disagree:",
        "\n".join((*notes, f"* {statements.SOURCE}")),
    ))  # fmt: skip


def _interval(row: pd.Series) -> str:
    return f"{row['published_low']:g} to {row['published_high']:g}"


def _cell(row: pd.Series) -> str:
    middle, low, high = (row[f"simulated_{end}"] for end in ("median", "5", "95"))
    said = f"{middle:.3g} ({low:.3g} to {high:.3g})" if pd.notna(middle) else "nobody"
    return said if row["verdict"] == "inside" else f"**{said}**"


RESULT = Result(
    name="survey_verdicts", title="A virtual survey of named points", compute=compute,
    folder="found", needs=("journey_fit", "journey_posterior"), circles=True, journey=True,
    parts={
        "journey_fit": Part(journey_read, circles=True),
        "journey_posterior": Part(lambda tables: text_of(tables["journey_posterior_draws"])),
    },
    seconds=300, rule=f"{RULES} {STATEMENTS_RULE}",
    reads=(
        "data/north_korea/survey", "data/north_korea/journey", "data/north_korea/presets.toml",
    ),
    judge=judge,
    texts={"survey-verdicts": text},
    paper="Not of the paper: Chang, Haggard & Noland (2008), the survey of 1,346 refugees.",
)  # fmt: skip
