"""What a programme changes in one run: the people it takes, their shadow, and what answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from defection.batch_runs.programme.paths import CrossedRun, Plan, follow_rescues
from defection.country import WEEKS_PER_YEAR, Country
from defection.journey.data import JourneyArrays
from defection.journey.rates import RETURN
from defection.journey.shadow import (
    CHINA_FAILED,
    CHINA_PEOPLE,
    DIED_FAILED,
    DIED_PEOPLE,
    HELD_FAILED,
    HELD_PEOPLE,
    ONWARD_FAILED,
    ONWARD_PEOPLE,
    ONWARD_TIMES,
    RETURNED_FAILED,
    RETURNED_PEOPLE,
    SETTLED_FAILED,
    SETTLED_PEOPLE,
    TAKEN,
    WEEKLY,
    WORLD_CHINA,
    WORLD_DIED,
    WORLD_HELD,
    WORLD_ONWARD,
    WORLD_RETURNED,
    WORLD_SETTLED,
)
from defection.parameters import Parameters

FURTHER_YEARS = 10
"""Years after the last one of a programme's data for which shadows are followed."""

MEASURES = {
    "rescues": "people taken out of China who arrived in another country",
    "additional_arrivals": "arrivals that there would not have been by then",
    "earlier_only": "people who would have arrived by then anyway, and arrived earlier",
    "years_earlier": "years by which they arrived earlier, all together",
    "years_abroad": "years that people are in the country of their arrival who would not be there",
    "returns_averted": "returns by force that there would have been by then",
    "returns_caused": "returns by force that there would not have been by then",
    "months_held_averted": "months held after a return that there would have been by then",
    "months_held_caused": "months held after a return that there would not have been by then",
}
"""Effects of a programme, in expected people, years, returns and months."""

COUNTED_IF_ON: Mapping[str, Mapping[str, str]] = {
    "relatives": {
        "relatives_of_averted": "relatives of people whose return was averted",
        "relatives_of_caused": "relatives of people whose return was caused",
        "relatives_of_arrivals": "relatives of additional arrivals that become known at home",
    },
    "remittances": {"won_sent": "won sent home that reach it, of the years in other countries"},
    "descendants": {
        "births_abroad": "births in the countries of arrival, more or fewer",
        "births_in_china": "births in China, more or fewer",
        "births_at_home": "births at home, more or fewer",
    },
}
"""What is counted only where its assumption is on. Nothing is added to people or arrivals."""

TOTAL = "arrivals_with_news"
OF_NEWS = {
    "further_arrivals": "arrivals because home hears of the programme, mean of the paired runs",
    "further_arrivals_error": "standard error of these arrivals, by how the pairs differ",
    "further_returns": "returns by force because home hears of the programme, likewise",
    "further_returns_error": "standard error of these returns, likewise",
    TOTAL: "additional arrivals and those because home hears of the programme",
}
"""What follows from news, where it is on; no other effect has any of it but the last."""


def headline(effects: Mapping[str, Any]) -> str:
    """Return the name of the effect of which there are costs: arrivals, with all that is on."""
    return TOTAL if TOTAL in effects else "additional_arrivals"


WORDS = {
    **MEASURES,
    **OF_NEWS,
    **{name: text for own in COUNTED_IF_ON.values() for name, text in own.items()},
}


def effects(
    weekly: np.ndarray, plan: Plan, weeks: int, answered: np.ndarray | None = None
) -> Mapping[str, float]:
    """Return the effects by the end of the first ``weeks`` weeks, by the names of ``WORDS``.

    The people whom other groups would have taken lose and gain nothing. They are the same share of
    all, so they are left out of everything but the rescues. ``answered`` is the same as ``weekly``
    in the world that answers the programme: what differs in it is added.
    """
    weights = plan.weights(weeks)
    counts, number = weekly[:weeks], np.arange(weeks)
    sums = weights @ counts
    gained, in_china, at_home, held = more_by_place(counts, plan.failure)
    went_well, alone = 1.0 - plan.failure, 1.0 - plan.other_groups
    additional = went_well * sums[TAKEN] - sums[ONWARD_PEOPLE] + sums[ONWARD_FAILED]
    earlier = weights @ (number * counts[:, ONWARD_PEOPLE] - counts[:, ONWARD_TIMES])
    more = np.zeros((weeks, WEEKLY)) if answered is None else answered[:weeks] - counts
    changed, arrived = weights @ more, went_well * more[:, TAKEN] + more[:, WORLD_ONWARD]
    abroad_more, china_more = np.cumsum(arrived), np.cumsum(more[:, WORLD_SETTLED])
    china_more = china_more + more[:, WORLD_CHINA]
    home_more = -abroad_more - china_more - np.cumsum(more[:, WORLD_DIED])
    returned = changed[WORLD_RETURNED] + plan.failure * changed[TAKEN]
    held_more = weights @ more[:, WORLD_HELD]
    averted = alone * sums[RETURNED_PEOPLE]
    caused = alone * (plan.failure * sums[TAKEN] + sums[RETURNED_FAILED])
    of_years = {name: float(weights @ people) / WEEKS_PER_YEAR for name, people in (
        ("abroad", alone * gained + abroad_more), ("in_china", alone * in_china + china_more),
        ("at_home", alone * at_home + home_more),
        ("held_less", alone * held[0]), ("held_more", alone * held[1]),
    )}  # fmt: skip
    found = {
        "taken": sums[TAKEN] + changed[TAKEN],
        "rescues": went_well * (sums[TAKEN] + changed[TAKEN]),
        "additional_arrivals": alone * additional + weights @ arrived,
        "earlier_only": alone * went_well * sums[ONWARD_PEOPLE],
        "years_earlier": alone * went_well * earlier / WEEKS_PER_YEAR,
        "years_abroad": of_years["abroad"],
        "returns_averted": averted + max(0.0, -returned),
        "returns_caused": caused + max(0.0, returned),
        "months_held_averted": 12 * of_years["held_less"] + max(0.0, -held_more) * _MONTHS,
        "months_held_caused": 12 * of_years["held_more"] + max(0.0, held_more) * _MONTHS,
    }
    return {name: float(value) for name, value in found.items()} | _counted(found, of_years, plan)


