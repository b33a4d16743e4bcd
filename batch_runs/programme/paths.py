"""A run of the law as a programme meets it: who crossed, what is done, and where people go."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from defection.country import WEEKS_PER_YEAR, Country
from defection.interventions import timetable
from defection.journey.data import JourneyArrays, journey_arrays
from defection.journey.flow import JourneyRecord, row_of
from defection.journey.move import new_travellers
from defection.journey.rates import ONWARD
from defection.journey.rescues import ANYONE, LONGEST_FIRST, NEWEST_FIRST, Rescue
from defection.journey.shadow import SHADOWS, WEEKLY, follow_programme, further
from defection.parameters import Parameters

WHOM: Mapping[str, str] = {
    "anyone in China": "the same share of all cells of people in China",
    "women": "the same share of the women",
    "longest stay": "first those who entered China longest ago, by quarters of a year",
    "near the border": "first those who entered China last: the model has no places, and takes "
    "them for those near the border",
}
"""Whom a programme takes, and what that is in the model."""

_ORDERS = {"longest stay": LONGEST_FIRST, "near the border": NEWEST_FIRST}


@dataclasses.dataclass(frozen=True, eq=False)
class CrossedRun:
    """Who crossed in a run of the law, and what the state did."""

    crossed: np.ndarray  # [weeks, P C], or [weeks, G] by the groups of ``grouped``
    repression: np.ndarray  # [weeks, P]

    @classmethod
    def from_rows(
        cls, journey: JourneyArrays, rows: np.ndarray, repression: np.ndarray
    ) -> CrossedRun:
        """Count the rows of who crossed (week, category, people) by groups."""
        crossed = np.zeros((len(repression), journey.gender.size))
        np.add.at(crossed, (rows["week"], journey.group[rows["category"]]), rows["people"])
        return cls(crossed, np.ascontiguousarray(repression, float))

    def longer(self, factors: np.ndarray) -> CrossedRun:
        """Return the run with further years: the mean week of its last year, times a factor each.

        Repression stays at the mean of that year.
        """
        if not factors.size:
            return self
        last = self.crossed[-WEEKS_PER_YEAR:].mean(axis=0)
        more = np.repeat(factors, WEEKS_PER_YEAR)[:, None] * last
        ahead = self._ahead(len(factors))
        return CrossedRun(
            np.concatenate([self.crossed, more]), np.concatenate([self.repression, ahead])
        )

    def _ahead(self, years: int) -> np.ndarray:
        last = self.repression[-WEEKS_PER_YEAR:].mean(axis=0)
        return np.repeat(last[None], years * WEEKS_PER_YEAR, axis=0)

    def all_repression(self, years: int) -> np.ndarray:
        """Return repression with so many further years, [all weeks, P]."""
        return np.concatenate([self.repression, self._ahead(years)])


def grouped(journey: JourneyArrays) -> JourneyArrays:
    """Return a journey that is entered by groups in place of categories."""
    return journey._replace(group=np.arange(journey.gender.size))


@dataclasses.dataclass(frozen=True, eq=False)
class Plan:
    """What is done in a run, in numbers."""

    rescues: np.ndarray  # [Y], people to be taken in each year of the run
    whom: str = "anyone in China"
    failure: float = 0.0
    other_groups: float = 0.0
    lost: np.ndarray | None = None  # [all years], share of onward moves that are lost
    referral: float = 1.0  # factor on the onward risk of those who are taken
    china_response: float = 0.0  # share by which the risk of return rises for 100 rescues a year
    rates: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """Of what is counted where it is on: relatives, remittances, descendants."""
    discount: float = 0.0  # per year, of money
    since: int = 0  # week from which it is counted
    pull: float = 0.0  # log odds added to ability where home heard of a rescue

    def weights(self, weeks: int) -> np.ndarray:
        """Return the weight of money in each week: 1 without a discount."""
        years = np.maximum(0, np.arange(weeks) - self.since) / WEEKS_PER_YEAR
        return np.asarray((1.0 + self.discount) ** -years)


def rescue_of(
    journey: JourneyArrays, plan: Plan, last: int, weeks: int, share: float = 1.0
) -> Rescue:
    """Return the rescues of a plan in a run of ``weeks`` weeks, of which none are after ``last``.

    ``share`` is how much of them is done.
    """
    cells = np.arange(2 * journey.gender.size * journey.times)
    wide = journey.size * journey.times
    group = cells // (2 * wide) * journey.size + cells % journey.size
    women = journey.is_female[journey.gender[group]]
    wanted = np.zeros(weeks)
    each = np.repeat(plan.rescues, WEEKS_PER_YEAR)[:last] / WEEKS_PER_YEAR
    wanted[: len(each)] = share * each
    eligible = np.where(women | (plan.whom != "women"), 1.0, 0.0)
    order = _ORDERS.get(plan.whom, ANYONE)
    return Rescue(wanted, eligible, plan.failure, order, pull=plan.pull)


def closed(journey: JourneyArrays, lost: np.ndarray | None) -> JourneyArrays:
    """Return a journey in whose first years these shares of the onward moves are lost."""
    if lost is None:
        return journey
    by_year = journey.by_year.copy()
    years = min(len(lost), by_year.shape[1])
    by_year[ONWARD, :years] *= 1.0 - lost[:years]
    return journey._replace(by_year=by_year)


def _referred(journey: JourneyArrays, factor: float) -> JourneyArrays:
    by_year = journey.by_year.copy()
    by_year[ONWARD] *= factor
    return journey._replace(by_year=by_year)


def follow_rescues(
    country: Country, parameters: Parameters, run: CrossedRun, plan: Plan, years: int,
    journey: JourneyArrays | None = None, world_years: int = 0,
    answer: Callable[[JourneyArrays], JourneyArrays] = lambda journey: journey,
) -> tuple[np.ndarray, JourneyRecord]:  # fmt: skip
    """Follow a run with a programme, and its shadows ``years`` years longer than the run.

    Parameters
    ----------
    country, parameters, run, plan
        Whose journey it is, its parameters, who crossed, and what is done.
    years : int
        Years after the run in which shadows go on.
    journey : JourneyArrays, optional
        The country's, which may have further years; after the last one it is repeated.
    world_years : int
        Years after the run in which the world goes on as well, without anyone who crosses.
    answer : callable
        What changes the world's risks, but not those of the shadows.

    Returns
    -------
    tuple
        Counts of each week, [all weeks, ``shadow.WEEKLY``], and the world's flows and stocks.
    """
    journey = journey_arrays(country) if journey is None else journey
    weeks = len(run.crossed) + world_years * WEEKS_PER_YEAR
    everywhere = len(run.crossed) + years * WEEKS_PER_YEAR
    crossed = np.zeros((weeks, run.crossed.shape[1]), run.crossed.dtype)
    crossed[: len(run.crossed)] = run.crossed
    record, world = JourneyRecord.empty(country, weeks), new_travellers(journey)
    shadows = tuple(new_travellers(journey) for _ in SHADOWS)
    weekly = np.zeros((everywhere, WEEKLY))
    missing = -(-everywhere // WEEKS_PER_YEAR) - len(journey.years)
    later = closed(further(journey, missing), plan.lost)
    here = closed(journey, plan.lost)
    if world_years:
        here = closed(_lasting(journey, missing), plan.lost)
    if plan.referral != 1.0:
        later = _referred(later, plan.referral)
    follow_programme(
        answer(here), later, row_of(parameters),
        timetable(parameters, country, lambda _reading: 0), world, shadows,
        rescue_of(journey, plan, len(run.crossed), weeks).with_room(),
        crossed, run.all_repression(years), record.flows, record.stocks, weekly,
    )  # fmt: skip
    return weekly, record


def _lasting(journey: JourneyArrays, years: int) -> JourneyArrays:
    """Return a journey of ``years`` more in which people also come by other ways."""
    longer = further(journey, years)
    other = np.zeros_like(longer.other_ways)
    other[:, : journey.other_ways.shape[1]] = journey.other_ways
    return longer._replace(other_ways=other)
