"""What happens after the border in the run that is shown: people, charts, and what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from defection.batch_runs.scores import Facts, facts_table
from defection.batch_runs.scores.facts import RECORD
from defection.checks import counted
from defection.journey.cells import F_ARRIVALS, F_CROSSED, FLOWS, STOCKS
from defection.journey.facts import CHECK, FIT
from defection.measures import WEEKS_PER_YEAR
from defection.scenario import Scenario
from defection.views.app import flows, words
from defection.views.app.fan import Report, ensemble, nothing
from defection.views.colours import BAND, BELIEF, COLOURS, MIDDLE, OBSERVED
from defection.views.figures.run import famine_spans

if TYPE_CHECKING:
    from defection.model import DefectionModel

WOMEN = ("gender", "female")


def year_of_people(model: DefectionModel, week: int) -> dict[str, Any]:
    """Return where people of the year of a past week went, in expected people.

    So many weeks of the run are counted; the year is that of the last one. ``when`` (a text), the
    flows of the year so far, and each stock when the year began (``in_china_before``) and now
    (``in_china``). In China are those from before and who came (``crossed``, ``crossed_again``),
    less those who left (``to_south`` and ``to_others``, together ``onward``; ``returned``;
    ``visits``; ``ended``, who settled or died).
    """
    assert model.journey is not None
    weekly = model.journey.weekly()
    begin = max(0, week - 1) // WEEKS_PER_YEAR * WEEKS_PER_YEAR
    year = model.country.year_of(max(0, week - 1))
    of_year = {name: float(weekly[name][begin:week].sum()) for name in FLOWS}
    stocks = {}
    for name in STOCKS:
        whole = weekly[name].sum(axis=1)
        stocks[f"{name}_before"] = float(whole[begin - 1]) if begin else 0.0
        stocks[name] = float(whole[week - 1]) if week else 0.0
    to_south = of_year["arrivals"] - of_year["other_ways"]
    to_others = of_year["united_states"] + of_year["elsewhere"]
    sums = {"to_south": to_south, "to_others": to_others, "onward": to_south + to_others}
    sums["ended"] = of_year["settled"] + of_year["died"]
    weeks = week - begin
    span = "whole year" if weeks == WEEKS_PER_YEAR else f"first {counted(weeks, 'week')}"
    stopped = of_year["tried_again"] - of_year["crossed_again"]
    return {"when": f"{year}, the {span}", **of_year, **stocks, **sums, "stopped_again": stopped}


def in_words(people: dict[str, Any]) -> dict[str, Any]:
    """Return each number of people as it is read; what is text stays."""
    return {
        name: value if isinstance(value, str)
        else f"{value:,.0f}" if value.is_integer() else words.people(max(0.0, value))
        for name, value in people.items()
    }  # fmt: skip


def sentence(people: dict[str, Any]) -> str:
    """Say in three sentences what became of the year's people."""
    said = in_words(people)
    others = ""
    if people["other_ways"] > 0:
        others = f" ({said['other_ways']} of them by other ways, never in China)"
    return (
        f"{said['crossed']} cross for the first time and {said['crossed_again']} again. "
        f"{said['arrivals']} arrive in the South{others}, "
        f"{said['returned']} are returned by force. "
        f"{said['in_china_before']} were in China when the year began, {said['in_china']} are now."
    )


