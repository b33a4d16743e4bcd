"""What each fact of the journey means in one run, from who crossed in it."""

from __future__ import annotations

import dataclasses
import functools
import math

import numpy as np

from defection.batch_runs.scores.distance import ScoreError
from defection.country import WEEKS_PER_YEAR, Country
from defection.journey.cells import TIMES
from defection.journey.data import GENDER, JourneyArrays, groups, journey_arrays
from defection.journey.facts import Fact
from defection.journey.flow import row_of
from defection.journey.lags import (
    Seeking,
    Window,
    by_kind,
    expected_of,
    mean_years,
    share_between,
    weeks_since,
)
from defection.journey.statuses import distinguishes_status, with_status
from defection.journey.stays import Weekly, weekly
from defection.parameters import Parameters

CLOCKS = ("first", "last")
"""Entries into China from which time can be counted."""

PARTS = 13
"""Weeks of a window that are looked at together where people's time is counted."""


@dataclasses.dataclass(frozen=True, eq=False)
class FollowedRun:
    """One run whose people have been followed: G groups are province and gender (and status).

    ``crossings`` are rows of :data:`defection.crossings.CROSSING`, or people [weeks, G] where the
    groups are province and gender; ``repression`` was in force in each week that was run and each
    province, [weeks, P]; ``clock`` is one of :data:`CLOCKS`.
    """

    country: Country
    journey: JourneyArrays
    parameters: Parameters
    crossings: np.ndarray
    repression: np.ndarray
    clock: str = "first"

    @classmethod
    def from_crossings(
        cls,
        country: Country,
        crossings: np.ndarray,
        repression: np.ndarray,
        parameters: Parameters,
        clock: str = "first",
    ) -> FollowedRun:
        """Follow the people of a run's crossings."""
        journey = _arrays(country, distinguishes_status(parameters))
        return cls(country, journey, parameters, crossings, repression, clock)

    def crossed(self, dimension: str = "", value: str = "") -> np.ndarray:
        """Return people of each group who crossed, [weeks, G]; perhaps those of one value only."""
        if self.crossings.dtype.names is None:
            if dimension or self.crossings.shape[1] != self.journey.gender.size:
                said = "of those who crossed only the genders were kept: record crossings"
                raise ScoreError(said)
            return self.crossings[: len(self.repression)].astype(float)
        category, people = self.crossings["category"], self.crossings["people"]
        if dimension:
            is_of = self._has(dimension, value)
            people = people * is_of[category % is_of.size]
        shape = len(self.repression), self.journey.gender.size
        place = self.crossings["week"] * shape[1] + self.journey.group[category]
        return np.bincount(place, people, shape[0] * shape[1]).reshape(shape)

    def _has(self, dimension: str, value: str) -> np.ndarray:
        """Return which categories of any province have a value of a dimension, bool [C]."""
        axis = list(self.country.dimensions).index(dimension)
        return np.array([traits[axis] == value for traits in self.country.traits])

    def value(self, fact: Fact) -> float:
        """Return what the run says of a fact; not a number where it says nothing."""
        first, last = fact.weeks
        if last >= len(self.repression):
            return math.nan
        weeks, all_groups = slice(first, last + 1), np.ones(self.journey.gender.size)
        years = (last + 1 - first) / WEEKS_PER_YEAR
        name = fact.fact
        if name == "arrivals":
            return float(self.weekly.arrivals[weeks].sum() / years)
        if name == "returned":
            return float(self.weekly.returned[weeks].sum() / years)
        if name == "in_china":
            return float(self.present(weeks).sum())
        if name == "arrivals_lag":
            return mean_years(self.since(first, last, True).sum(axis=1))
        if name == "arrivals_lag_share":
            return share_between(
                self.since(first, last, True).sum(axis=1), fact.years, arrivals=True
            )
        if name == "stay_share":
            of_group = self.share_of(*fact.group) if fact.group else all_groups
            since = self.since(first, last, False) @ of_group
            return share_between(since, fact.years, arrivals=False)
        if name in ("arrivals_share", "in_china_share"):
            return self._share(name == "arrivals_share", weeks, *fact.group)
        if name == "visited_share":
            return self._visited(first, last)
        times = self.present(weeks).sum(axis=(0, 2))
        if name == "returned_share":
            return _ratio(times[1:].sum(), times.sum())
        part = times[2:3] if name == "returned_twice" else times[3:]
        return _ratio(part.sum(), times[1:].sum())

    @functools.cached_property
    def _p(self) -> np.void:
        return row_of(self.parameters)

    @functools.cached_property
    def weekly(self) -> Weekly:
        """The journey in each week."""
        return weekly(self.journey, self._p, self.crossed(), self.repression)

    @functools.cached_property
    def entered(self) -> np.ndarray:
        """People by kind whose time begins in each week, [weeks, kinds, G]."""
        if self.clock == "last":
            return self.weekly.entered
        return self.by_kind(self.crossed())

    def by_kind(self, crossed: np.ndarray) -> np.ndarray:
        """Return people who crossed, [weeks, G], by kind, [weeks, kinds, G]."""
        return by_kind(crossed, self.parameters.exposed_share)

    def present(self, weeks: slice) -> np.ndarray:
        """Return the mean number of people in China in some weeks, [kinds, times returned, G]."""
        return np.asarray(self.weekly.in_china[weeks].mean(axis=0))

    @functools.cached_property
    def _looked_up(self) -> dict[tuple[object, ...], np.ndarray]:
        """What ``since`` and ``expected`` returned; it goes with the run."""
        return {}

    def since(self, first: int, last: int, arrivals: bool) -> np.ndarray:
        """Return people by weeks since they entered, [weeks + 1, G], as ``lags.weeks_since``."""
        key, again = (first, last, arrivals), self.clock == "first"
        if key not in self._looked_up:
            self._looked_up[key] = weeks_since(
                self.journey, self._p, self.entered, self.repression,
                Window(first, last, PARTS), Seeking(arrivals, again, again),
            )  # fmt: skip
        return self._looked_up[key]

    def share_of(self, dimension: str, value: str) -> np.ndarray:
        """Return which groups are of a province or a gender, 1 or 0, [G]."""
        column = ("province", GENDER).index(dimension)
        names = groups(self.country, _by(self.country, distinguishes_status(self.parameters)))
        return np.array([name[column] == value for name in names], float)

    def _share(self, arrivals: bool, weeks: slice, dimension: str, value: str) -> float:
        people = self.weekly.arrivals[weeks].sum(axis=0) if arrivals else self.present(weeks)
        total = people.sum()
        if dimension in ("province", GENDER):
            return _ratio((people @ self.share_of(dimension, value)).sum(), total)
        expected = self.expected(Window(weeks.start, weeks.stop - 1), Seeking(arrivals))
        found = (expected * self.by_kind(self.crossed(dimension, value))).sum()
        if not arrivals:
            return _ratio(found, total * (weeks.stop - weeks.start))
        of_value = self.country.shares * self._has(dimension, value)
        shares = np.bincount(self.journey.group, of_value.ravel())
        whole = np.bincount(self.journey.group, self.country.shares.ravel())
        years = np.arange(weeks.start, weeks.stop) // WEEKS_PER_YEAR
        other = self.journey.other_ways[:, years].sum(axis=1) / WEEKS_PER_YEAR
        coming = other[self.journey.gender] * self.journey.other_share
        return _ratio(found + coming @ (shares / np.where(whole > 0, whole, 1.0)), total)

    def _visited(self, first: int, last: int) -> float:
        never = self.expected(Window(first, last), Seeking(arrivals=False, visits=False))
        stayed = (never * self.by_kind(self.crossed())).sum()
        return 1.0 - _ratio(stayed, self.weekly.in_china[first : last + 1].sum())

    def expected(self, window: Window, seeking: Seeking) -> np.ndarray:
        """Return what one person who enters in a week can expect, as ``lags.expected_of``."""
        key, kept = (window, seeking), self._looked_up
        if key not in kept:
            kept[key] = expected_of(self.journey, self._p, self.repression, window, seeking)
        return kept[key]


@functools.lru_cache(maxsize=4)
def _arrays(country: Country, by_status: bool) -> JourneyArrays:
    return journey_arrays(country, _by(country, by_status), times=TIMES)


def _by(country: Country, by_status: bool) -> tuple[str, ...]:
    return with_status(country, (GENDER,), by_status)[0]


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else math.nan
