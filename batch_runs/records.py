"""What an ensemble keeps of each run: declared by name, sized before anything runs."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from defection.arrays import Results
from defection.batch_runs.errors import check_known
from defection.country import WEEKS_PER_YEAR, Country
from defection.crossings import CROSSING, positions_by_gender
from defection.journey.cells import FLOWS as JOURNEY_FLOWS
from defection.journey.cells import STOCKS
from defection.journey.data import GENDER, JourneyArrays, journey_arrays, no_journey
from defection.journey.statuses import with_status
from defection.measures import FLOWS, MEASURES, STATES

if TYPE_CHECKING:
    import xarray as xr

    from defection.parameters import Parameters

PLAIN = {
    "yearly": "the flows of each year in the whole country: yearly_attempts [run, year] ...",
    "yearly_by_province": "the flows of each year and province: "
    "yearly_attempts_by_province [run, year, province] ...",
    "weekly_by_province": "the flows of each week and province: "
    "weekly_attempts_by_province [run, week, province] ...",
    "states_by_province": "repression and belief in force in each week: "
    "weekly_repression_by_province [run, week, province] ...",
    "by_category": "the attempts of each category in each year: "
    "yearly_attempts_by_category [run, year, category]",
    "crossings": "who crossed, sparse: crossing_run, crossing_week, crossing_category and "
    "crossing_people [crossing] (as a table: crossings_of)",
    "crossings_by_gender": "who crossed, of each gender, which is quicker: "
    "weekly_crossings_by_gender [run, week, province, gender]",
    "journey": "what happened after the border: yearly_arrivals, yearly_in_china ... [run, year]",
    "journey_by_province": "the same by province: yearly_arrivals_by_province "
    "[run, year, province] ...",
}
"""Names of what can be kept. Besides, for each dimension of the country, such as AGE, ``by_AGE``
keeps yearly_attempts_by_AGE [run, year, AGE], and ``journey_by_AGE`` yearly_arrivals_by_AGE ..."""

_CROSSINGS_PER_WEEK = 50
"""Rows for which memory is reckoned; a run of many more takes more."""


class RecordError(ValueError):
    """Something cannot be recorded, or would not fit into memory."""


@dataclasses.dataclass(frozen=True)
class Records:
    """What is kept, for one country and one number of weeks."""

    country: Country
    weeks: int
    names: tuple[str, ...]

    @classmethod
    def from_names(cls, record: str | Collection[str], country: Country, weeks: int) -> Records:
        """Check the names of what is to be kept."""
        if not isinstance(record, Collection):
            raise RecordError(f"record must be a name or a list of names, not {record!r}")
        names = (record,) if isinstance(record, str) else tuple(dict.fromkeys(record))
        dimensions = [f"by_{dimension}" for dimension in country.dimensions]
        known = [*PLAIN, *dimensions, *(f"journey_{name}" for name in dimensions)]
        for name in names:
            said = f"there is nothing called {name!r} to record"
            check_known(said, name, known, RecordError)
        if "crossings_by_gender" in names and GENDER not in country.dimensions:
            raise RecordError(f"crossings_by_gender: {country.name} has no dimension {GENDER}")
        if not names:
            raise RecordError(f"record at least one of {', '.join(known)}")
        return cls(country, weeks, names)

    def for_points(self, points: Iterable[Parameters]) -> Records:
        """Return what is kept of runs: the journey as well, where a point turns it on."""
        if "journey" in self.names or all(point.journey == "off" for point in points):
            return self
        return dataclasses.replace(self, names=(*self.names, "journey"))

    @property
    def years(self) -> int:
        """Years that the weeks touch."""
        return -(-self.weeks // WEEKS_PER_YEAR)

    @property
    def has_journey(self) -> bool:
        """Whether those who crossed are followed."""
        return any(name.startswith("journey") for name in self.names)

    @property
    def journey_by(self) -> tuple[str, ...]:
        """The dimensions by which those who crossed are counted within a province."""
        wanted = [name for name in self.country.dimensions if f"journey_by_{name}" in self.names]
        return (GENDER, *(name for name in wanted if name != GENDER))

    @property
    def journey_shape(self) -> tuple[int, ...]:
        """How many values each of these dimensions has."""
        return tuple(len(self.country.dimensions.get(name, ())) for name in self.journey_by)

    def journey_arrays(self, country: Country, by_status: bool) -> JourneyArrays:
        """Return a country's journey for compiled code; an empty one where none is followed.

        ``by_status`` says that people must be told apart by status.
        """
        if not self.has_journey:
            return no_journey()
        return journey_arrays(country, with_status(country, self.journey_by, by_status)[0])

    @property
    def groupings(self) -> tuple[str, ...]:
        """The dimensions by which attempts are kept, ``category`` among them."""
        return tuple(name.removeprefix("by_") for name in self.names if name.startswith("by_"))

    def labels(self, grouping: str) -> list[str]:
        """Return the values of a grouping, in order."""
        if grouping != "category":
            return list(self.country.dimensions[grouping])
        table = self.country.categories()[["province", *self.country.dimensions]]
        return ["/".join(row) for row in table.itertuples(index=False)]

    def member(self) -> np.ndarray:
        """Return the position of each category's group, int64 [groupings, P C]."""
        member = np.empty((len(self.groupings), self.country.category_count), np.int64)
        start = 0
        for d, grouping in enumerate(self.groupings):
            labels = self.labels(grouping)
            if grouping == "category":
                member[d] = start + np.arange(self.country.category_count)
            else:
                axis = list(self.country.dimensions).index(grouping)
                within = [labels.index(traits[axis]) for traits in self.country.traits]
                member[d] = start + np.tile(within, len(self.country.provinces))
            start += len(labels)
        return member

    def shapes(self, runs: int) -> dict[str, tuple[tuple[int, ...], type, float]]:
        """Return shape, type and initial value of each array of ``arrays.Results``."""
        provinces, weeks, years = len(self.country.provinces), self.weeks, self.years
        keeps_years = "yearly" in self.names or "yearly_by_province" in self.names
        parts = provinces if "yearly_by_province" in self.names else 1
        groups = sum(len(self.labels(grouping)) for grouping in self.groupings)
        weekly = runs if "weekly_by_province" in self.names else 0
        states = runs if "states_by_province" in self.names else 0
        journeys, people = runs * self.has_journey, provinces * math.prod(self.journey_shape)
        return {
            "yearly": ((runs if keeps_years else 0, len(FLOWS), years, parts), np.int64, 0),
            "weekly": ((weekly, len(FLOWS), weeks, provinces), np.int32, 0),
            "states": ((states, len(STATES), weeks + 1, provinces), np.float64, np.nan),
            "groups": ((runs if groups else 0, years, groups), np.int64, 0),
            "weeks_run": ((runs,), np.int64, 0),
            "journey_flows": ((journeys, years, len(JOURNEY_FLOWS), people), np.float64, 0),
            "journey_stocks": ((journeys, years, len(STOCKS), people), np.float64, 0),
        }

    @property
    def crossings(self) -> bool:
        """Whether crossings are kept, in any form."""
        return "crossings" in self.names or "crossings_by_gender" in self.names

    @property
    def only_genders(self) -> bool:
        """Whether crossings are kept by province and gender alone."""
        return self.crossings and "crossings" not in self.names

    def bytes_per_run(self) -> int:
        """Return the bytes that one run's results take, with an estimate of its crossings."""
        arrays = self.shapes(1).values()
        size = sum(int(np.prod(shape)) * np.dtype(kind).itemsize for shape, kind, _ in arrays)
        genders = int(positions_by_gender(self.country).max()) + 1
        dense = "crossings_by_gender" in self.names and 2 * 4 * self.weeks * genders  # and a copy
        sparse = "crossings" in self.names
        return size + dense + sparse * self.weeks * _CROSSINGS_PER_WEEK * CROSSING.itemsize

    def allocate(self, runs: int) -> Results:
        """Make room for the results of so many runs."""
        arrays = self.shapes(runs).items()
        return Results(
            **{name: np.full(shape, start, kind) for name, (shape, kind, start) in arrays}
        )

    def dense_crossings(self) -> np.ndarray:
        """Return room for a run's crossings, int32 [1, weeks, P C or P genders]; or none."""
        genders = int(positions_by_gender(self.country).max()) + 1
        count = genders if self.only_genders else self.country.category_count
        return np.zeros((int(self.crossings), self.weeks, count), np.int32)

    def dataset(self, results: Results, crossings: Mapping[int, np.ndarray]) -> xr.Dataset:
        """Label the results; ``crossings`` are those of each run by its number."""
        import xarray as xr  # slow to load, and a sweep's workers need none

        units = {one.name: {"units": one.unit, "long_name": one.meaning} for one in MEASURES}
        years = list(self.country.years[: self.years])
        data = xr.Dataset(coords={"run": np.arange(results.weeks_run.size), "year": years})
        by_year, by_week = ("run", "year", "province"), ("run", "week", "province")
        for i, flow in enumerate(FLOWS):
            about = {**units[flow], "units": units[flow]["units"].replace("per week", "per year")}
            if "yearly" in self.names:
                data[f"yearly_{flow}"] = (("run", "year"), results.yearly[:, i].sum(axis=-1), about)
            if "yearly_by_province" in self.names:
                data[f"yearly_{flow}_by_province"] = (by_year, results.yearly[:, i], about)
            if "weekly_by_province" in self.names:
                data[f"weekly_{flow}_by_province"] = (by_week, results.weekly[:, i], units[flow])
        if "states_by_province" in self.names:
            for run in np.flatnonzero(results.weeks_run < self.weeks):
                results.states[run, :, results.weeks_run[run] :] = np.nan
            for i, state in enumerate(STATES):
                values = results.states[:, i, : self.weeks]
                data[f"weekly_{state}_by_province"] = (by_week, values, units[state])
        start = 0
        for grouping in self.groupings:
            labels = self.labels(grouping)
            kept = results.groups[:, :, start : start + len(labels)]
            about = {**units["attempts"], "units": "attempts per year"}
            data[f"yearly_attempts_by_{grouping}"] = (("run", "year", grouping), kept, about)
            data = data.assign_coords({grouping: labels})
            start += len(labels)
        if self.has_journey:
            data = data.assign(self._journey(results))
        if "crossings_by_gender" in self.names:
            data["weekly_crossings_by_gender"] = self._by_gender(crossings)
        if "crossings" in self.names:
            runs = sorted(crossings)
            counts = [crossings[run].size for run in runs]
            rows = np.concatenate([crossings[run] for run in runs])
            data["crossing_run"] = ("crossing", np.repeat(runs, counts))
            for name in CROSSING.names or ():
                data[f"crossing_{name}"] = ("crossing", rows[name])
        for name in ("province", *self.country.dimensions):
            if name in data.dims and name not in data.coords:
                coordinate = list(self.country.dimensions.get(name, self.country.provinces))
                data = data.assign_coords({name: coordinate})
        if "week" in data.dims:
            data = data.assign_coords(week=np.arange(self.weeks))
        return data

    def _by_gender(self, crossings: Mapping[int, np.ndarray]) -> tuple[tuple[str, ...], Any, Any]:
        """Return the variable of who crossed by province and gender."""
        place, runs, provinces = (
            positions_by_gender(self.country),
            sorted(crossings),
            len(self.country.provinces),
        )
        every = np.zeros((len(runs), self.weeks, int(place.max()) + 1), np.int32)
        for one, run in zip(every, runs, strict=True):
            rows = crossings[run]
            if self.only_genders:
                one[:] = rows
            else:
                np.add.at(one, (rows["week"], place[rows["category"]]), rows["people"])
        dims = ("run", "week", "province", GENDER)
        shape = (*every.shape[:2], provinces, every.shape[2] // provinces)
        return dims, every.reshape(shape), {"units": "people per week"}

    def _journey(self, results: Results) -> dict[str, Any]:
        """Return the variables of what happened after the border."""
        by = self.journey_by
        wide, axes = (len(self.country.provinces), *self.journey_shape), ["province", *by]
        found: dict[str, Any] = {}
        both = ((JOURNEY_FLOWS, results.journey_flows), (STOCKS, results.journey_stocks))
        for said, kept in both:
            for number, (name, meaning) in enumerate(said.items()):
                values = kept[:, :, number].reshape(*kept.shape[:2], *wide)
                unit = "people" + " per year" * (said is JOURNEY_FLOWS)
                about = {"units": unit, "long_name": meaning}
                for one in [None, *axes]:
                    if (f"journey_by_{one}" if one else "journey") not in self.names:
                        continue
                    summed = tuple(2 + axes.index(other) for other in axes if other != one)
                    dims = ("run", "year", one) if one else ("run", "year")
                    column = f"yearly_{name}_by_{one}" if one else f"yearly_{name}"
                    found[column] = (dims, values.sum(axis=summed), about)
        return found