_MONTHS = 12 / WEEKS_PER_YEAR


def more_by_place(
    counts: np.ndarray, failure: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return how many more are abroad, in China and at home or held, by week; and who is held.

    More in the world with the programme than without; everyone who was taken is somewhere.
    """
    flows = np.cumsum(counts, axis=0)
    abroad = (1.0 - failure) * flows[:, TAKEN] - flows[:, ONWARD_PEOPLE] + flows[:, ONWARD_FAILED]
    china = counts[:, CHINA_FAILED] + flows[:, SETTLED_FAILED]
    china = china - counts[:, CHINA_PEOPLE] - flows[:, SETTLED_PEOPLE]
    died = flows[:, DIED_FAILED] - flows[:, DIED_PEOPLE]
    held = counts[:, HELD_PEOPLE], counts[:, HELD_FAILED]
    return abroad, china, -abroad - china - died, held


def _counted(
    found: Mapping[str, float], of_years: Mapping[str, float], plan: Plan
) -> dict[str, float]:
    """Return what is counted where an assumption is on."""
    rates, counted = plan.rates, {}
    if "relatives" in rates:
        each = rates["relatives"]
        counted["relatives_of_averted"] = each * found["returns_averted"]
        counted["relatives_of_caused"] = each * found["returns_caused"]
        counted["relatives_of_arrivals"] = (
            each * rates["relatives.known"] * found["additional_arrivals"]
        )
    if "remittances" in rates:
        counted["won_sent"] = rates["remittances"] * of_years["abroad"]
    if "descendants" in rates:
        counted["births_abroad"] = rates["descendants"] * of_years["abroad"]
        counted["births_in_china"] = rates["descendants.in_china"] * of_years["in_china"]
        counted["births_at_home"] = rates["descendants.at_home"] * of_years["at_home"]
    return {name: float(value) for name, value in counted.items()}


def responded(journey: JourneyArrays, weekly: np.ndarray, plan: Plan) -> JourneyArrays:
    """Return the journey of a world that answers the programme with more returns.

    The risk of return of a year rises by the share ``china_response`` for each 100 rescues in it
    that other groups would not have made.
    """
    by_year = journey.by_year.copy()
    years = min(by_year.shape[1], len(weekly) // WEEKS_PER_YEAR)
    taken = weekly[: years * WEEKS_PER_YEAR, TAKEN].reshape(years, -1).sum(axis=1)
    more = plan.china_response * (1.0 - plan.other_groups) * (1.0 - plan.failure) * taken / 100
    by_year[RETURN, :years] *= 1.0 + more
    return journey._replace(by_year=by_year)


def of_run(
    country: Country, parameters: Parameters, run: CrossedRun, plan: Plan,
    journey: JourneyArrays | None = None, ahead: CrossedRun | None = None,
) -> tuple[tuple[Mapping[str, float], ...], np.ndarray, np.ndarray | None]:  # fmt: skip
    """Return the effects in a run by both horizons, and the weekly counts they follow from.

    The direct effect is the shadow's. Where something answers the programme, the same run is
    followed twice, as it is and as it answers: with other risks (``china_response``), or with the
    crossings ``ahead`` of a paired run of the law, under common random numbers.
    """
    weeks = len(run.crossed)
    has_answer = plan.china_response > 0.0 or ahead is not None
    longer = FURTHER_YEARS if has_answer else 0
    how: dict[str, Any] = {"journey": journey, "world_years": longer}
    weekly, _ = follow_rescues(country, parameters, run, plan, FURTHER_YEARS, **how)
    answered = None
    if has_answer:
        how["answer"] = lambda own: responded(own, weekly, plan)
        answered, _ = follow_rescues(country, parameters, ahead or run, plan, FURTHER_YEARS, **how)
    ends = (weeks, len(weekly))
    return tuple(effects(weekly, plan, end, answered) for end in ends), weekly, answered
