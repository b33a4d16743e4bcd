"""Facts of the journey beside runs: what each means in a run, residuals by kind, misfit."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from defection.batch_runs.crossings import crossing_rows
from defection.batch_runs.errors import check_known
from defection.batch_runs.execution.in_process import cores, run_jobs
from defection.batch_runs.scores.distance import ScoreError
from defection.batch_runs.scores.facts_of_run import CLOCKS, FollowedRun
from defection.checks import shown
from defection.country import Country, load
from defection.journey.data import GENDER, journey_arrays
from defection.journey.facts import CHECK, FIT, USES, Fact, read_facts, scaled
from defection.journey.parameters import dated_on_the_way
from defection.journey.statuses import distinguishes_status
from defection.parameters import Parameters

if TYPE_CHECKING:
    import xarray as xr

WORST = 30.0
"""The largest residual; it stands as well where a run has no value, such as for years that it did
not reach."""

RECORD = ("yearly", "crossings", "states_by_province")
"""What an ensemble must record so that its facts can be measured."""
_OF_GENDERS = ("yearly", "crossings_by_gender", "states_by_province")
"""What is enough where no fact is of another group."""


def column(fact: Fact) -> str:
    """Return the column of a table of runs that holds what they say of a fact."""
    return "fact_" + re.sub(r"[^a-z0-9]+", "_", fact.name.lower()).strip("_")


@dataclasses.dataclass(frozen=True, eq=False)
class Facts:
    """Facts of a country's journey, and how runs are compared with them.

    Parameters
    ----------
    country : Country
        A country with a journey.
    facts : tuple of Fact
        What was observed, [F].
    clock : str
        From which entry into China time is counted: ``first`` or ``last``.

    Raises
    ------
    ScoreError
        There are no facts, or there is no such clock.
    CountryError
        The country has no journey.

    Examples
    --------
    >>> facts = Facts.from_country("north_korea")
    >>> facts.part("fit").facts[0].name
    'arrivals 1992'
    >>> sorted({fact.use for fact in facts.facts})
    ['check', 'fit']
    """

    country: Country
    facts: tuple[Fact, ...]
    clock: str = "first"

    def __post_init__(self) -> None:
        check_known(
            f"clock = {shown(self.clock)} is not one of them", self.clock, CLOCKS, ScoreError
        )
        if not self.facts:
            raise ScoreError(f"{self.country.name} has no facts of a journey (targets.csv)")
        journey_arrays(self.country)

    @classmethod
    def from_country(cls, country: Any = "north_korea", *, clock: str = "first") -> Facts:
        """Return the facts in a country's own ``targets.csv``."""
        loaded = load(country)
        return cls(loaded, loaded.facts, clock)

    @classmethod
    def from_csv(
        cls, path: str | pathlib.Path, country: Any = "north_korea", *, clock: str = "first"
    ) -> Facts:
        """Return the facts in a file; errors name the file, the line and the column."""
        loaded, file = load(country), pathlib.Path(path)
        if not file.exists():
            raise ScoreError(f"{file}: there is no such file")
        found = read_facts(file, loaded.provinces, loaded.dimensions, loaded.years)
        return cls(loaded, found, clock)

    def part(self, use: str) -> Facts:
        """Return those for one use, ``fit`` or ``check``."""
        check_known(f"use = {shown(use)} is not one of them", use, USES, ScoreError)
        return dataclasses.replace(self, facts=tuple(f for f in self.facts if f.use == use))

    def held_out_after(self, year: int) -> Facts:
        """Return the same facts, for fitting those that end by a year, the later ones to check."""
        if year not in self.country.years:
            raise ScoreError(f"the data have no year {shown(year)}")
        weeks = (self.country.years.index(year) + 1) * (
            self.country.weeks // len(self.country.years)
        )
        facts = (
            dataclasses.replace(fact, use=FIT if fact.weeks[1] < weeks else CHECK)
            for fact in self.facts
        )
        return dataclasses.replace(self, facts=tuple(facts))

    def record_for(self, points: Iterable[Parameters]) -> tuple[str, ...]:
        """Return what an ensemble keeps so that the facts can be measured with these journeys.

        Who crossed by category only where a fact or a journey needs more than genders.
        """
        of_genders = all(fact.group[:1] in ((), ("province",), (GENDER,)) for fact in self.facts)
        by_status = any(distinguishes_status(point) for point in points)
        return _OF_GENDERS if of_genders and not by_status else RECORD

    def check_dated(self, interventions: Iterable[str]) -> None:
        """Refuse interventions under which facts are not measured: time on the way is not followed.

        Before the first run, where they are known.
        """
        for text in dict.fromkeys(interventions):
            if name := dated_on_the_way(text):
                raise ScoreError(f"facts are not measured where {name} changes in the run")

    def check_wish(self, wishes: Iterable[float]) -> None:
        """Refuse places of the United States: lags of arrivals are followed without them."""
        if any(wish > 0 for wish in wishes):
            raise ScoreError("facts are not measured where united_states_wish is above 0")

    @functools.cached_property
    def observed(self) -> np.ndarray:
        """What was observed, in each fact's unit, [F]."""
        return np.array([fact.value for fact in self.facts])

    @property
    def columns(self) -> list[str]:
        """The columns of a table of runs that hold what they say of the facts, [F]."""
        return [column(fact) for fact in self.facts]

    @functools.cached_property
    def uses(self) -> np.ndarray:
        """What each is used for, [F]."""
        return np.array([fact.use for fact in self.facts])

    def measure(
        self, crossings: np.ndarray, repression: np.ndarray, parameters: Parameters
    ) -> np.ndarray:
        """Return what one run says of each fact.

        Parameters
        ----------
        crossings : array
            Who crossed, rows of :data:`defection.crossings.CROSSING`, or people by week, province
            and gender, [weeks, P genders].
        repression : array
            In force in each week that was run and each province, [weeks, P].
        parameters : Parameters
            Of the journey.

        Returns
        -------
        array
            In each fact's unit, [F]; not a number where the run did not reach its weeks, or where
            there is nobody to be a share of.

        Raises
        ------
        ScoreError
            A parameter of the journey changes in the run, or places of the United States are
            counted: time on the way is not followed then.
        """
        self.check_dated([parameters.interventions])
        self.check_wish([parameters.united_states_wish])
        run = FollowedRun.from_crossings(
            self.country, crossings, repression, parameters, self.clock
        )
        return np.array([run.value(fact) for fact in self.facts])

    def measure_ensemble(
        self,
        data: xr.Dataset,
        parameters: Parameters | Iterable[Parameters],
        *,
        threads: int | None = None,
    ) -> np.ndarray:
        """Return what each run of an ensemble says of each fact, [R, F].

        Parameters
        ----------
        data : xarray.Dataset
            Of :func:`defection.batch_runs.run_ensemble` with ``record=RECORD``, or with what
            :meth:`record_for` returns.
        parameters : Parameters, or a list of them
            Of the journey, for all runs or for each.
        threads : int, optional
            One for each core if left out.
        """
        kept = {"crossing_run", "weekly_crossings_by_gender"} & set(data)
        missing = [] if kept else ["crossing_run"]
        missing += {"weekly_repression_by_province"} - set(data)
        if missing:
            said = f"the ensemble has no {missing[0]}: facts need record=({', '.join(RECORD)})"
            raise ScoreError(said)
        runs = data.sizes["run"]
        each = [parameters] * runs if isinstance(parameters, Parameters) else [*parameters]
        if len(each) != runs:
            raise ScoreError(f"there are {len(each)} sets of parameters for {runs} runs")
        self.check_dated(point.interventions for point in each)
        self.check_wish(point.united_states_wish for point in each)
        found, followed = np.full((runs, len(self.facts)), np.nan), [*crossings_by_run(data)]

        def do(i: int, _halt: np.ndarray) -> int:
            found[i] = self.measure(*followed[i], each[i])
            return 1

        run_jobs(do, range(runs), threads or cores(), lambda _done: None)
        return found

    def residuals(self, values: np.ndarray, observed: np.ndarray | None = None) -> np.ndarray:
        """Return how far values, [..., F], are from what was observed, in standard deviations.

        A residual is at most :data:`WORST`, which stands where there is no value. In place of what
        was observed there may be ``observed``, [F], in each fact's unit.
        """
        found = np.empty(np.shape(values))
        for i, fact in enumerate(self.facts):
            there = scaled(fact.value if observed is None else observed[i], fact.scale)
            found[..., i] = (scaled(values[..., i], fact.scale) - there) / fact.sd
        return np.nan_to_num(np.clip(found, -WORST, WORST), nan=WORST)

    def misfit(self, values: np.ndarray, use: str | None = None) -> np.ndarray:
        """Return the sum of squared residuals of values, [..., F]; of one use, if it is named."""
        squares = self.residuals(values) ** 2
        return np.asarray(squares[..., self.uses == use if use else slice(None)].sum(axis=-1))


def crossings_by_run(data: xr.Dataset) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield of each run of an ensemble who crossed and the repression in force, [weeks run, P].

    Who crossed are rows of ``CROSSING``, or [weeks run, P genders] where only genders were kept.
    """
    repression = data["weekly_repression_by_province"].to_numpy()
    if "crossing_run" not in data:
        people = data["weekly_crossings_by_gender"].to_numpy()
        people = people.reshape(*people.shape[:2], -1)
        for i, weeks in enumerate(data["weeks_run"].to_numpy()):
            yield people[i, :weeks], repression[i, :weeks]
        return
    rows = crossing_rows(data)
    numbers = data["crossing_run"].to_numpy() - data["run"].to_numpy()[0]
    edges = np.searchsorted(numbers, np.arange(data.sizes["run"] + 1))
    for i, weeks in enumerate(data["weeks_run"].to_numpy()):
        yield rows[edges[i] : edges[i + 1]], repression[i, :weeks]


def people_of(crossings: np.ndarray) -> int:
    """Return how many people crossed in a run, of which :func:`crossings_by_run` yields either."""
    return int((crossings if crossings.dtype.names is None else crossings["people"]).sum())
