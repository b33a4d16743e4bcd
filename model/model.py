"""The model as Mesa knows it: the same law as the compiled ensemble, by agents."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pandas as pd

from defection import circles
from defection.agents import CitizenCategory, Province, Refugees
from defection.border import weights_of
from defection.changing import Changing
from defection.collector import collect, mean_by_people, new_collector
from defection.counties import neighbours_of
from defection.country import WEEKS_PER_YEAR, Country, checked_weeks, load
from defection.crossings import genders_of
from defection.dated_shares import edges_of, head_counts
from defection.history import History
from defection.journey.flow import NAMES, Journey
from defection.measures import FLOWS
from defection.parameters import ALL_PARAMETERS, ParameterError, nearest
from defection.readings import check_readings
from defection.state import SETTINGS, new_state, settings_row
from defection.streams import Streams, checked_seed

ARGUMENTS = ("country", "weeks", "seed", "rng", "record_categories", "record_crossings")
"""What :class:`DefectionModel` takes besides parameters."""


class DefectionModel(Changing, mesa.Model):
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
        Any of ``defection.ALL_PARAMETERS`` by name; the others have the country's defaults.
        Interventions may also be a list of tables (:func:`defection.interventions.canonical`).

    Raises
    ------
    ParameterError, CountryError, SeedError
        All of them ``ValueError``; they name thing, value, limit and the nearest right name.

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
    refugees_class: type[Refugees] = Refugees

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
        for name in (name for name in kwargs if name not in ALL_PARAMETERS):
            near = nearest(name, (*ALL_PARAMETERS, *ARGUMENTS))
            raise ParameterError(f"there is no parameter {name!r}{near}")
        self.country = load(country)
        self.parameters = self.country.parameters(**kwargs)
        self.weeks = checked_weeks(weeks, self.country)
        self.week, self.streams = 0, Streams(self.seed)
        moves_on = self.parameters.journey == "on"
        self.draws_crossings = record_crossings or moves_on
        self.genders = genders_of(self.country)  # [C]
        self.journey = Journey(self.country, self.weeks, self.parameters) if moves_on else None
        """What happens after the border; its ``record`` has tables."""
        self.state = new_state(len(self.country.provinces))[0]  # [P], rows of state.PROVINCE
        self.growth_percent = self.country.growth_percent.tolist()
        self._plan()
        self.removed: set[int] = set()  # positions of categories that have no people any more
        self.in_force = np.array([settings_row(self.parameters, 0)] * len(self.state), SETTINGS)
        """The parameters in force in each province, rows of ``state.SETTINGS``, [P]."""
        check_readings(self.country, self.parameters)
        self.circles = circles.for_agents(self.country, self.parameters.news_circles, self.weeks)
        """The news circles of all provinces; None where each province is one."""
        self.count_heads()
        self.border_weights = weights_of(self.country)  # [2, P], by both measures
        self.near = neighbours_of(self.country.neighbours, self.country.provinces)  # [P, P]
        self._people_the_country()
        self.history = History(self.country, self.weeks, record_categories, record_crossings)
        self._change()
        self.provinces.do("note_discontent")
        self.datacollector = new_collector(NAMES if self.journey else ())

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
            for index, traits in enumerate(self.country.traits, len(self._citizen_list)):
                named = dict(zip(self.country.dimensions, traits, strict=True))
                citizens = self.citizen_class(self, province=province, traits=named, index=index)
                self._citizen_list.append(citizens)
        if self.journey:
            for province in self._province_list:
                self.refugees_class(self, province=province)

    @property
    def citizens(self) -> mesa.agent.AgentSet:
        """All citizen categories."""
        return self.agents_by_type[self.citizen_class]

    @property
    def provinces(self) -> mesa.agent.AgentSet:
        """All provinces."""
        return self.agents_by_type[self.province_class]

    @property
    def refugees(self) -> mesa.agent.AgentSet:
        """Those from each province who crossed; none unless the journey is on."""
        nobody = mesa.agent.AgentSet([], random=self.random)
        return self.agents_by_type.get(self.refugees_class, nobody)

    def step(self) -> None:
        """Simulate one week: decide, repress, cross, hear, learn, adjust; none after the end."""
        self.steps = self.week + self.running
        if not self.running:
            return
        self._begin_week()
        self.provinces.do("decide")
        self.provinces.do("repress")
        if self.draws_crossings:
            self.provinces.do("cross")
        if self.journey:
            crossed = np.array([citizens.crossed for citizens in self._citizen_list], np.int32)
            changed = self.week in self.changes.weeks
            self.journey.begin_week(self.in_force[0], crossed, changed=changed)
            self.refugees.do("move")
            self.journey.end_week(self.state)
        self.provinces.do("hear")
        self.history.record_flows(self.state, self._citizen_list)
        self.provinces.do("learn")
        if self.circles:
            self.history.record_circles(self.circles.rows)
        self.provinces.do("adjust")
        self._end_week()

    def run(self, progress: Callable[[int], object] | None = None) -> DefectionModel:
        """Step until the run ends, call ``progress(week)`` after each week, return the model."""
        while self.running:
            self.step()
            if progress:
                progress(self.week)
        return self

    def _begin_week(self) -> None:
        draw, provinces = self.streams.draw, len(self._province_list)
        if self.circles:
            circles.draw(self.streams.states, self.circles, self.circles.rows.size)
            return
        self.uniforms = draw("decide", self.country.category_count).tolist()
        self.uniforms_to_repress = draw("repress", provinces).tolist()
        self.uniforms_to_hear_stopped = draw("hear_stopped", provinces).tolist()
        self.uniforms_to_hear_successes = draw("hear_successes", provinces).tolist()
        if self.journey:
            names = self.journey.purposes
            self.uniforms_to_hear_news = [draw(name, provinces).tolist() for name in names]

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
            self.history.record_states(self.state, self.circles and self.circles.rows)
        if self.week % WEEKS_PER_YEAR == 0 and self.week < self.weeks:
            self.provinces.do("begin_year")  # a new year's famine and economy
            self.citizens.do("update_utility")
            self.provinces.do("note_discontent")
        collect(self)

    def count_heads(self) -> None:
        """Count the people of the week to come (of the last week, once the run is over)."""
        week = min(self.week, self.weeks - 1)
        self.edges = edges_of(self.country, self.year_index, self.parameters.dated_shares)
        circles.begin_year(self.circles, self.country, self.year_index, self.edges)
        self.country_population = int(self.country.weekly_population[week])
        heads = head_counts(self.country_population, self.edges)
        people = self.country.province_populations(week)
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
        """Return a row per week and province; columns and times: :mod:`defection.measures`.

        Where the journey is on also its flows and stocks (``defection.journey.cells``).
        """
        table = self.history.weekly()
        by_week = self.journey.weekly() if self.journey else {}
        return table.assign(**{name: values.ravel() for name, values in by_week.items()})

    def yearly(self) -> pd.DataFrame:
        """Return a row per year for the whole country, beside what was observed.

        Where the journey is on also its flows, and its stocks at the end of the year.
        """
        table = self.history.yearly()
        return table.merge(self.journey.record.yearly(), on="year") if self.journey else table

    def by_category(self) -> pd.DataFrame:
        """Return each category's attempts in each year; needs ``record_categories=True``."""
        return self.history.by_category()

    def by_circle(self) -> pd.DataFrame:
        """Return a row per week and news circle: its flows, and the belief in force in the week.

        ``share`` is of the province's people. ``ValueError`` where each province is one circle.
        """
        return self.history.by_circle([c for one in self._province_list for c in one.circles])

    def crossings(self) -> pd.DataFrame:
        """Return who crossed, by week and category; needs ``record_crossings=True``."""
        return self.history.crossings()


def _national(name: str) -> property:
    def total(self: DefectionModel) -> int:
        return sum(self.state[name].tolist())

    return property(total, doc=f"The latest week's {name.replace('_', ' ')} in the whole country.")


for _name in FLOWS:
    setattr(DefectionModel, _name, _national(_name))
