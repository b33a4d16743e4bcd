"""A programme in the runs of the law, at any point of what is uncertain."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from defection.batch_runs.ensemble import stream_ensemble
from defection.batch_runs.programme.assumptions import ASSUMPTIONS, IN_PAIRS, NEWS
from defection.batch_runs.programme.effects import FURTHER_YEARS, TOTAL, of_run
from defection.batch_runs.programme.inputs import Input, ProgrammeError, sobol, stratified
from defection.batch_runs.programme.news import heard
from defection.batch_runs.programme.paths import CrossedRun, grouped
from defection.batch_runs.programme.plan import planned_rescues
from defection.batch_runs.programme.published import Sourced
from defection.batch_runs.programme.scenario import COSTS, Scenario
from defection.batch_runs.scores.facts import RECORD, crossings_by_run
from defection.country import WEEKS_PER_YEAR, Country
from defection.journey.data import JourneyArrays, journey_arrays
from defection.journey.shadow import ONWARD_FAILED, ONWARD_PEOPLE, TAKEN, WORLD_CHINA, WORLD_ONWARD
from defection.parameters import Parameters
from defection.progress import Progress

BATCH = 10
"""Runs of the law that are in memory together."""
KEYS = (6, 8)
"""Of the points of the assumptions in pairs: one that is added moves none of the others."""
CROSSINGS_AFTER = "assumptions.crossings_after"


def law_runs(
    country: Country, points: Sequence[Parameters], seeds: Sequence[int], threads: int | None,
    report: Progress, total: int,
) -> dict[int, CrossedRun]:  # fmt: skip
    """Run the law, and return who crossed by seed; a run that stopped early is left out.

    ``points`` has one for all runs, or one for each.
    """
    journey, found, done = journey_arrays(country), dict[int, CrossedRun](), 0
    for data in stream_ensemble(
        points, seeds, batch=BATCH, record=RECORD, country=country, threads=threads
    ):
        for rows, repression in crossings_by_run(data):
            if len(repression) == country.weeks:
                found[seeds[done]] = CrossedRun.from_rows(journey, rows, repression)
            done += 1
            report(done, total)
    if not found:
        raise ProgrammeError(
            "the run of the law stopped early: take other parameters"
            if len(seeds) == 1
            else f"all {len(seeds):,} runs of the law stopped early: take other parameters"
        )
    return found


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """Spending, planned rescues, and effects by name, [horizons, runs]."""

    spent: float
    planned: float
    effects: Mapping[str, np.ndarray]
    news: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    """What changes because home hears of it (``news.heard``), where that is on, [draws, ...]."""


@dataclasses.dataclass(frozen=True, eq=False)
class World:
    """A programme in runs of the law.

    Parameters
    ----------
    country, published, read
        The country, what is published, and the programme.
    points : tuple of Parameters
        Without those that have a range: one for all runs of the law, or one for each.
    runs : mapping of int to CrossedRun
        Runs of the law by seed.
    """

    country: Country
    published: Sourced
    read: Scenario
    points: tuple[Parameters, ...]
    runs: Mapping[int, CrossedRun]

    @property
    def later(self) -> tuple[int, ...]:
        """The years after those of the law that the programme needs."""
        if self.published.later and self.read.years[1] > self.country.years[-1]:
            return self.published.later.years
        return ()

    @property
    def horizons(self) -> tuple[str, str]:
        """The last year with data that the programme needs, and ten years on."""
        last = (*self.country.years, *self.later)[-1]
        mark = ", extrapolated" if self.later else ""
        return f"{last}{mark}", f"{last + FURTHER_YEARS}, extrapolated"

    @property
    def years(self) -> tuple[int, ...]:
        """All years with data of the journey, those after the law's among them."""
        later = self.published.later
        return (*self.country.years, *(later.years if later else ()))

    def journey(self) -> JourneyArrays:
        """Return the journey with all years for which there are data."""
        later, country = self.published.later, self.country
        if later:
            country = dataclasses.replace(country, journey=later.journey)
        return grouped(journey_arrays(country))

    def cube(self) -> np.ndarray:
        """Return points of the unit cube of the inputs that vary, [points, inputs].

        Each cost and assumption has a coordinate of its own, so an input that is switched on leaves
        the others at their points. Those of paired runs are stratified, each by itself, so that the
        Sobol' points of the others are the same with them and without.
        """
        direct = [one for one in ASSUMPTIONS if one not in IN_PAIRS]
        own = (*(f"costs.{name}" for name in COSTS), *(f"assumptions.{one}" for one in direct))
        names = [one.name for one in varied(self.read.inputs)]
        in_pairs = [f"assumptions.{one}" for one in IN_PAIRS]
        ranges = [name for name in names if name not in (*own, *in_pairs)]
        if not names:
            return sobol(0, 1, self.read.seed)
        every = sobol(len(own) + len(ranges), self.read.points, self.read.seed)
        alone = [stratified(self.read.points, self.read.seed, key) for key in KEYS]
        every, at = np.column_stack([every, *alone]), (*own, *ranges, *in_pairs)
        return every[:, [at.index(name) for name in names]]

    def values(self, cube: np.ndarray) -> dict[str, float]:
        """Return the inputs at a point of the unit cube of those that vary."""
        coordinates = iter(cube)
        return {
            one.name: float(one.quantiles(next(coordinates) if one.varies else 0.5))
            for one in self.read.inputs
        }

    def after(self, values: Mapping[str, float]) -> np.ndarray:
        """Return by which factor crossings differ in each later year from the law's last one."""
        count = len(self.later)
        later = self.published.later
        if self.read.stated.as_observed and later and count:
            last = {year: people for year, people, _ in self.country.observed}
            known = [later.arrivals[year].total for year in self.later]
            return np.array(known) / last[self.country.years[-1]]
        return np.array(values.get(CROSSINGS_AFTER, 1.0) ** np.arange(1, count + 1), float)

    def at(self, values: Mapping[str, float], on: tuple[str, ...] | None = None) -> Found:
        """Return the effects at these values, with all assumptions of the ladder or some."""
        plan, spent, planned = planned_rescues(self.read, values, self.years, on)
        journey, after = self.journey(), self.after(values)
        counted = [
            of_run(self.country, point, run.longer(after), plan, journey)[0]
            for point, run in self.runs_at(values)
        ]
        found = {
            name: np.array([[one[h][name] for one in counted] for h in range(2)])
            for name in counted[0][0]
        }
        if not self.read.on(NEWS) or (on is not None and NEWS not in on):
            return Found(spent, planned, found)
        seeds = range(self.read.seed, self.read.seed + self.read.pairs)
        share = values[f"assumptions.{NEWS}"]
        points = [point for point, _ in self.runs_at(values)][: None if self.has_draws else 1]
        pairs = [heard(self.country, one, share, plan, journey, seeds) for one in points]
        runs_found = found["additional_arrivals"]
        for name in pairs[0][0]:
            by_draw = np.stack([more[name] for more, _ in pairs], axis=1)
            found[name] = np.broadcast_to(by_draw, runs_found.shape)
        found[TOTAL] = runs_found + found["further_arrivals"]
        changes = {name: np.array([own[name] for _, own in pairs]) for name in pairs[0][1]}
        return Found(spent, planned, found, changes)

    def paths(self, values: Mapping[str, float]) -> dict[str, np.ndarray]:
        """Return by year and run, [years, runs]: arrivals by China with and without, and people.

        Without the programme the world is the world with it and the shadow together.
        """
        plan, _, _ = planned_rescues(self.read, values, self.years)
        journey, after = self.journey(), self.after(values)
        kept: dict[str, list[np.ndarray]] = {"with": [], "without": [], "rescued": [], "china": []}
        for point, run in self.runs_at(values):
            long = run.longer(after)
            _, direct, answered = of_run(self.country, point, long, plan, journey)
            world = direct if answered is None else answered
            weeks = len(long.crossed)
            by_year = direct[:weeks].reshape(-1, WEEKS_PER_YEAR, direct.shape[1]).sum(axis=1)
            own = world[:weeks].reshape(-1, WEEKS_PER_YEAR, world.shape[1]).sum(axis=1)
            rescued = (1.0 - plan.failure) * own[:, TAKEN]
            kept["without"].append(
                by_year[:, WORLD_ONWARD] + by_year[:, ONWARD_PEOPLE] - by_year[:, ONWARD_FAILED]
            )
            kept["with"].append(own[:, WORLD_ONWARD] + rescued)
            kept["rescued"].append(rescued)
            kept["china"].append(own[:, WORLD_CHINA] / WEEKS_PER_YEAR)
        return {name: np.array(each).T for name, each in kept.items()}

    @property
    def has_draws(self) -> bool:
        """Whether each run of the law has parameters of its own."""
        return len(self.points) > 1

    def point_of(self, seed: int) -> Parameters:
        """Return the parameters of the run of a seed, but for those that have a range."""
        return self.points[(seed - self.read.seed) % len(self.points)]

    def runs_at(self, values: Mapping[str, float]) -> list[tuple[Parameters, CrossedRun]]:
        """Return the parameters of each run of the law at these values, and the run."""
        return [(at_values(self.point_of(seed), values), run) for seed, run in self.runs.items()]


def at_values(point: Parameters, values: Mapping[str, float]) -> Parameters:
    """Return parameters with those that have a range at these values."""
    ranges = {
        name.removeprefix("parameters."): value
        for name, value in values.items() if name.startswith("parameters.")
    }  # fmt: skip
    return point.replace(**ranges) if ranges else point


def in_order(
    world: World, values: Sequence[Mapping[str, float]], threads: int | None,
    on: Sequence[tuple[str, ...] | None] | None = None,
) -> Iterator[Found]:  # fmt: skip
    """Yield the effects at several points in their order, worked out on several threads."""
    switches = on or [None] * len(values)
    with ThreadPoolExecutor(threads) as pool:
        jobs = [
            pool.submit(world.at, own, these) for own, these in zip(values, switches, strict=True)
        ]
        try:
            for job in jobs:
                yield job.result()
        finally:
            for job in jobs:
                job.cancel()


def varied(inputs: Sequence[Input]) -> list[Input]:
    """Return the inputs that have more than one value."""
    return [one for one in inputs if one.varies]
