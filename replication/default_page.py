"""What the pages say of the defaults: how near the fitted point comes, and what it fails on."""

from __future__ import annotations

from typing import Any

import pandas as pd

from defection.country import DEFAULT_COUNTRY, load
from defection.replication.fitted_presets import DEFAULT_REGION, PRESETS
from defection.replication.journey_regions import points_found
from defection.replication.journey_verdicts import SUCCESSES, by_split, percent, regions_by_split
from defection.replication.markdown import number, table
from defection.replication.reported import PAPER
from defection.replication.result import Tables

BASELINE = "Successes as arrivals"
KNOWN = (
    "arrivals_lag 2005", "arrivals_lag 2009", "in_china 1998", "in_china 2009",
    "arrivals_share female 2002", "arrivals_share female 2014",
)  # fmt: skip
"""Facts that the description quotes, beside arrivals."""
ORIGIN = "arrivals_share North Hamgyong 1992 to 2014"


def readme(tables: Tables) -> str:
    """Return what the README says of the defaults."""
    own, before = _rows(tables)
    null = tables["journey_null"]
    curve = null[null["split"] == "rule"].iloc[0]
    years, fresh = _years(tables), tables["journey.json"]["fresh"]
    decline = _observed_decline(years)
    first, last = repression(tables)
    declines = own.decline_low <= decline <= own.decline_high
    fell = f"2012 to 2014 have {_span(own)} times the arrivals of 2009 to 2011"
    return f"""The default parameters are those of the preset
*{PRESETS[DEFAULT_REGION]}*: the paper's law and [what happens after the
border](docs/journey.md), fitted to {_facts(tables)} facts by one
[search](docs/journey.md#fitted-together) of {own.runs:,} runs. The *arrivals* of {fresh} runs with
fresh seeds lie {_pm(own.rms, own.rms_sd)} from those observed (root mean square over years of √run
− √observed; mean and standard deviation). Where *successes* at the border are read as arrivals, as
in the paper, the best region of a search lies {_pm(before.rms, before.rms_sd)} away (the
*baseline*, the preset *{BASELINE}*). A smooth curve through the observed arrivals, which
knows nothing else, lies {number(curve.rms)} away.

* **From the border to Seoul:** in the famine years {number(own.crossings_famine)} people cross, of
  {number(own.crossings)} in all; without the famine {percent(own.left_without_famine)} of these
  crossings are left: the famine {_is_trigger(own)}. Those who arrive come years later:
  {_sum(years, 1992, 1998)} before 1999 (observed: {_observed(years, 1992, 1998)}),
  {_sum(years, 2005, 2010)} from 2005 to 2010 (observed: {_observed(years, 2005, 2010)}).
* **The decline after 2011** is {"" if declines else "not "}reproduced: {fell}
  (observed: {decline:.2f}).
* **What stays wrong:** nowhere as many try as a province tolerates, so repression falls from
  {first:.2g} to {last:.1g}, and in the last years hardly anybody is stopped; citizens hear of
  nearly nothing (K = {own.K:.2g}; the paper's region has {_paper_k()}); {_origin(tables)}; and
  the observed arrivals lie between the 5 % and the 95 % quantile of the runs in
  {percent(own.years_inside)} of the years.

(Medians over runs; of the decline also the 5 % and 95 % quantiles.) It is one point of a search and
no estimate: [the page of the journey](docs/journey.md) says how it was found, what stays wrong and
what else would fit, [section 1.4 of the description](docs/odd.md) what the baseline does.
"""


def description(tables: Tables) -> str:
    """Return what the description says of the defaults: arrivals by year, and some other facts."""
    own, _ = _rows(tables)
    fresh = tables["journey.json"]["fresh"]
    rows = [
        (row.year, f"{row.observed:,.0f}", *(f"{x:,.0f}" for x in
         (row.arrivals_median, row.arrivals_low, row.arrivals_high, row.crossings_median)))
        for row in _years(tables).itertuples()
    ]  # fmt: skip
    mine = _own_facts(tables)
    others = [(name, number(mine.loc[name, "observed"]), number(mine.loc[name, "median"]),
               f"{mine.loc[name, 'residual']:+.1f}")
              for name in KNOWN if name in mine.index]  # fmt: skip
    every = table(["year", "observed", "arrivals", "5 %", "95 %", "crossed"], rows, right=True)
    return f"""{every}

Expected arrivals and crossings, medians over {fresh} runs. The misfit of the facts for fitting
is {_pm(own.fitted, own.fitted_sd)}, of those for checking {_pm(own.checked, own.checked_sd)}; a
model as near as their standard deviations say would have about as much as there are facts. Some of
them:

{table(["fact", "observed", "median", "residual, in standard deviations"], others, right=True)}
"""


def repression(tables: Tables) -> tuple[float, float]:
    """Return R in the first week, and in the last where it has fallen in every week."""
    point = points_found(tables, [DEFAULT_REGION])[DEFAULT_REGION]
    begins, rate = point["initial_repression"], point["adjustment_rate"]
    return begins, begins * (1.0 - rate) ** load(DEFAULT_COUNTRY).weeks


def _rows(tables: Tables) -> tuple[Any, Any]:
    scores = by_split(tables)
    before = next(row for row in scores.itertuples() if row.region == SUCCESSES)
    return regions_by_split(tables)[DEFAULT_REGION], before


def _facts(tables: Tables) -> int:
    every = tables["journey.json"]["fitted"]
    return next(
        int(one["facts_fitted"])
        for one in every
        if (one["region"], one["split"]) == (DEFAULT_REGION, "rule")
    )


def _own_facts(tables: Tables) -> pd.DataFrame:
    facts = tables["journey_facts"]
    mine = facts[(facts["region"] == DEFAULT_REGION) & (facts["split"] == "rule")]
    return mine.set_index("fact")


def _origin(tables: Tables) -> str:
    share = _own_facts(tables).loc[ORIGIN]
    said = f"{percent(share['median'])} of those who arrive come from North Hamgyong"
    return f"{said} (observed: {percent(share['observed'])})"


def _years(tables: Tables) -> pd.DataFrame:
    years = tables["journey_years"]
    return years[(years["region"] == DEFAULT_REGION) & (years["split"] == "rule")]


def _pm(value: float, sd: float) -> str:
    return f"{number(value)} ± {number(sd)}"


def _is_trigger(own: Any) -> str:
    share = percent(own.triggered)
    if own.triggered >= 0.95:
        return "is the trigger, as in the paper's story"
    if own.triggered <= 0.05:
        return "is not the trigger"
    return f"is the trigger in {share} of the runs"


def _part(years: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    return years[(years["year"] >= first) & (years["year"] <= last)]


def _sum(years: pd.DataFrame, first: int, last: int) -> str:
    return f"{_part(years, first, last)['arrivals_median'].sum():,.0f}"


def _observed(years: pd.DataFrame, first: int, last: int) -> str:
    return f"{_part(years, first, last)['observed'].sum():,.0f}"


def _span(own: Any) -> str:
    low, median, high = own.decline_low, own.decline_median, own.decline_high
    return f"{median:.2f} ({low:.2f} to {high:.2f})"


def _observed_decline(years: pd.DataFrame) -> float:
    before, after = (_part(years, a, b)["observed"].sum() for a, b in ((2009, 2011), (2012, 2014)))
    return float(after / before)


def _paper_k() -> str:
    value = PAPER["observation_probability"].value
    assert value is not None
    return f"{value:g}"


TEXTS = {"readme-defaults": readme, "odd-defaults": description}
