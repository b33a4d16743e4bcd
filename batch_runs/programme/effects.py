"""What a programme changes in one run: the people it takes, their shadow, and what answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from defection.batch_runs.programme.paths import CrossedRun, Plan, follow_rescues
from defection.country import WEEKS_PER_YEAR, Country
from defection.journey import shadow
from defection.journey.data import JourneyArrays
from defection.journey.rates import RETURN
from defection.parameters import Parameters

FURTHER_YEARS = 10
"""Years after the last one of a programme's data for which shadows are followed."""
NOTHING = 1e-6
"""Of the people taken; fewer additional arrivals than this share of them are none."""

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
    in the world that answers the programme: what differs in it is added. People, returns and times
    have no discount, or who only arrives earlier would be additional; money has.
    """
    weights: np.ndarray = np.ones(weeks)
    counts, number = weekly[:weeks], np.arange(weeks)
    sums = weights @ counts
    gained, in_china, at_home, held = more_by_place(counts, plan.failure)
    went_well, alone = 1.0 - plan.failure, 1.0 - plan.other_groups
    additional = (
        went_well * sums[shadow.TAKEN] - sums[shadow.ONWARD_PEOPLE] + sums[shadow.ONWARD_FAILED]
    )
    earlier = weights @ (number * counts[:, shadow.ONWARD_PEOPLE] - counts[:, shadow.ONWARD_TIMES])
    more = np.zeros((weeks, shadow.WEEKLY)) if answered is None else answered[:weeks] - counts
    arrived = went_well * more[:, shadow.TAKEN] + more[:, shadow.WORLD_ONWARD]
    changed = weights @ more
    abroad_more, china_more = np.cumsum(arrived), np.cumsum(more[:, shadow.WORLD_SETTLED])
    china_more = china_more + more[:, shadow.WORLD_CHINA]
    home_more = -abroad_more - china_more - np.cumsum(more[:, shadow.WORLD_DIED])
    returned = changed[shadow.WORLD_RETURNED] + plan.failure * changed[shadow.TAKEN]
    held_more = weights @ more[:, shadow.WORLD_HELD]
    averted = alone * sums[shadow.RETURNED_PEOPLE]
    taken = sums[shadow.TAKEN] + changed[shadow.TAKEN]
    additional = alone * additional + weights @ arrived
    abroad = alone * gained + abroad_more
    caused = alone * (plan.failure * sums[shadow.TAKEN] + sums[shadow.RETURNED_FAILED])
    of_years = {name: float(weights @ people) / WEEKS_PER_YEAR for name, people in (
        ("abroad", abroad), ("in_china", alone * in_china + china_more),
        ("at_home", alone * at_home + home_more),
        ("held_less", alone * held[0]), ("held_more", alone * held[1]),
    )}  # fmt: skip
    of_years["discounted"] = float(plan.weights(weeks) @ abroad) / WEEKS_PER_YEAR
    found = {
        "taken": taken,
        "rescues": went_well * taken,
        "additional_arrivals": additional if abs(additional) > NOTHING * taken else 0.0,
        "earlier_only": alone * went_well * sums[shadow.ONWARD_PEOPLE],
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
    abroad = (
        (1.0 - failure) * flows[:, shadow.TAKEN]
        - flows[:, shadow.ONWARD_PEOPLE]
        + flows[:, shadow.ONWARD_FAILED]
    )
    china = counts[:, shadow.CHINA_FAILED] + flows[:, shadow.SETTLED_FAILED]
    china = china - counts[:, shadow.CHINA_PEOPLE] - flows[:, shadow.SETTLED_PEOPLE]
    died = flows[:, shadow.DIED_FAILED] - flows[:, shadow.DIED_PEOPLE]
    held = counts[:, shadow.HELD_PEOPLE], counts[:, shadow.HELD_FAILED]
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
        counted["won_sent"] = rates["remittances"] * of_years["discounted"]
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
    taken = weekly[: years * WEEKS_PER_YEAR, shadow.TAKEN].reshape(years, -1).sum(axis=1)
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
