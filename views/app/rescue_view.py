"""A programme of rescues in the scenario that is shown, beside the same run without it."""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np

from defection.batch_runs.programme import TEMPLATE
from defection.batch_runs.programme.assumptions import NEWS, ORDER
from defection.batch_runs.programme.effects import WORDS
from defection.batch_runs.programme.news import means, pairs_of
from defection.batch_runs.programme.paths import WHOM
from defection.batch_runs.programme.plan import planned_rescues
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.tables import NO_EFFECT, Drawn, has_effect, paths_table
from defection.batch_runs.programme.world import Found, World, at_values, law_runs
from defection.country import load
from defection.scenario import Scenario
from defection.views.app import flows, words
from defection.views.app.fan import ONE_AT_A_TIME, Report, nothing
from defection.views.colours import COLOURS, MIDDLE, OBSERVED

MOST_FUNDS, STEP = 2_000_000, 50_000
SWITCHES = {
    "other_groups": "another group would have taken some of them",
    "mission_failure": "some missions fail, and those taken are returned",
    NEWS: "home hears of those who arrive or are returned (paired runs of the law)",
}
"""Assumptions of the panel: off, or in the middle of the range of their source."""

SHOWN = (
    "additional_arrivals", "earlier_only", "years_earlier", "returns_averted", "returns_caused",
)  # fmt: skip
OF_PAIRS = ("further_arrivals", "further_returns")
PAIRS, TOGETHER = 20, 2
"""Paired runs of the law where home hears of it, and how many are made between two reports."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """What is chosen in the panel."""

    funds: int = 500_000
    whom: str = next(iter(WHOM))
    on: frozenset[str] = frozenset()

    def changed(self, name: str, value: Any) -> Choice:
        """Return the choice with one part of it changed; what is out of bounds is cut."""
        if name == "funds":
            return dataclasses.replace(self, funds=int(min(max(float(value), 0), MOST_FUNDS)))
        if name == "whom" and value in WHOM:
            return dataclasses.replace(self, whom=str(value))
        on = self.on ^ {name} if name in SWITCHES else self.on
        return dataclasses.replace(self, on=on)


def programme_of(scenario: Scenario, choice: Choice) -> World:
    """Return the programme of a choice in a scenario, without the scenario's run."""
    said = {name: table for name, table in tomllib.loads(TEMPLATE).items() if name != "parameters"}
    years = load(scenario.country).years
    changes = {
        "programme.years": f"{years[-7]}-{years[-3]}", "programme.funds_usd": choice.funds,
        "programme.whom": choice.whom,
        **{f"assumptions.{name}": "sourced" if name in choice.on else "off" for name in SWITCHES},
        "chance.points": 1, "chance.runs": 1, "chance.pairs": PAIRS, "chance.seed": scenario.seed,
    }  # fmt: skip
    world, _ = prepared(said, scenario.parameters, changes, scenario.country)
    return world


@functools.lru_cache(maxsize=8)
def _run(scenario: Scenario) -> Any:
    world = programme_of(scenario, Choice(on=frozenset({NEWS})))  # news only adds pairs
    with ONE_AT_A_TIME:
        return law_runs(world.country, world.points, [scenario.seed], 1, nothing, 1)[scenario.seed]


def computed(scenario: Scenario, choice: Choice) -> tuple[World, Mapping[str, float], Found]:
    """Return a programme in a scenario's run, its middle values, and what it changes directly."""
    world = dataclasses.replace(
        programme_of(scenario, choice), runs={scenario.seed: _run(scenario)}
    )
    values = world.values(np.full(len(world.read.inputs), 0.5))
    return world, values, world.at(values, ORDER)


