"""The model as Mesa knows it: the same law as the compiled ensemble, told by agents."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from operator import attrgetter

import mesa
import pandas as pd

from defection.agents import CitizenCategory, Province
from defection.country import WEEKS_PER_YEAR, Country, checked_weeks, load
from defection.history import History
from defection.measures import FLOWS, MODEL_COLUMNS, PROVINCE_COLUMNS
from defection.parameters import PARAMETERS, ParameterError, Parameters, nearest
from defection.streams import Streams, checked_seed

ARGUMENTS = ("country", "weeks", "seed", "rng", "record_categories")
"""What :class:`DefectionModel` takes besides parameters."""


class RunEnded(RuntimeError):
    """A step was asked of a run that has ended."""


class DefectionModel(mesa.Model):
    """Leaving an autocracy, week by week (Dukalskis, Elkink & Xiong 2017, Figure 3).

    Parameters
    ----------
    country : str, path or Country
        A shipped country's name, a folder of your own, or a ``Country``.
    weeks : int, optional
        How many weeks to run; all that the country's data cover if left out.
    seed, rng : int or text, optional
        The run's seed (Mesa's two names for it); a fresh one, kept as ``model.seed``, if left out.
    record_categories : bool
        Also keep every category's attempts in every week, for :meth:`by_category`.
    **kwargs
        Any of ``defection.PARAMETERS`` by name; the others keep their defaults.

    Raises
    ------
    ParameterError, CountryError, SeedError
        All of them ``ValueError``; they name the thing, the value, the limit and the nearest right
        name.
    """

    province_class: type[Province] = Province
    citizen_class: type[CitizenCategory] = CitizenCategory

    def __init__(
        self,
        *,
        country: str | pathlib.Path | Country = "north_korea",
        weeks: int | None = None,
        seed: object = None,
        rng: object = None,
        record_categories: bool = False,
        **kwargs: object,
    ) -> None:
        self.seed = checked_seed(seed, rng)
        super().__init__(rng=self.seed)
        for name in kwargs:
            if name not in PARAMETERS:
                raise ParameterError(
                    f"there is no parameter {name!r}{nearest(name, (*PARAMETERS, *ARGUMENTS))}"
                )
        self.parameters = Parameters(**kwargs)
        self.country = load(country)
        self.weeks = checked_weeks(weeks, self.country)
        self.week = 0
        self.famine = self.country.famine(self.parameters.famine_years).tolist()
        self.economy = (self.country.growth_percent * self.parameters.economy_scale).tolist()
        self.tolerated_measure = PARAMETERS["tolerated_measure"].choices.index(
            self.parameters.tolerated_measure
        )
        self.streams = Streams(self.seed)
        self._people_the_country()
        self.history = History(self.country, self.weeks, categories=record_categories)
        self.history.begin(self._province_list)
        self._count_heads()
        self.datacollector = mesa.DataCollector(
            model_reporters={name: name for name in MODEL_COLUMNS},
            agenttype_reporters={
                self.province_class: {
                    column: attrgetter(name) for column, name in PROVINCE_COLUMNS.items()
                }
            },
        )
        self.datacollector.collect(self)

    def _people_the_country(self) -> None:
        self._province_list = [
            self.province_class(self, name=name, index=p)
            for p, name in enumerate(self.country.provinces)
        ]
        for province in self._province_list:
            if self.parameters.hearing == "nationwide":
                province.hears_of = self._province_list
            for traits in self.country.traits:
                index = province.index * len(self.country.traits) + len(province.categories)
                named = dict(zip(self.country.dimensions, traits, strict=True))
                self.citizen_class(self, province=province, traits=named, index=index)

    @property
    def citizens(self) -> mesa.agent.AgentSet:
        """All citizen categories."""
        return self.agents_by_type[self.citizen_class]

    @property
    def provinces(self) -> mesa.agent.AgentSet:
        """All provinces."""
        return self.agents_by_type[self.province_class]

    def step(self) -> None:
        """Tell one week: citizens decide on what they believe, provinces repress, news spread, repression is adjusted."""
        self._begin_week()
        self.citizens.do("decide")
        self.provinces.do("repress")
        self.provinces.do("hear")
        self.provinces.do("learn")
        self.provinces.do("adjust")
        self._end_week()

    def run(self, progress: Callable[[int], object] | None = None) -> DefectionModel:
        """Step until the run ends, calling ``progress(week)`` after each week; returns the model."""
        while self.running:
            self.step()
            if progress:
                progress(self.week)
        return self

    def _begin_week(self) -> None:
        if not self.running:
            raise RunEnded(
                f"this run has ended after {self.week} of {self.weeks} weeks; make a new model to run again"
            )
        places = len(self._province_list)
        self.luck_to_decide = self.streams.draw("decide", self.country.category_count).tolist()
        self.luck_to_repress = self.streams.draw("repress", places).tolist()
        self.luck_to_hear_stopped = self.streams.draw("hear_stopped", places).tolist()
        self.luck_to_hear_successes = self.streams.draw("hear_successes", places).tolist()

    def _end_week(self) -> None:
        self.history.add_week(self._province_list)
        self.week += 1
        self._count_heads()
        self.stopped_early = (
            self.attempts > self.parameters.stop_threshold and self.week < self.weeks
        )
        self.running = self.week < self.weeks and not self.stopped_early
        if self.week % WEEKS_PER_YEAR == 0 and self.week < self.weeks:
            self.citizens.do("update_utility")  # a new year's famine and economy
        self.datacollector.collect(self)
        if not self.running and not hasattr(self.datacollector, "_collection_steps"):
            self.steps += (
                1  # batch_run of Mesa 3.3 reads rows 0 .. steps - 1 and would lose the last week's
            )

    def _count_heads(self) -> None:
        """Count the people of the week to come (of the last week, once the run is over)."""
        week = min(self.week, self.weeks - 1)
        self.head_counts = self.country.head_counts(week).tolist()
        self.province_populations = self.country.province_populations(week).tolist()

    stopped_early = False
    """Whether the run passed the stop threshold before its last week."""

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
        return sum(p.repression * p.population for p in self._province_list) / self.population

    @property
    def mean_belief(self) -> float:
        """Believed repression (the belief's mean), averaged over provinces by their population."""
        return sum(p.belief.mean * p.population for p in self._province_list) / self.population

    def weekly(self) -> pd.DataFrame:
        """Return a row per week and province (columns and time convention: ``defection.measures``)."""
        return self.history.weekly()

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, beside the record."""
        return self.history.yearly()

    def by_category(self) -> pd.DataFrame:
        """Return each category's attempts in each year; needs ``record_categories=True``."""
        return self.history.by_category()


def _national(name: str) -> property:
    def total(self: DefectionModel) -> int:
        return sum([getattr(province, name) for province in self._province_list])

    return property(total, doc=f"The latest week's {name.replace('_', ' ')} in the whole country.")


for _name in FLOWS:
    setattr(DefectionModel, _name, _national(_name))
