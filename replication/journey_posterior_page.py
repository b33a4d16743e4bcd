"""The section of the posterior of law and journey: diagnostics first, verdicts, tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.replication.journey_regions import DEVIATIONS, K
from defection.replication.journey_verdicts import HEARD, TRIGGERED, of_share
from defection.replication.markdown import number, table
from defection.replication.reported import PAPER
from defection.replication.result import Judgement, Tables
from defection.replication.verdicts import NOT, REPRODUCED, together

GAP, AGAIN, COVERED = 0.5, 0.5, 0.8
"""Means of two seeds in standard deviations, the correlation of a particle with itself a
repetition later, and the share of intervals of 90 % that cover: beyond these the page warns."""

RULE = (
    "Of runs of the kept draws with fresh seeds. The famine as the trigger: at most "
    f"{TRIGGERED:g} of the crossings of the famine years are left without it; reproduced if so in "
    "95 % of the draws, not reproduced if in 5 % or fewer, undecided else. The decline: reproduced "
    "if the observed ratio of arrivals in 2012-2014 to 2009-2011 lies inside the central 90 % of "
    "the draws' ratios. Hearing: reproduced if the central 90 % of K and the paper's K, "
    f"{DEVIATIONS:g} standard deviations around, overlap. Converged: the means of the two seeds "
    f"lie at most {GAP:g} standard deviations from each other, and the particles' correlation "
    f"with themselves a repetition later is at most {AGAIN:g}, in every parameter."
)


def converged(tables: Tables) -> tuple[bool, list[str]]:
    """Return whether the rule calls the particles converged, and the parameters that fail."""
    seeds = tables["journey_posterior_seeds"]
    bad = (seeds["means apart, in sd"] > GAP) | (seeds["again"] > AGAIN)
    return not bad.any(), list(seeds.loc[bad, "parameter of two seeds"])


def judge(tables: Tables) -> Judgement:
    """Return what the posterior says of three of the paper's findings."""
    about, quantiles = tables["journey_posterior.json"], tables["journey_posterior_quantiles"]
    own = quantiles.set_index("parameter")
    facts = tables["journey_posterior_facts"].set_index("fact")["observed"]
    after, before = (sum(facts[f"arrivals {year}"] for year in years)
                     for years in ((2012, 2013, 2014), (2009, 2010, 2011)))  # fmt: skip
    fit, famine, observed = about["arrivals"], about["famine"], float(after / before)
    inside = fit["decline_low"] <= observed <= fit["decline_high"]
    span = PAPER[K].span(DEVIATIONS)
    assert span is not None
    heard = own.loc[K, "low"] <= span[1] and own.loc[K, "high"] >= span[0]
    parts = (
        ("the famine is the trigger", of_share(famine["triggered"]),
         f"in {100 * famine['triggered']:.0f} % of the draws; "
         f"{number(famine['left_without_famine'])} left in the median draw"),
        ("the decline after 2011", REPRODUCED if inside else NOT,
         f"{number(fit['decline_low'])} to {number(fit['decline_high'])}; observed "
         f"{number(observed)}"),
        (HEARD, REPRODUCED if heard else NOT,
         f"K {number(own.loc[K, 'low'])} to {number(own.loc[K, 'high'])}"),
    )  # fmt: skip
    said = "; ".join(f"{what}: {verdict} ({figure})" for what, verdict, figure in parts)
    whole, failing = converged(tables)
    also = "" if whole else f" Not converged in {len(failing)} parameters."
    return Judgement(together([part[1] for part in parts]), f"{said}.{also}", parts=parts)


