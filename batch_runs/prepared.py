"""Runs made ready for compiled code, and simulated."""

from __future__ import annotations

import dataclasses

import numpy as np

from defection.arrays import (
    CountryArrays,
    Results,
    country_arrays,
    famine_readings,
    new_scratch,
    uses_border,
)
from defection.batch_runs.inputs import EnsembleError, Runs
from defection.batch_runs.records import Records
from defection.circle_pages import new_circle_scratch
from defection.country import Country
from defection.crossings import sparse
from defection.interventions import NONE, Timetable, joined, timetable
from defection.journey.data import JourneyArrays
from defection.journey.move import new_travellers
from defection.journey.parameters import acting_back
from defection.journey.rescues import Rescue, no_rescue
from defection.journey.statuses import distinguishes_status, over_status
from defection.readings import check_readings
from defection.state import SETTINGS, settings_row
from defection.streams import start_states
from defection.week import simulate_many


@dataclasses.dataclass(frozen=True)
class Prepared:
    """Runs made ready for compiled code."""

    runs: Runs
    records: Records
    settings: np.ndarray
    """The parameters of the first week, a row per run."""
    changes: Timetable
    """The interventions of all runs, one after the other; those of run r begin at ``first[r]``."""
    first: np.ndarray
    arrays: dict[Country, CountryArrays]
    journeys: dict[tuple[Country, bool], JourneyArrays]
    """Of a country, and whether people are told apart by status."""
    member: np.ndarray
    by_status: np.ndarray
    """Which runs tell people beyond the border apart by status."""

    @classmethod
    def from_runs(cls, runs: Runs, records: Records) -> Prepared:
        """Make runs ready."""
        for point, country in zip(runs.parameters, runs.countries, strict=True):
            check_readings(country, point)
        readings, by_border = famine_readings(runs.parameters), uses_border(runs.parameters)
        dated = any(point.dated_shares > 0 for point in runs.parameters)
        rows = [settings_row(one, readings.index(one.famine_years)) for one in runs.parameters]
        tables, first = [], np.zeros(len(runs) + 1, np.int64)
        for run, point in enumerate(runs.parameters):
            first[run + 1] = first[run]
            if point.interventions != NONE:
                tables.append(timetable(point, runs.countries[run], readings.index))
                first[run + 1] += tables[-1].weeks.size
        arrays = {
            country: country_arrays(country, readings, by_border, dated, records.only_genders)
            for country in dict.fromkeys(runs.countries)
        }
        by_status = np.array([distinguishes_status(point) for point in runs.parameters], bool)
        followed = zip(runs.countries, by_status.tolist(), strict=True)
        journeys = {key: records.journey_arrays(*key) for key in dict.fromkeys(followed)}
        settings = np.array(rows, SETTINGS)
        return cls(
            runs,
            records,
            settings,
            joined(tables),
            first,
            arrays,
            journeys,
            records.member(),
            by_status,
        )

    def simulate(
        self,
        country: Country,
        numbers: np.ndarray,
        results: Results,
        halt: np.ndarray,
        rescue: Rescue | None = None,
        taken: np.ndarray | None = None,
        journey: JourneyArrays | None = None,
    ) -> dict[int, np.ndarray]:
        """Run those numbered ``numbers``, all of one country; write into their rows of ``results``.

        By a ``rescue`` people are taken out of China, and counted in ``taken`` [runs, weeks, P]. A
        ``journey`` stands for the country's. Returned are :data:`CROSSING` rows by number of the
        run, where they are recorded, or people [weeks, P genders] where only genders are.
        """
        if rescue is not None and self.by_status.any():
            said = "onward_by_status: people cannot be taken out of China by status yet"
            raise EnsembleError(said)
        scratch = new_scratch(self.arrays[country], self.records.weeks)
        crossings: dict[int, np.ndarray] = {}
        dense = self.records.dense_crossings()
        several = self.settings["news_circles"][numbers]
        room = new_circle_scratch(self.arrays[country], self.records.weeks, several)
        own = no_rescue() if rescue is None else rescue.with_room(len(country.provinces))
        taken = np.zeros((0, 0, 0)) if taken is None else taken
        for by_status in (False, True):
            mine = numbers[self.by_status[numbers] == by_status]
            if len(mine) == 0:
                continue
            followed = self.journeys[country, by_status] if journey is None else journey
            travellers = new_travellers(followed)
            size = 1 if self.records.crossings or by_status else len(mine)
            for start in range(0, len(mine), size):
                part = mine[start : start + size]
                streams = np.array([start_states(self.runs.seeds[i]) for i in part])
                where = self._by_status(results, int(part[0]), followed) if by_status else results
                simulate_many(
                    self.arrays[country], self.settings[part] if by_status else self.settings,
                    self.changes, self.first[part[0] :] if by_status else self.first, streams,
                    np.zeros(1, np.int64) if by_status else part, self.records.weeks, scratch, room,
                    self.member, where, dense, followed, travellers, own, taken, halt,
                )  # fmt: skip
                if by_status:
                    self._sum_status(results, int(part[0]), where)
                if self.records.only_genders:
                    crossings[int(part[0])], dense[:] = dense[0].copy(), 0
                elif self.records.crossings:
                    crossings[int(part[0])] = sparse(dense[0], clears=True)
        return crossings

    def _by_status(self, results: Results, run: int, journey: JourneyArrays) -> Results:
        """Return the rows of one run, with room for its journey by status."""
        own = Results(*(array[run : run + 1] for array in results))
        flows, stocks = (
            np.zeros((*array.shape[:3], journey.gender.size))
            for array in (own.journey_flows, own.journey_stocks)
        )
        return own._replace(journey_flows=flows, journey_stocks=stocks)

    def _sum_status(self, results: Results, run: int, own: Results) -> None:
        """Write one run's journey, summed over statuses, into its rows."""
        for here, there in (
            (own.journey_flows, results.journey_flows), (own.journey_stocks, results.journey_stocks)
        ):  # fmt: skip
            there[run] = over_status(here[0], here.shape[-1] // there.shape[-1])


def check_rescued(runs: Runs, rescue: Rescue) -> None:
    """Refuse rescues of which nobody could be taken, or none be heard of where they pull.

    Raises
    ------
    EnsembleError
        The journey is off; or there is a pull, and no news or several news circles.
    """
    for point in runs.parameters:
        if point.journey == "off":
            raise EnsembleError(
                "journey = off: nobody is in China who could be rescued; set it to on"
            )
        if rescue.pull > 0.0 and "news_of_arrivals" not in acting_back(vars(point)):
            raise EnsembleError(
                f"pull = {rescue.pull:g}: nobody at home hears of a rescue; set news_of_arrivals"
            )
        if rescue.pull > 0.0 and point.news_circles != 1:
            raise EnsembleError(
                f"pull = {rescue.pull:g} is not computed with news_circles = {point.news_circles}, "
                "of which each would hear of other rescues; set news_circles to 1"
            )
