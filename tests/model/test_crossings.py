"""Crossings: who got out, by week and category, without moving any other draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from defection import DefectionModel
from defection.batch_runs import crossings_of, run_ensemble, stream_ensemble
from defection.hypergeometric import hypergeometric_quantile, summed_hypergeometric_quantile
from tests.conftest import LIVELY


@pytest.fixture
def crossed(tiny):
    return DefectionModel(
        country=tiny, seed=1, record_crossings=True, record_categories=True, **LIVELY
    ).run()


def test_crossings_add_up_to_the_successes_of_every_week_and_province(crossed):
    sums = crossed.crossings().groupby(["week", "province"], observed=True)["people"].sum()
    weekly = crossed.weekly().set_index(["week", "province"])["successes"]
    successes = weekly[weekly > 0]
    assert sums.sum() > 100
    assert dict(sums) == dict(successes)


def test_nobody_crosses_who_did_not_attempt(crossed):
    attempts, people = crossed.history.category_attempts, crossed.history.category_crossings
    assert (people >= 0).all()
    assert (people <= attempts).all()


def test_both_engines_let_the_same_people_cross(tiny, crossed):
    data = run_ensemble(LIVELY, [1, 2], country=tiny, record=["crossings", "weekly_by_province"])
    table = crossings_of(data, tiny)
    mine = table[table["run"] == 0].drop(columns="run").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, crossed.crossings())
    assert set(table["run"]) == {0, 1}


def test_recording_crossings_moves_no_other_draw(tiny, crossed):
    plain = DefectionModel(country=tiny, seed=1, **LIVELY).run()
    pd.testing.assert_frame_equal(plain.weekly(), crossed.weekly())


def test_crossings_do_not_depend_on_threads(tiny):
    first, second = (
        run_ensemble(LIVELY, range(9), country=tiny, record="crossings", threads=threads)
        for threads in (1, 2)
    )
    assert first.identical(second)


def test_batches_number_the_runs_of_crossings_as_the_whole_ensemble_does(tiny):
    settings = {"country": tiny, "record": "crossings"}
    whole = crossings_of(run_ensemble(LIVELY, range(5), **settings), tiny)
    batches = stream_ensemble(LIVELY, range(5), batch=2, **settings)
    parts = pd.concat([crossings_of(data, tiny) for data in batches], ignore_index=True)
    pd.testing.assert_frame_equal(parts, whole)


def test_without_recording_the_model_says_how_to_get_them(lively):
    with pytest.raises(ValueError, match="record_crossings=True"):
        lively().run().crossings()


def test_the_stopped_are_shared_out_by_the_hypergeometric_distribution(seed):
    rng = np.random.default_rng(seed)
    for _ in range(500):
        total = int(10 ** rng.uniform(0, 5))
        marked, drawn = int(rng.integers(0, total + 1)), int(rng.integers(0, total + 1))
        u = rng.random()
        found = hypergeometric_quantile(u, total, marked, drawn)
        law = scipy.stats.hypergeom(total, marked, drawn)
        assert law.cdf(found) >= u - 1e-9
        assert found == max(0, drawn + marked - total) or law.cdf(found - 1) < u + 1e-9


@settings(max_examples=300)
@given(st.data(), st.sampled_from((3, 30, 300, 10**6)))
def test_quick_sums_decide_as_whole_ones_do(data, most):
    total = data.draw(st.integers(1, most))
    marked, left = (data.draw(st.integers(0, min(total, most_of))) for most_of in (20, 40))
    edges = scipy.stats.hypergeom(total, marked, total - left).cdf(range(marked + 1))
    near = (float(np.nextafter(edge, to)) for edge in edges for to in (0, edge, 1))
    drawn = data.draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=20, max_size=20))
    for u in (0.0, 2.0**-53, 1 - 2.0**-53, *drawn, *(u for u in near if 0 <= u < 1)):
        expected = summed_hypergeometric_quantile(u, total, marked, total - left)
        assert hypergeometric_quantile(u, total, marked, total - left) == expected
