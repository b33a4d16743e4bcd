"""Slips in the paper's text, each with the figure that shows it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.country import WEEKS_PER_YEAR, Country
from defection.parameters import Parameters
from defection.replication.finding import SHOWN, Finding
from defection.replication.runs import Evidence

WEEKLY, START, END = 0.0005, 0.85, 0.44
"""The paper's rate of adjustment ('typically 0.05 %'), and note 8's repression at both ends."""

TOTAL, FIRST_TOTALS = 30_212, {2015: 1275, 2016: 1418}
"""Table 1's total, and its years that the model does not cover."""


def table(country: Country) -> pd.DataFrame:
    """Return a row per slip: where, what is printed, what follows, how it is computed."""
    year, weeks = (1 + WEEKLY) ** WEEKS_PER_YEAR - 1, country.weeks
    needed = 1.3 ** (1 / WEEKS_PER_YEAR) - 1
    fall = 1 - (END / START) ** (1 / weeks)
    record = {row[0]: (row[1], row[2]) for row in country.observed}
    printed = sum(value[1] for value in record.values()) + sum(FIRST_TOTALS.values())
    largest = max(value[1] for value in record.values())
    weekly = largest / WEEKS_PER_YEAR
    rows = [
        ("a year of adjustment", "'0.05 % [a week] amounts to an annual adjustment of 30 %'", f"{year:.1%} a year; 30 % a year is "
            f"{needed:.2%} a week",
         f"1.0005^{WEEKS_PER_YEAR} - 1"),
        ("the fall of repression", "from about 85 % to about 44 % (note 8)", f"{fall:.3%} a week over {weeks:,} weeks: relative steps "
            f"of 0.05 %, not 0.5 %; "
         f"steps of 0.05 points would end at {START - WEEKLY * weeks:.2f}", f"1 - (0.44 / 0.85)^(1/{weeks})"),
        ("arrivals of 2006", f"{record[2006][1]:,} (Table 1)", f"{record[2006][0]:,} (Ministry of Unification); difference "
            f"{record[2006][1] - record[2006][0]}",
         "model/data/north_korea/record.csv"),
        ("the total of Table 1", f"{TOTAL:,}", f"its cells add up to {printed:,}: {TOTAL - printed} fewer; the total is the "
                                               f"Ministry's of all times",
         "sum of the printed cells, 1992-2016"),
        ("shares of the people", "one in 500,000 around 1995, 10,000 in 2007, 8,000 in 2009, 15,000 in 2014",
         ", ".join(f"{_one_in(country, y, record[y][1]):,.0f} in {y}" for y in (1995, 2007, 2009, 2014)), "years.csv / record.csv"),
        ("most in a week", "'in any given iteration at most 50'", f"the largest year has {weekly:.0f} successes a week on average; "
            f"with four in five "
         f"stopped, {weekly / 0.2:.0f} attempts", f"{largest:,} / {WEEKS_PER_YEAR}"),
        ("tolerated and record", "'180 defectors in the province in a given week'",
         f"{180 * WEEKS_PER_YEAR * len(country.provinces):,} attempts a year would be tolerated, "
         f"{180 * WEEKS_PER_YEAR * len(country.provinces) / largest:.0f} "
         "times the largest year's successes", f"180 x {WEEKS_PER_YEAR} x {len(country.provinces)}"),
    ]  # fmt: skip
    return pd.DataFrame(
        [*rows, *_against_prose(country)],
        columns=["slip", "printed", "what follows", "computed as"],
    )


def _one_in(country: Country, year: int, people: int) -> float:
    return float(country.populations[country.years.index(year)]) / people


def _beta(mean: float) -> float:
    """Return β₀ on the paper's line where the prior mean is ``mean``."""
    return 26 / (mean / (1 - mean) - 0.66)


def _against_prose(country: Country) -> list[tuple[str, str, str, str]]:
    """Where the formula goes against the words around it: odds of motivation under the formula as printed."""
    s = Parameters().demographic_effect
    impacts = country.impacts
    low = impacts.get(("status", "low"), (0.0, 0.0))[1]
    second = impacts.get(("sector", "secondary"), (0.0, 0.0))[1]
    growth = country.economy_motivation
    worst = float(country.growth_percent.min())
    change = np.exp(s * growth * worst * Parameters().economy_scale)
    return [
        ("growth in motivation", "'if their current situation is dire' people leave", f"as printed growth has the impact {growth:+g}: "
            f"the worst year "
         f"({worst:g} %) multiplies the odds of motivation by {change:.3f} (s = {s:g})", "impacts of Figure 2, years.csv"),
        ("low status in motivation", "those with most discontent leave", f"as printed low status has the impact {low:+g}: odds times "
            f"{np.exp(s * low):.2f}",
         "impacts of Figure 2"),
        ("secondary sector in motivation", "'perhaps less motivated'", f"as printed its impact is {second:g}: no "
            f"term", "impacts of Figure 2"),
        ("utility if repressed", "'we assume U(d|r) = 0', then a loss C = -1", f"the cut-off U / (1 + U) is at most {1 / 2:g}: a "
            f"citizen who is sure of the "
         "utility 1 still leaves only where repression is believed below one half", "U = 1"),
        ("α₀ and β₀", "'α₀ needs to be higher than β₀', prior mean 0.47 to 0.65", f"on the line the mean 0.65 is at β₀ = "
            f"{_beta(0.65):.0f} and 0.47 at "
         f"β₀ = {_beta(0.47):.0f}, where α₀ = {26 + 0.66 * _beta(0.47):.0f} is the lower; α₀ exceeds β₀ only below {26 / (1 - 0.66):.0f}",
         "α₀ = 26 + 0.66 β₀, mean = α₀ / (α₀ + β₀)"),
        ("importance without intercept", "ten parameters are ranked", "the intercept γ₁ is missing; impurity importances have no "
            "error and no floor of noise",
         "replication/known/appendix.csv"),
        ("'the only region'", "'close to 100,000 simulations certainly suggest this is the case'",
         "a walk that proposes near its last point cannot show it; see 'other regions'", ""),
    ]  # fmt: skip


def finding(evidence: Evidence) -> Finding:
    """List the slips."""
    found = table(evidence.country)
    return Finding(
        "slips", "Slips in the paper", "The text contradicts itself or its sources in some places; the model follows the formulas as "
                                       "printed.",
        f"{len(found)} places, each with the figure that shows it. What was chosen instead is listed as a reading in docs/odd.md, 7.9.",
        SHOWN, "No verdict: arithmetic.", {"slips": found}, ("no runs: arithmetic with the shipped data",),
    )  # fmt: skip
