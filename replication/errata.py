"""Mistakes in the paper's text, each with the figure that shows it."""

import numpy as np
import pandas as pd

from defection.country import WEEKS_PER_YEAR, Country
from defection.parameters import Parameters
from defection.replication.reported import (
    FIRST_REPRESSION,
    LAST_REPRESSION,
    PAPER,
    PRIOR_LINE,
    PRIOR_MEAN,
)
from defection.replication.result import Judgement, Result
from defection.replication.verdicts import SHOWN

TOTAL, LATER_TOTALS = 30_212, {2015: 1275, 2016: 1418}
"""Table 1's total, and its years that the model does not cover."""


def errata(country: Country) -> pd.DataFrame:
    """Return a row per mistake: where, what is printed, what follows, how it is computed."""
    rows = [*_arithmetic(country), *_formulas(country)]
    return pd.DataFrame(rows, columns=["mistake", "printed", "what follows", "computed as"])


def _arithmetic(country: Country) -> list[tuple[str, str, str, str]]:
    """Where a figure of the text does not follow from its others."""
    weekly, weeks = PAPER["adjustment_rate"].value or 0.0, country.weeks
    tolerated = int(PAPER["tolerated_attempts"].value or 0)
    year, needed = (1 + weekly) ** WEEKS_PER_YEAR - 1, 1.3 ** (1 / WEEKS_PER_YEAR) - 1
    decline = 1 - (LAST_REPRESSION / FIRST_REPRESSION) ** (1 / weeks)
    observed = {year: (corrected, printed) for year, corrected, printed in country.observed}
    printed = sum(pair[1] for pair in observed.values()) + sum(LATER_TOTALS.values())
    largest = max(pair[1] for pair in observed.values())
    average, provinces = largest / WEEKS_PER_YEAR, len(country.provinces)
    corrected_2006, printed_2006 = observed[2006]
    a_year = tolerated * WEEKS_PER_YEAR * provinces
    people = {
        year: float(country.populations[country.years.index(year)]) / observed[year][1]
        for year in (1995, 2007, 2009, 2014)
    }
    return [
        ("a year of adjustment", "'0.05 % [a week] amounts to an annual adjustment of 30 %'",
         f"{year:.1%} a year; 30 % a year is {needed:.2%} a week",
         f"{1 + weekly:g}^{WEEKS_PER_YEAR} - 1"),
        ("the decline of repression", "from about 85 % to about 44 % (note 8)",
         f"{decline:.3%} a week over {weeks:,} weeks: relative steps of 0.05 %, not 0.5 %; steps "
         f"of 0.05 points would end at {FIRST_REPRESSION - weekly * weeks:.2f}",
         f"1 - (0.44 / 0.85)^(1/{weeks})"),
        ("arrivals of 2006", f"{printed_2006:,} (Table 1)",
         f"{corrected_2006:,} (Ministry of Unification); difference "
         f"{printed_2006 - corrected_2006}", "model/data/north_korea/record.csv"),
        ("the total of Table 1", f"{TOTAL:,}",
         f"its cells add up to {printed:,}: {TOTAL - printed} fewer; the total is the Ministry's "
         "of all times", "sum of the printed cells, 1992-2016"),
        ("shares of the people",
         "one in 500,000 around 1995, 10,000 in 2007, 8,000 in 2009, 15,000 in 2014",
         ", ".join(f"{share:,.0f} in {year}" for year, share in people.items()),
         "years.csv / record.csv"),
        ("most in a week", "'in any given iteration at most 50'",
         f"the largest year has {average:.0f} successes a week on average; with four in five "
         f"stopped, {average / 0.2:.0f} attempts", f"{largest:,} / {WEEKS_PER_YEAR}"),
        ("tolerated and observed", f"'{tolerated} defectors in the province in a given week'",
         f"{a_year:,} attempts a year would be tolerated, {a_year / largest:.0f} times the "
         "largest year's successes", f"{tolerated} x {WEEKS_PER_YEAR} x {provinces}"),
    ]  # fmt: skip


def beta_at(mean: float) -> float:
    """Return β₀ on the paper's line where the prior mean is ``mean``."""
    return PRIOR_LINE.intercept / (mean / (1 - mean) - PRIOR_LINE.slope)


def _formulas(country: Country) -> list[tuple[str, str, str, str]]:
    """Where a formula, as printed, goes against the words around it."""
    s, impacts, nothing = Parameters().demographic_effect, country.impacts, (0.0, 0.0)
    low = impacts.get(("status", "low"), nothing)[1]
    second = impacts.get(("sector", "secondary"), nothing)[1]
    growth, worst = country.economy_motivation, float(country.growth_percent.min())
    change = np.exp(s * growth * worst * Parameters().economy_scale)
    least, largest = (beta_at(mean) for mean in reversed(PRIOR_MEAN))
    alpha = PRIOR_LINE.intercept + PRIOR_LINE.slope * largest
    equal = PRIOR_LINE.intercept / (1 - PRIOR_LINE.slope)
    return [
        ("growth in motivation", "'if their current situation is dire' people leave",
         f"as printed growth has the impact {growth:+g}: the worst year ({worst:g} %) multiplies "
         f"the odds of motivation by {change:.3f} (s = {s:g})", "impacts of Figure 2, years.csv"),
        ("low status in motivation", "those with most discontent leave",
         f"as printed low status has the impact {low:+g}: odds times {np.exp(s * low):.2f}",
         "impacts of Figure 2"),
        ("secondary sector in motivation", "'perhaps less motivated'",
         f"as printed its impact is {second:g}: no term", "impacts of Figure 2"),
        ("utility if repressed", "'we assume U(d|r) = 0', then a loss C = -1",
         "the cut-off U / (1 + U) is at most 0.5: a citizen who is sure of the utility 1 still "
         "leaves only where repression is believed below one half", "U = 1"),
        ("α₀ and β₀", "'α₀ needs to be higher than β₀', prior mean 0.47 to 0.65",
         f"on the line the mean 0.65 is at β₀ = {least:.0f} and 0.47 at β₀ = {largest:.0f}, where "
         f"α₀ = {alpha:.0f} is the lower; α₀ exceeds β₀ only below {equal:.0f}",
         "α₀ = 26 + 0.66 β₀, mean = α₀ / (α₀ + β₀)"),
        ("importance without intercept", "ten parameters are ranked",
         "the intercept γ₁ is missing; impurity importances have no error and no floor of noise",
         "replication/published/appendix.csv"),
        ("'the only region'", "'close to 100,000 simulations certainly suggest this is the case'",
         "a search that proposes near its last point cannot show it; see 'other regions'", ""),
    ]  # fmt: skip


RESULT = Result(
    name="errata", title="Mistakes in the paper's text",
    compute=lambda runs: {"errata": errata(runs.country)}, seconds=0,
    rule="No verdict: arithmetic with the shipped data.",
    judge=lambda tables: Judgement(
        SHOWN,
        f"{len(tables['errata'])} places, each with the figure that shows it. What was chosen "
        "instead is listed as a reading in docs/odd.md, 7.9.",
    ),
    paper="The text contradicts itself or its sources in some places; the model follows the "
    "formulas as printed.",
)  # fmt: skip
