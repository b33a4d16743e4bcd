"""Runs made ready for compiled code, and simulated."""

from __future__ import annotations

import dataclasses

import numpy as np

from defection.arrays import CountryArrays, Results, country_arrays, famine_readings, new_scratch
from defection.batch_runs.inputs import Runs
from defection.batch_runs.records import Records
from defection.country import Country
from defection.crossings import sparse
from defection.interventions import NONE, Timetable, joined, timetable
from defection.journey.data import JourneyArrays
from defection.journey.move import new_travellers
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
    journeys: dict[Country, JourneyArrays]
    member: np.ndarray

    @classmethod
    def from_runs(cls, runs: Runs, records: Records) -> Prepared:
        """Make runs ready."""
        readings = famine_readings(runs.parameters)
        rows = [settings_row(one, readings.index(one.famine_years)) for one in runs.parameters]
        tables, first = [], np.zeros(len(runs) + 1, np.int64)
        for run, point in enumerate(runs.parameters):
            first[run + 1] = first[run]
            if point.interventions != NONE:
                tables.append(timetable(point, runs.countries[run], readings.index))
                first[run + 1] += tables[-1].weeks.size
        arrays = {
            country: country_arrays(country, readings) for country in dict.fromkeys(runs.countries)
        }
        journeys = {country: records.journey_arrays(country) for country in arrays}
        settings = np.array(rows, SETTINGS)
        return cls(
            runs, records, settings, joined(tables), first, arrays, journeys, records.member()
        )

    def simulate(
        self, country: Country, numbers: np.ndarray, results: Results, halt: np.ndarray
    ) -> dict[int, np.ndarray]:
        """Run those numbered ``numbers``, all of one country; write into their rows of ``results``.

        Returns
        -------
        dict
            Crossings by number of the run, where they are recorded: :data:`CROSSING` rows.
        """
        scratch, crossings = new_scratch(self.arrays[country], self.records.weeks), {}
        journey = self.journeys[country]
        travellers = new_travellers(journey)
        size = 1 if self.records.crossings else len(numbers)
        for start in range(0, len(numbers), size):
            part = numbers[start : start + size]
            dense = self.records.dense_crossings()
            streams = np.array([start_states(self.runs.seeds[i]) for i in part])
            simulate_many(
                self.arrays[country], self.settings, self.changes, self.first, streams, part,
                self.records.weeks, scratch, self.member, results, dense, journey, travellers, halt,
            )  # fmt: skip
            if self.records.crossings:
                crossings[int(part[0])] = sparse(dense[0])
        return crossings
