"""ABC-SMC: nearer generation by generation, weights, plateaus, and the adjustment."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.inference import SequentialMonteCarlo, adjusted
from defection.batch_runs.inference.abc_smc import Kernel, next_epsilon
from defection.batch_runs.searches import Region, Screen, SearchError
from tests.batch_runs.searches.bowl import OBJECTIVE, SPACE, TRUTH, YEARS, Bowl, means

SEARCH = SequentialMonteCarlo(
    space=SPACE, objective=OBJECTIVE, particles=60, generations=6, batch=200
)


@pytest.fixture(scope="module")
def particles():
    return SEARCH.run(Bowl(), seed=1)


def test_epsilon_falls_and_every_particle_lies_within_it(particles):
    by_generation = particles.groupby("generation")
    epsilons = by_generation["epsilon"].first().to_numpy()
    assert len(epsilons) == 6
    assert (np.diff(epsilons) < 0).all()
    assert (particles["score"] <= particles["epsilon"]).all()
    assert by_generation["weight"].sum().to_numpy() == pytest.approx(1.0)
    assert by_generation.size().tolist() == [60] * 6


def test_the_last_generation_lies_around_the_truth(particles):
    last = particles[particles["generation"] == particles["generation"].max()]
    effective = 1 / (last["weight"] ** 2).sum()
    assert effective > 20
    for name, true in TRUTH.items():
        mean = np.average(last[name], weights=last["weight"])
        sd = np.sqrt(np.average((last[name] - mean) ** 2, weights=last["weight"]))
        assert abs(mean - true) < 3 * sd
        low, high = (
            SPACE.varied[SPACE.names.index(name)].low,
            SPACE.varied[SPACE.names.index(name)].high,
        )
        error = sd / np.sqrt(2 * effective)  # of a standard deviation
        assert sd + 2 * error < (high - low) / np.sqrt(12)  # narrower than the prior


def test_on_a_plateau_the_next_epsilon_is_below_it():
    assert (
        next_epsilon(np.array([7.0] * 90 + [1.0, 2.0, 3.0]), 0.5) == 2.0
    )  # the median of all scores would be 7


def test_the_kernel_s_density_is_a_mixture_of_normals():
    kernel = Kernel.from_particles(np.array([[0.1], [0.5]]), np.array([0.25, 0.75]))
    sd = kernel.factor[0, 0]
    at = np.array([[0.2], [0.4]])
    expected = [
        0.25 * np.exp(-(((x - 0.1) / sd) ** 2) / 2) + 0.75 * np.exp(-(((x - 0.5) / sd) ** 2) / 2)
        for x in at[:, 0]
    ]
    assert kernel.density(at) == pytest.approx(expected)


def test_it_gives_up_when_hardly_any_point_comes_near_enough():
    impatient = dataclasses.replace(SEARCH, generations=30, batches=1, batch=80)
    assert impatient.run(Bowl(), seed=1)["generation"].max() < 29


def test_a_restricted_prior_is_never_left(monkeypatch):
    monkeypatch.setattr("defection.batch_runs.searches.region.TREES", 60)
    screen = Screen(space=SPACE, objective=OBJECTIVE, points=256).run(
        Bowl(extinct_to=0.4, runaway_from=1.0), seed=1
    )
    region = Region.from_screen(SPACE, screen)
    trace = dataclasses.replace(SEARCH, region=region, generations=3).run(Bowl(), seed=1)
    assert region.contains(SPACE.unit(trace)).all()


def test_the_adjustment_moves_a_linear_model_to_the_truth(seed):
    rng = np.random.default_rng(seed)
    table = SPACE.table(0.3 + 0.4 * rng.random((400, 3))).assign(weight=1 / 400)
    place = SPACE.unit(table)
    odds = np.log(place / (1 - place))
    truth = SPACE.unit(SPACE.complete(pd.DataFrame([TRUTH])))[0]
    found = adjusted(table, SPACE, odds, np.log(truth / (1 - truth)))
    for name, true in TRUTH.items():
        assert found[name].to_numpy() == pytest.approx(true, rel=0.01)
    assert found["weight"].sum() == pytest.approx(1.0)


def test_the_adjustment_narrows_real_particles(particles):
    last = particles[particles["generation"] == 2]
    summaries = np.log1p(means(last))
    found = adjusted(last, SPACE, summaries, np.log1p(np.array(OBJECTIVE.target.counts)))
    assert found["famine_effect"].std() < last["famine_effect"].std()
    with pytest.raises(SearchError, match=r"summaries must have shape \(60, 8\), not \(60, 7\)"):
        adjusted(last, SPACE, summaries[:, : len(YEARS) - 1], np.zeros(8))
