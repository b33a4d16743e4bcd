"""From what a file says to what is done: rescues of each year, by funds, costs and assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from defection.batch_runs.programme.assumptions import FREE_PULL, ORDER
from defection.batch_runs.programme.effects import COUNTED_IF_ON
from defection.batch_runs.programme.paths import Plan
from defection.batch_runs.programme.scenario import Scenario
from defection.country import WEEKS_PER_YEAR

NO_CHANGE = {"referral": 1.0}
"""Values of assumptions that change nothing, where this is not 0."""


def planned_rescues(
    read: Scenario, values: Mapping[str, float], years: Sequence[int],
    on: tuple[str, ...] | None = None,
) -> tuple[Plan, float, float]:  # fmt: skip
    """Return what is done by these values, what is spent, and how many rescues are planned.

    ``years`` are those of the journey's data. Of the assumptions of the ladder only those in ``on``
    hold, or all where it is left out. Funds are discounted, people are not.
    """
    own = {
        name: values.get(f"assumptions.{name}", NO_CHANGE.get(name, 0.0))
        if on is None or name in on else NO_CHANGE.get(name, 0.0)
        for name in (*ORDER, FREE_PULL)
    }  # fmt: skip
    cost, share = values["costs.per_rescue_usd"], values["costs.share_to_rescues"]
    growth, base = own["cost_growth"], read.stated.numbers.get("cost_growth.reference", 1.0)
    if read.funds_usd is not None:
        funds = read.funds_usd
        people = (funds * share / cost * base**growth) ** (1.0 / (1.0 + growth))
    else:
        people = read.rescues or 0.0
        funds = people * cost * (people / base) ** growth / share
    span = np.array(years)
    rescues = np.where((span >= read.years[0]) & (span <= read.years[1]), people, 0.0)
    each, lost = rescues, None
    if read.stated.closures and own["closures"] > 0.0:
        first, last = read.stated.closures
        lost = np.where((span >= first) & (span <= last), own["closures"], 0.0)
        rescues = rescues * (1.0 - lost)
    since = (read.years[0] - years[0]) * WEEKS_PER_YEAR
    plan = Plan(
        rescues, read.whom, own["mission_failure"], own["other_groups"], lost, own["referral"],
        own["china_response"], _rates(read, values), read.discount, since, own[FREE_PULL],
    )  # fmt: skip
    weeks = (read.years[1] - years[0] + 1) * WEEKS_PER_YEAR
    spent = funds * float(plan.weights(weeks)[since:].sum()) / WEEKS_PER_YEAR
    return plan, spent, float(each.sum())


def _rates(read: Scenario, values: Mapping[str, float]) -> dict[str, float]:
    """Return the rates of what is counted where it is on."""
    found = {}
    for name in COUNTED_IF_ON:
        if f"assumptions.{name}" in values:
            found[name] = values[f"assumptions.{name}"]
            beside = read.stated.numbers.items()
            found |= {key: value for key, value in beside if key.startswith(f"{name}.")}
    return found