def heard_at_home(
    world: World, values: Mapping[str, float], report: Report = nothing
) -> dict[str, np.ndarray]:
    """Return what follows because home hears of a programme, by both horizons, of paired runs.

    ``report`` is called with the pairs that are done, and how many there are; what it raises ends
    the work.
    """
    read, pairs = world.read, []
    plan, _, _ = planned_rescues(read, values, world.years)
    point, share = at_values(world.points[0], values), values[f"assumptions.{NEWS}"]
    for done in range(0, PAIRS, TOGETHER):
        report(done, PAIRS)
        seeds = range(read.seed + done, read.seed + done + TOGETHER)
        with ONE_AT_A_TIME:
            pairs += pairs_of(world.country, point, share, plan, world.journey(), seeds)
    return means(pairs, PAIRS)[0]


def rescued(scenario: Scenario, choice: Choice, report: Report = nothing) -> dict[str, Any]:
    """Return what a programme changes in a scenario's run, as plain data.

    Parameters
    ----------
    scenario : Scenario
        Whose journey is on; it is run to its end.
    choice : Choice
        Funds a year, whom, and assumptions.
    report : callable
        Called with what is done, and how much there is.

    Returns
    -------
    dict
        ``text`` (sentences), ``rows`` (what, by both horizons), ``chart`` and ``chunk``.

    Raises
    ------
    ProgrammeError
        The run of the law stopped early.
    """
    total = PAIRS if NEWS in choice.on else 2
    report(0, total)
    world, values, found = computed(scenario, choice)
    more = heard_at_home(world, values, report) if NEWS in choice.on else {}
    last, further = world.horizons
    by = {name: each[:, 0].tolist() for name, each in found.effects.items()}
    additional = by["additional_arrivals"][1]
    first, end = world.read.years
    text = (
        f"For {found.spent:,.0f} USD in {first} to {end} the programme rescues "
        f"{words.people(by['rescues'][0])} people. By {further}, "
        f"{words.people(max(0.0, additional))} arrivals are additional; "
        f"{words.people(by['earlier_only'][1])} people only arrive earlier."
    )
    if more:
        text += " " + _of_pairs(more, further)
    elif has_effect(Drawn.stacked([found]))[1]:
        text += f" An additional arrival costs {found.spent / additional:,.0f} USD."
    else:
        text += f" There is {NO_EFFECT} on arrivals."
    rows = [[WORDS[name], *map(_number, by[name])] for name in SHOWN]
    for name in OF_PAIRS if more else ():
        both = zip(more[name], more[f"{name}_error"], strict=True)
        rows.append([WORDS[name], *(f"{_number(own)} ± {_number(error)}" for own, error in both)])
    report(total, total)
    chart, chunk = _chart(world, values, f"{scenario.seed} {choice}")
    return {"text": text, "rows": rows, "heads": [last, further], "chart": chart, "chunk": chunk}


def _of_pairs(more: Mapping[str, np.ndarray], by: str) -> str:
    """Return what is said of arrivals because home hears of a programme, with the noise."""
    found, error = float(more["further_arrivals"][1]), float(more["further_arrivals_error"][1])
    text = (
        f"Because home hears of it, {_number(found)} arrivals follow besides by {by}, the mean of "
        f"{PAIRS} pairs of runs of the law, with a standard error of {_number(error)}."
    )
    noise = " That is no more than the noise of the pairs."
    return text + (noise if abs(found) < 2 * error else "")


def _number(value: float) -> str:
    return words.people(value) if value >= 0 else f"−{words.people(-value)}"


def _chart(world: World, values: Mapping[str, float], key: str) -> tuple[Any, Any]:
    paths, country = paths_table(world, values), world.country
    series = [
        flows.line("without the programme", COLOURS[4], width=2),
        flows.line("with it", MIDDLE, width=2),
        flows.line("observed, in the South", OBSERVED, symbol=True),
    ]
    span = country.years[0], country.years[-1] + 1
    chart = flows.chart("Arrivals by way of China", "people per year", series, [], span, now=False)
    columns = [paths[name].to_numpy().round(1) for name in ("arrivals_without", "arrivals_with")]
    chunk = flows.chunk(key, 0, country.years[0] + 0.5, 1, columns)
    known = paths["observed_arrivals"]
    chunk["columns"].append([None if value != value else float(value) for value in known])
    return chart, chunk
