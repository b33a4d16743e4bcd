"""Where the time of a run goes: how often what is done, what it takes, and how far the floor is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.regimes import REGIMES, TITLES
from benchmarks.timing import ratio, rounds
from defection import Parameters
from defection.arrays import COUNTED, country_arrays, famine_readings, new_scratch
from defection.batch_runs import run_ensemble
from defection.batch_runs.records import Records
from defection.circle_pages import new_circle_scratch
from defection.compiled import compiled
from defection.country import load
from defection.distributions import beta_cdf, binomial_quantile
from defection.interventions import timetable
from defection.journey.data import no_journey
from defection.journey.move import new_travellers
from defection.journey.rescues import no_rescue
from defection.state import SETTINGS, settings_row
from defection.streams import fill, start_states
from defection.thresholds import count_at_threshold, set_thresholds
from defection.week import simulate_many

RUNS = 10


def counts(changes: dict[str, Any]) -> np.ndarray:
    """Return how often what of ``COUNTED`` is done in a run, on average of some."""
    country, point = load("north_korea"), Parameters(**changes)
    readings = famine_readings([point])
    arrays = country_arrays(country, readings)
    scratch = new_scratch(arrays, country.weeks)
    records = Records.from_names("yearly", country, country.weeks)
    settings = np.array([settings_row(point, readings.index(point.famine_years))] * RUNS, SETTINGS)
    simulate_many(
        arrays, settings, timetable(point, country, readings.index),
        np.zeros(RUNS + 1, np.int64), np.array([start_states(seed) for seed in range(RUNS)]),
        np.arange(RUNS), country.weeks, scratch,
        new_circle_scratch(arrays, country.weeks, np.ones(1, np.int64)),
        records.member(), records.allocate(RUNS),
        np.zeros((0, 0, 0), np.int32), no_journey(), new_travellers(no_journey()), no_rescue(),
        np.zeros((0, 0, 0)), np.zeros(1, np.int64),
    )  # fmt: skip
    return scratch.counts / RUNS


@compiled
def _probabilities(x: float, alpha: float, beta: float, times: int) -> float:
    total = 0.0
    for i in range(times):
        total += beta_cdf(x + 1e-9 * i, alpha, beta)
    return total


@compiled
def _inversions(uniforms: np.ndarray, n: int, p: float) -> int:
    total = 0
    for uniform in uniforms:
        total += binomial_quantile(uniform, n, p)
    return total


@compiled
def _thresholds(scratch: Any, times: int) -> None:
    for i in range(times):
        set_thresholds(scratch, 0, 95.0 + i, 57.0)


@compiled
def _floor(states: np.ndarray, uniforms: np.ndarray, thresholds: np.ndarray, weeks: int) -> int:
    """Draw one uniform number for each category and week, and compare it with a threshold."""
    count = 0
    for _ in range(weeks):
        fill(states, 0, uniforms.reshape(-1))
        for here in range(thresholds.shape[0]):
            count += count_at_threshold(uniforms, thresholds, here)
    return count


def _nanoseconds(work: Callable[[], object], times: int) -> float:
    """Return the least time of twenty that one of ``times`` takes."""
    work()
    taken = []
    for _ in range(20):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken) / times * 1e9


def costs() -> list[tuple[str, float]]:
    """Return what one of each takes, ns, at the sizes that occur with the baseline."""
    country = load("north_korea")
    scratch = new_scratch(country_arrays(country, ("country",)), 52)
    scratch.cutoffs[:] = np.array([0.45, np.log(0.45), np.log(0.55)])[:, None, None]
    scratch.heads[:] = 20_000
    uniforms = np.random.default_rng(1).random(20_000)
    n = 20_000
    return [
        ("the thresholds of a province", _nanoseconds(lambda: _thresholds(scratch, n), n)),
        ("an exact probability", _nanoseconds(lambda: _probabilities(0.48, 100.0, 58.0, n), n)),
        *(
            (
                f"an inversion of a binomial number with mean {mean:,}",
                _nanoseconds(lambda p=mean / 20_000: _inversions(uniforms, 20_000, p), n),
            )
            for mean in (0.1, 2.5, 20, 200, 2_000)
        ),
    ]


def floors(count: int) -> dict[str, tuple[float, float, float]]:
    """Return how many times as long as the floor a run of each regime takes."""
    states, thresholds = start_states(1), np.full((10, 72), 2**60)
    uniforms = np.empty((10, 72), np.int64)

    def bare(_: int) -> int:
        for _ in range(40):
            _floor(states, uniforms, thresholds, 1196)
        return 40

    def runner(changes: dict[str, Any]) -> Callable[[int], int]:
        def work(k: int) -> int:
            run_ensemble(Parameters(**changes), range(100 * k, 100 * k + 40), threads=1)
            return 40

        return work

    seconds = rounds(
        {"floor": bare, **{name: runner(changes) for name, changes in REGIMES.items()}}, count
    )
    return {name: ratio(seconds[name], seconds["floor"]) for name in REGIMES}


def profile(count: int) -> str:
    """Return the section on where the time goes."""
    lines = [
        "How often what is done in a run, on average:",
        "",
        f"| parameters | {' | '.join(COUNTED)} | times as long as the floor |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    above = floors(count)
    for name, changes in REGIMES.items():
        numbers = " | ".join(f"{number:,.0f}" for number in counts(changes))
        middle, low, high = above[name]
        lines.append(f"| {TITLES[name]} | {numbers} | {middle:.2f} ({low:.2f} to {high:.2f}) |")
    lines += [
        "",
        "The floor draws one uniform number for each of the 720 categories and 1,196 weeks and "
        "compares it with a threshold, and does nothing else.",
        "",
        "| what one takes | ns |",
        "|---|---:|",
        *(f"| {what} | {ns:,.0f} |" for what, ns in costs()),
    ]
    return "\n".join(lines)