def charts(model: DefectionModel) -> dict[str, flows.Data]:
    """Return what does not change in the three charts: by year, stocks by week, women's share."""
    famine, span = famine_spans(model), flows.year_span(model)
    of_year = [
        flows.bars("first crossings", BAND),
        flows.line("arrivals in the South", COLOURS[6], width=2),
        flows.observed_line(model),
    ]
    stocks = [
        flows.line("in China", MIDDLE, width=2), flows.line("held", COLOURS[2]),
        flows.line("home, and will try again", COLOURS[4]),
    ]  # fmt: skip
    women = [
        flows.line("women among those who arrive", BELIEF, width=2),
        flows.line("observed", OBSERVED, symbol=True),
    ]
    by_year = {"now": False}
    return {
        "crossings": flows.chart(
            "Crossings and arrivals", "people per year", of_year, famine, span, **by_year
        ),
        "stocks": flows.chart(
            "Where they are", "people", stocks, famine, span, table="end", zoom=False
        ),
        "women": flows.chart(
            "Women's share of the arrivals", "share", women, famine, span, top=1.0, **by_year
        ),
    }


def chunks(model: DefectionModel, *, run: int, sent: int) -> dict[str, flows.Data]:
    """Return the charts' numbers; of the weekly one only the weeks after the ``sent`` ones."""
    assert model.journey is not None
    country, done = model.country, model.week
    weekly, first = model.journey.weekly(), country.years[0]
    record = model.journey.record
    observed = {year: number for year, number, _ in country.observed}
    crossed = record.flows[:, F_CROSSED].sum(axis=1)
    arrivals = record.flows[:, F_ARRIVALS]
    whole = arrivals.sum(axis=1)
    female = country.dimensions[WOMEN[0]].index(WOMEN[1])
    of_women = arrivals[:, female :: arrivals.shape[1] // len(country.provinces)].sum(axis=1)
    shares = np.divide(of_women, whole, out=np.zeros(len(whole)), where=whole > 0)
    known = {
        fact.when: fact.value for fact in country.facts
        if fact.fact == "arrivals_share" and fact.group == WOMEN
    }  # fmt: skip
    start = max(0, min(sent, done) - flows.OVERLAP)
    stocks = [np.round(weekly[name][start:done].sum(axis=1)) for name in STOCKS]
    key, middle = f"{run}", first + 0.5
    of_year = flows.chunk(key, 0, middle, 1, [np.round(crossed, 1), np.round(whole, 1)])
    of_year["columns"].append([observed.get(year) for year in country.years])
    women = flows.chunk(key, 0, middle, 1, [np.round(shares, 4)])
    women["columns"].append([known.get(str(year)) for year in country.years])
    return {
        "crossings": of_year,
        "stocks": flows.chunk(key, start, first, 1 / WEEKS_PER_YEAR, stocks),
        "women": women,
    }


def beside_what_is_known(scenario: Scenario, report: Report = nothing) -> dict[str, Any]:
    """Run a scenario again and compare it with every fact of the country's journey.

    ``report`` is called with what is done, and how much there is; what it raises ends the work.
    ``rows`` (fact, observed, this run, residual in standard deviations, use), ``fitted`` and
    ``checked`` (number of facts, and the sum of their squared residuals), ``worst`` (names of the
    facts with the largest residuals). ``ScoreError`` where the country has no facts, the
    journey's parameters change in the run, or places of the United States are counted.
    """
    facts = Facts.from_country(scenario.country)
    facts.check_dated([scenario.parameters.interventions])
    facts.check_wish([scenario.parameters.united_states_wish])
    data = ensemble([scenario], 1, report, *RECORD)
    values = facts.measure_ensemble(data, scenario.parameters, threads=1)
    table = facts_table(facts, values)
    rows: list[list[Any]] = []
    for row in table.itertuples():
        says = "—" if np.isnan(row.median) else f"{row.median:,.4g}"
        use = "fitting" if row.use == FIT else "checking"
        rows.append([row.fact, f"{row.observed:,.4g}", says, round(float(row.residual), 1), use])
    worst = table.loc[table["residual"].abs().sort_values(ascending=False).index[:5], "fact"]
    sums = {
        name: [int((facts.uses == use).sum()), round(float(facts.misfit(values[0], use)), 1)]
        for name, use in (("fitted", FIT), ("checked", CHECK))
    }
    return {"rows": rows, "worst": worst.tolist(), **sums}