def text(tables: Tables) -> str:
    """Return the section of the page."""
    about = tables["journey_posterior.json"]
    size, judged = about["settings"], judge(tables)
    how = size["particles"]
    levels = tables["journey_posterior_levels"]
    fit, check = about["misfit"]["fit"], about["misfit"]["check"]
    parts = [
        f"The {about['facts_fitted']} facts for fitting, region *{about['region']}* "
        f"({len(tables['journey_posterior_quantiles'])} parameters, uniform over their ranges, "
        "logarithms where these are wide). The likelihood takes each fact as normal around the "
        "run, on its scale, independent of the others, with the variance of its table times "
        f"{about['factor']:g}: that is the mean misfit of the best point that the search has "
        f"found, {number(about['misfit_of_the_best_point'])}, by the number of facts, so that "
        "the misfit of the model itself does not make the posterior narrower than it can be. The "
        "sampler is that of the [posterior of the law](posterior.md): particles that begin "
        f"uniformly ({about['first']:,} usable runs of {about['points']:,} points), a power of the "
        f"likelihood that rises to 1, {how['moves']} moves at each power, and "
        f"{how.get('last_moves', how['moves'])} at each repetition of the last, one run each.",
        _diagnosed(tables),
        table(
            ["seed", "runs", "seconds", "levels to the posterior", "smallest effective sample",
             "moves accepted, mean", "least", "at the posterior", "ancestors left"],
            [_of_seed(part, how["particles"], seconds) for (_, part), seconds in
             zip(levels.groupby("seed"), about["seconds"], strict=True)], right=True,
        ),
        _covered(tables),
        "**What the draws say.** Of runs of the draws with fresh seeds "
        f"{100 * about['usable']:.0f} % are usable. Their misfit is {number(fit[1])} "
        f"({number(fit[0])} to {number(fit[2])}) of the fitted facts, {number(check[1])} "
        f"({number(check[0])} to {number(check[2])}) of those for checking; RMS of arrivals "
        f"{number(about['arrivals']['rms'])}; {100 * about['arrivals']['years_inside']:.0f} % of "
        f"the years inside the central 90 %. {_inside(tables)}",
        table(["finding", "verdict", "here"], judged.parts),
        RULE,
        _parameters(tables),
        f"`defection.replication.journey_posterior.draws()` returns {about['draws']} draws "
        f"({about['distinct']} of them distinct), equally weighted, the journey on.",
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _diagnosed(tables: Tables) -> str:
    whole, failing = converged(tables)
    seeds = tables["journey_posterior_seeds"]
    far, again = seeds["means apart, in sd"].max(), seeds["again"].max()
    said = (
        f"Means of the two seeds are at most {number(far)} standard deviations from each other; "
        f"particles' correlation with themselves a repetition later is at most {number(again)}."
    )
    if whole:
        return f"**Converged by the rule below.** {said}"
    names = ", ".join(f"`{name}`" for name in failing)
    return (
        f"**Not converged by the rule below**, in {len(failing)} of {len(seeds)} parameters "
        f"({names}). {said} The draws are what this budget gives: read them as points that fit as "
        "said below, not as an exact posterior; their intervals are likely too narrow."
    )


def _of_seed(part: pd.DataFrame, particles: int, seconds: int) -> tuple[str, ...]:
    rising = part[part["power"] < 1]
    last = part["accepted"].iloc[-1]
    return (
        str(part["seed"].iloc[0]), f"{part['runs'].sum():,}", f"{seconds:,}",
        str(len(rising) + 1),
        f"{part['effective_sample_size'].min():.0f} of {particles}",
        f"{100 * part['accepted'].mean():.0f} %", f"{100 * part['accepted'].min():.0f} %",
        f"{100 * last:.0f} %", str(part["ancestors"].iloc[-1]),
    )  # fmt: skip


def _covered(tables: Tables) -> str:
    found, about = tables["journey_posterior_coverage"], tables["journey_posterior.json"]
    if not len(found):
        return "Coverage on synthetic facts was not measured: another run of the same length each."
    whole = found[found["parameter"] == "all"].set_index("level")["covered"].astype(float)
    count = len(about["synthetic"])
    size = about["settings"]["judged"]["particles"]
    judged = "" if whole[0.9] >= COVERED else " **The intervals are too narrow.**"
    return (
        f"Coverage: {count} sets of synthetic facts were drawn around runs of draws, and fitted in "
        f"the same way with {size} particles. Intervals of 50 % cover the truth in "
        f"{100 * whole[0.5]:.0f} % of the parameters, of 90 % in {100 * whole[0.9]:.0f} %. So few "
        f"sets can show a gross fault only.{judged}"
    )


def _inside(tables: Tables) -> str:
    facts = tables["journey_posterior_facts"]
    meets = (facts["p5"] <= facts["high"]) & (facts["p95"] >= facts["low"])
    said = [
        f"{meets[facts['use'] == use].sum()} of {(facts['use'] == use).sum()} facts for {what}"
        for use, what in (("fit", "fitting"), ("check", "checking"))
    ]
    return (
        f"The interval of {said[0]} and of {said[1]} overlaps the central 90 % of the draws' runs."
    )


def _parameters(tables: Tables) -> str:
    both = tables["journey_posterior_quantiles"].merge(
        tables["journey_posterior_seeds"], left_on="parameter", right_on="parameter of two seeds"
    )
    rows = [
        (f"`{row['parameter']}`", _value(row["median"]), _value(row["low"]), _value(row["high"]),
         f"{100 * row['of_range']:.0f} %", number(row["means apart, in sd"]),
         number(row["ratio of sd"]), number(row["again"]))
        for row in both.to_dict("records")
    ]  # fmt: skip
    head = ["", "median", "5 %", "95 %", "width, of the range's", "seeds apart, in sd",
            "ratio of sd", "correlation a repetition later"]  # fmt: skip
    return table(head, rows, right=True)


def _value(value: float) -> str:
    return f"{value:.5g}" if np.abs(value) > 1000 else number(value)
