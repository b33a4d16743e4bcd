"""What a page says of why women are longer in China: rule, verdicts, tables."""

from __future__ import annotations

import functools

import numpy as np

from defection.batch_runs.scores.facts_of_run import CLOCKS
from defection.batch_runs.survey.published import published
from defection.country import load
from defection.replication.markdown import table
from defection.replication.result import Judgement, Tables
from defection.replication.verdicts import of_votes

ONWARD, ENTRY = "onward risk alone", "entry alone"
NEEDED = {ONWARD: (1.0, 0.001), ENTRY: (1.0, 1000.0)}
"""Where the strength that is needed is looked for, from nothing to the most."""

SETTLED = {"leaves the sample": None, "nobody settles": 0.0}
"""What becomes of those who settle for good: they are no longer counted as in China (as in the
model), or nobody settles. Those who have married and settled may have been interviewed."""

RULE = (
    "Onward risk off: women have men's (`onward_women_early` = `onward_women_late` = 1). Entry "
    "off: in every week women are the same share of those who cross from a province. An "
    "explanation alone is enough where, with the other off, the published difference overlaps the "
    "central 90 % of the runs' (time since the first entry; who settles leaves the sample). For "
    "each explanation: reproduced if it is enough at every point, not reproduced if at none, "
    "undecided else. Strength that is needed: the constant multiple of men's hazard of going "
    "onward, or the factor on women's odds among those who cross in the famine years, with which "
    "alone the mean difference reaches the lower end of the published one; looked for from "
    f"{NEEDED[ONWARD][1]:g} to {NEEDED[ENTRY][1]:,g}."
)

VARIANTS = {
    "as it is": (None, None),
    ONWARD: (None, 1.0),
    ENTRY: (1.0, None),
    "neither": (1.0, 1.0),
}
"""Onward multiple and odds of what is switched off; None leaves what the point has."""


@functools.cache
def published_difference() -> tuple[float, float]:
    """Return women's share of three years or more less men's: ends of the published intervals.

    Examples
    --------
    >>> [round(end, 2) for end in published_difference()]
    [16.6, 18.49]
    """
    every = published("north_korea", load("north_korea")).margins
    own = {one.group: one for one in every if one.item.startswith("three years or more")}
    women, men = own["women"], own["men"]
    return women.low - men.high, women.high - men.low


def judge(tables: Tables) -> Judgement:
    """Return whether an explanation alone is enough, at how many points."""
    own = tables["longer_stays"]
    own = own[(own["clock"] == CLOCKS[0]) & (own["settled"] == next(iter(SETTLED)))]
    parts, votes = [], []
    for explanation in (ONWARD, ENTRY):
        rows = own[own["explanation"] == explanation]
        votes.append([*map(bool, rows["enough"])])
        figure = (
            f"difference {rows['median'].min():+.1f} to {rows['median'].max():+.1f} points, "
            f"enough at {sum(votes[-1])} of {len(rows)} points"
        )
        parts.append((explanation, of_votes(votes[-1]), figure))
    whole = of_votes([any(pair) for pair in zip(*votes, strict=True)])
    here = "; ".join(f"{name}: {figure}" for name, _, figure in parts)
    return Judgement(whole, f"{here}.", parts=tuple(parts))


def _strength(value: object, most: float) -> str:
    """Return a strength; where there is none, the kept cell is empty."""
    number = float(str(value) or "nan")
    return f"not with {most:,g}" if not np.isfinite(number) else f"{number:.3g}"


def text(tables: Tables) -> str:
    """Return the rule, the verdicts and the tables of the page."""
    stays, needed = tables["longer_stays"], tables["longer_stays_needed"]
    head = ("point", "who settles", "women, %", "men, %", *VARIANTS)
    rows = []
    for key, part in stays[stays["clock"] == CLOCKS[0]].groupby(["point", "settled"], sort=False):
        by_variant = part.set_index("explanation")
        cells = [
            f"{r['median']:+.1f} ({r['low']:+.1f} to {r['high']:+.1f})"
            for r in (by_variant.loc[variant] for variant in VARIANTS)
        ]
        now = by_variant.loc[next(iter(VARIANTS))]
        rows.append((*key, f"{now['women']:.0f}", f"{now['men']:.0f}", *cells))
    strengths = [
        (point, settled, *(_strength(v, NEEDED[n][1]) for n, v in zip(NEEDED, values, strict=True)))
        for point, settled, *values in needed.itertuples(index=False)
    ]
    names = ("point", "who settles", "women's hazard of going onward, of men's",
             "factor on women's odds in the famine years")  # fmt: skip
    last = stays[stays["clock"] == CLOCKS[1]]
    other = (
        f"Counted from the last entry the differences are {last['median'].min():+.1f} to "
        f"{last['median'].max():+.1f} points."
    )
    verdicts = [f"* {name}: **{said}** ({figure})" for name, said, figure in judge(tables).parts]
    low, high = published_difference()
    return "\n\n".join([
        f"{RULE} The published difference is {low:.1f} to {high:.1f} points.", "\n".join(verdicts),
        "Women's share of three years or more less men's, in percentage points: median and central "
        "90 % of the runs. *Women* and *men* are the shares as it is.",
        table(head, rows), other, "How strong each explanation alone would have to be:",
        table(names, strengths),
    ])  # fmt: skip


def margins(tables: Tables) -> str:
    """Return which simulated margins are inside at each point, and which at none."""
    own = tables["survey_points"]
    names = own["item"] + own["group"].map(lambda g: "" if g == "all" else f", {g}")
    rows, ever = [], (own["verdict"] == "inside").groupby(names, sort=False).any()
    for (name, clock), part in own.groupby(["point", "clock"], sort=False):
        inside = names[part.index[part["verdict"] == "inside"]]
        said = "; ".join(inside) or "none"
        rows.append((name, clock, f"{len(inside)} of {len(part)}", said))
    outside = f"Outside at all of these points: {'; '.join(ever.index[~ever]) or 'none'}."
    return f"{table(('point', 'clock', 'inside', 'which'), rows)}\n\n{outside}"
