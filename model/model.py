"""The model as Mesa knows it: the same law as the compiled ensemble, by agents."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import mesa
import numpy as np
import pandas as pd

from defection.agents import CitizenCategory, Province
from defection.arrays import famine_readings
from defection.collector import collect, mean_by_people, new_collector
from defection.country import WEEKS_PER_YEAR, Country, checked_weeks, load
from defection.history import History
from defection.interventions import NONE, canonical, timetable
from defection.measures import FLOWS
from defection.parameters import PARAMETERS, ParameterError, Parameters, nearest
from defection.state import SETTINGS, new_state, settings_row
from defection.streams import Streams, checked_seed

ARGUMENTS = ("country", "weeks", "seed", "rng", "record_categories", "record_crossings")
"""What :class:`DefectionModel` takes besides parameters."""


class RunEnded(RuntimeError):
    """A run that has ended cannot change any more."""


class DefectionModel(mesa.Model):
    """Leaving an autocracy, week by week (Dukalskis, Elkink & Xiong 2017, Figure 3).

    Parameters
    ----------
    country : str, path or Country
        A shipped country's name, a folder of your own, or a ``Country``.
    weeks : int, optional
        How many weeks to run; all that the country's data cover if left out.
    rng, seed : int or text, optional
        The run's seed (Mesa's two names for it); a fresh one, kept as ``model.seed``, if left out.
    record_categories : bool
        Also keep every category's attempts in every week, for :meth:`by_category`.
    record_crossings : bool
        Also keep who crossed the border in every week, for :meth:`crossings`.
    **kwargs
        Any of ``defection.PARAMETERS`` by name; the others keep their defaults. Interventions may
        also be a list of tables (:func:`defection.interventions.canonical`).

    Raises
    ------
    ParameterError, CountryError, SeedError
        All of them ``ValueError``; they name the thing, the value, the limit and the nearest right
        name.

    Examples
    --------
    >>> model = DefectionModel(seed=2, weeks=104).run()
    >>> model.yearly()[["year", "attempts", "successes"]]
       year  attempts  successes
    0  1992       ...
    1  1993       ...
    """

    province_class: type[Province] = Province
    citizen_class: type[CitizenCategory] = CitizenCategory

    def __init__(
        self,
        *,
        country: str | pathlib.Path | Country = "north_korea",
        weeks: int | None = None,
        rng: object = None,
        record_categories: bool = False,
        record_crossings: bool = False,
        **kwargs: Any,
    ) -> None:
        # not named above: batch_run of Mesa 3.4 would take a seed among its parameters away
        self.seed = checked_seed(kwargs.pop("seed", None), rng)
        super().__init__(rng=self.seed)
        for name in [name for name in kwargs if name not in PARAMETERS]:
            near = nearest(name, (*PARAMETERS, *ARGUMENTS))
            raise ParameterError(f"there is no parameter {name!r}{near}")
        self.parameters = Parameters(**kwargs)
        self.country = load(country)
        self.weeks = checked_weeks(weeks, self.country)
        self.week = 0
        self.streams = Streams(self.seed)
        self.record_crossings = record_crossings
        self.state = new_state(len(self.country.provinces))[0]
        """What changes from week to week, a row of ``state.PROVINCE`` for each province, [P]."""
        self.growth_percent = self.country.growth_percent.tolist()
        self._plan()
        self.removed: set[int] = set()  # positions of categories that have no people any more
        row = settings_row(self.parameters, 0)
        self.in_force = np.array([row] * len(self.state), SETTINGS)
        """The parameters in force in each province, rows of ``state.SETTINGS``, [P]."""
        self.count_heads()
        self._people_the_country()
        self.history = History(self.country, self.weeks, record_categories, record_crossings)
        self._change()
        self.datacollector = new_collector()

    def __repr__(self) -> str:
        done = f"{self.week:,} of {self.weeks:,} weeks{', stopped early' * self.stopped_early}"
        counts = [f"{self.history.totals()[name]:,} {name}" for name in ("attempts", "successes")]
        what = f"{type(self).__name__} of {self.country.name}, seed {self.seed}"
        return f"<{what}: {done}, {', '.join(counts)}>"

    def _people_the_country(self) -> None:
        self._province_list: list[Province] = []
        self._citizen_list: list[CitizenCategory] = []
        for p, name in enumerate(self.country.provinces):
            province = self.province_class(self, name=name, index=p)
            self._province_list.append(province)
            for traits in self.country.traits:
                named = dict(zip(self.country.dimensions, traits, strict=True))
                index = len(self._citizen_list)
                citizens = self.citizen_class(self, province=province, traits=named, index=index)
                self._citizen_list.append(citizens)

    @property
    def citizens(self) -> mesa.agent.AgentSet:
        """All citizen categories."""
        return self.agents_by_type[self.citizen_class]

    @property
    def provinces(self) -> mesa.agent.AgentSet:
        """All provinces."""
        return self.agents_by_type[self.province_class]

    def step(self) -> None:
        """Simulate one week: decide, repress, cross, hear, learn, adjust; none after the end."""
        self.steps = self.week + self.running
        if not self.running:
            return
        self._begin_week()
        self.citizens.do("decide")
        self.provinces.do("repress")
        if self.record_crossings:
            self.provinces.do("cross")
        self.provinces.do("hear")
        self.history.record_flows(self.state, self._citizen_list)
        self.provinces.do("learn")
        self.provinces.do("adjust")
        self._end_week()

    def run(self, progress: Callable[[int], object] | None = None) -> DefectionModel:
        """Step until the run ends, call ``progress(week)`` after each week, return the model."""
        while self.running:
            self.step()
            if progress:
                progress(self.week)
        return self

    def intervene(self, provinces: Sequence[str] = (), **values: object) -> None:
        """Change parameters from the coming week on, in some provinces or everywhere.

        The change becomes part of ``parameters.interventions``: a run with these parameters and
        this seed is the same run.

        Parameters
        ----------
        provinces : sequence of str
            Where; everywhere if left out.
        **values
            New values by the names of parameters.

        Raises
        ------
        ParameterError
            A parameter, a value or a province is none.
        RunEnded
            The run has ended.
        """
        if not self.running:
            raise RunEnded(f"this run has ended after {self.week} weeks: nothing can change")
        new = canonical({"from": f"week {self.week}", "provinces": provinces, **values})
        before = self.parameters
        text = new if before.interventions == NONE else f"{before.interventions}; {new}"
        self.parameters = before.replace(interventions=text)
        try:
            self._plan()
        except ParameterError:
            self.parameters = before
            raise
        self._change()

    def _plan(self) -> None:
        """Read the interventions, and the famine years that they and the parameters use."""
        readings = famine_readings([self.parameters])
        changes = timetable(self.parameters, self.country, readings.index)
        self.famines = [self.country.famine(reading).tolist() for reading in readings]
        self.changes = changes  # only where nothing was refused

    def _change(self) -> None:
        """Put in force what changes with the coming week, and record the states in force."""
        for number in np.flatnonzero(self.changes.weeks == self.week):
            here = self.changes.provinces[number]
            self.in_force[here] = self.changes.settings[number]
            self._province_list[here].change(bool(self.changes.resets[number]))
        self.history.record_states(self.state)

    def _begin_week(self) -> None:
        draw, provinces = self.streams.draw, len(self._province_list)
        self.uniforms = draw("decide", self.country.category_count).tolist()
        self.uniforms_to_repress = draw("repress", provinces).tolist()
        self.uniforms_to_hear_stopped = draw("hear_stopped", provinces).tolist()
        self.uniforms_to_hear_successes = draw("hear_successes", provinces).tolist()
        if self.record_crossings:
            self.uniforms_to_cross = draw("cross", self.country.category_count)

    def _end_week(self) -> None:
        self.history.end_week(self.province_populations)
        self.week += 1
        self.count_heads()
        over = self.attempts > int(self.in_force[0]["stop_threshold"])
        self.stopped_early = over and self.week < self.weeks
        self.running = self.week < self.weeks and not self.stopped_early
        if self.running:
            self._change()
        else:
            self.history.record_states(self.state)
        if self.week % WEEKS_PER_YEAR == 0 and self.week < self.weeks:
            self.provinces.do("begin_year")  # a new year's famine and economy
            self.citizens.do("update_utility")
        collect(self)

    def count_heads(self) -> None:
        """Count the people of the week to come (of the last week, once the run is over)."""
        week = min(self.week, self.weeks - 1)
        heads, people = self.country.head_counts(week), self.country.province_populations(week)
        if self.removed:
            heads[list(self.removed)] = 0
            people = heads.reshape(people.size, -1).sum(axis=1)
        self.head_counts, self.province_populations = heads.tolist(), people.tolist()

    stopped_early = False
    """Whether the run passed the stop threshold before its last week."""

    @property
    def famine(self) -> list[float]:
        """1 for each famine year and 0 for others, by the parameters before any intervention."""
        return self.famines[0]

    @property
    def year_index(self) -> int:
        """Number of the current year, from 0."""
        return min(self.week, self.weeks - 1) // WEEKS_PER_YEAR

    @property
    def year(self) -> int:
        """Calendar year of the coming week (of the last week, once the run is over)."""
        return self.country.years[self.year_index]

    @property
    def population(self) -> int:
        """People in the whole country."""
        return sum(self.province_populations)

    @property
    def mean_repression(self) -> float:
        """Repression in force, averaged over provinces by their population."""
        return mean_by_people(self.state["repression"].tolist(), self.province_populations)

    @property
    def mean_belief(self) -> float:
        """Believed repression (the belief's mean), averaged over provinces by their population."""
        means = [province.belief.mean for province in self._province_list]
        return mean_by_people(means, self.province_populations)

    def weekly(self) -> pd.DataFrame:
        """Return a row per week and province; columns and times: :mod:`defection.measures`."""
        return self.history.weekly()

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, beside what was observed."""
        return self.history.yearly()

    def by_category(self) -> pd.DataFrame:
        """Return each category's attempts in each year; needs ``record_categories=True``."""
        return self.history.by_category()

    def crossings(self) -> pd.DataFrame:
        """Return who crossed, by week and category; needs ``record_crossings=True``."""
        return self.history.crossings()


def _national(name: str) -> property:
    def total(self: DefectionModel) -> int:
        return sum(self.state[name].tolist())

    return property(total, doc=f"The latest week's {name.replace('_', ' ')} in the whole country.")


for _name in FLOWS:
    setattr(DefectionModel, _name, _national(_name))
