"""The distances: closed forms, limits, and that a run is never better off for being short."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from defection.batch_runs.errors import ResultsError
from defection.batch_runs.scores import (
    DISTANCES,
    RootScale,
    ScoreError,
    Target,
    TargetError,
    distance,
)
from defection.batch_runs.scores.likelihood import DISPERSIONS, Likelihood
from defection.batch_runs.scores.root_scale import LogScale
from defection.batch_runs.scores.vertical import Vertical
from tests.batch_runs.scores.runs import YEARS, table

OBSERVED = Target(YEARS, (8.0, 52.0, 0.0, 148.0, 2914.0, 1397.0))
KINDS = [
    *(distance(name) for name in DISTANCES),
    Likelihood(dispersion=0.3),
    Likelihood(dispersion=5.0),
]
COUNTS = st.lists(st.integers(0, 300_000) | st.integers(0, 3000), min_size=6, max_size=6)


def score(kind, counts, weeks_run=None, target=OBSERVED):
    return kind(table(counts, weeks_run), target)["score"].to_numpy()


@pytest.mark.parametrize("kind", KINDS, ids=repr)
@given(counts=COUNTS, week=st.integers(0, 6 * 52 - 1), kept=st.floats(0, 1))
def test_cutting_a_run_short_never_improves_its_score(kind, counts, week, kept):
    year = week // 52
    cut = [*counts[:year], int(kept * counts[year]), *[0] * (5 - year)]
    whole, short = score(kind, [counts, cut], [6 * 52, week])
    assert short >= whole - 1e-9 * abs(whole)


@pytest.mark.parametrize("kind", KINDS, ids=repr)
@given(weeks=st.tuples(st.integers(0, 6 * 52), st.integers(0, 6 * 52)), counts=COUNTS)
def test_of_two_cuts_of_a_run_the_longer_is_at_least_as_good(kind, weeks, counts):
    short, long = sorted(weeks)
    shorter, longer = score(kind, [counts, counts], [short, long])
    assert shorter >= longer - 1e-9 * abs(longer)


@pytest.mark.parametrize("kind", [RootScale(), LogScale(), Vertical(empty_weight=0.0)], ids=repr)
def test_a_run_that_is_what_was_observed_scores_nothing(kind):
    assert score(kind, OBSERVED.counts) == pytest.approx(0.0, abs=1e-12)


@given(further=st.floats(1, 3), up=st.booleans())
@pytest.mark.parametrize("kind", KINDS, ids=repr)
def test_further_from_what_was_observed_is_never_better(kind, further, up):
    observed = Target(YEARS, (10.0, 50.0, 20.0, 148.0, 2914.0, 1397.0))
    factors = (
        np.array([1.0, 1.5, 1.5 * further]) if up else 1.0 / np.array([1.0, 1.5, 1.5 * further])
    )
    scores = score(kind, factors[:, None] * np.array(observed.counts), target=observed)
    assert (np.diff(scores) >= -1e-9).all()


def test_the_root_and_log_scores_are_their_formulas():
    counts = np.array([[4.0, 100.0, 9.0, 144.0, 2500.0, 1600.0]])
    observed = np.array(OBSERVED.counts)
    assert score(RootScale(), counts)[0] == pytest.approx(
        np.sqrt(np.mean((np.sqrt(counts[0]) - np.sqrt(observed)) ** 2))
    )
    assert score(LogScale(), counts)[0] == pytest.approx(
        np.sqrt(np.mean(np.log((counts[0] + 1) / (observed + 1)) ** 2))
    )


def test_poisson_counts_around_a_large_count_score_one_half_on_the_root_scale():
    runs = 4000
    draws = np.random.default_rng(1).poisson(2000.0, (runs, 6))
    scores = score(RootScale(), draws, target=Target(YEARS, (2000.0,) * 6))
    assert np.mean(scores**2) == pytest.approx(
        0.25, abs=5 * 0.25 * np.sqrt(2 / (6 * runs)) + 0.25 / 2000
    )  # chi-square of 6 runs; delta method


def test_the_vertical_distance_keeps_its_terms_apart():
    full = [8, 62, 0, 148, 2914, 1397]
    terms = Vertical(length_weight=2.0, empty_weight=3.0, ceiling=10_000)(
        table([full, full], [312, 260]), OBSERVED
    )
    assert list(terms.columns) == [
        "run_id",
        "point",
        "replicate",
        "deviation",
        "unrun",
        "empty",
        "score",
    ]
    assert terms["deviation"].tolist() == pytest.approx([10 / 6, (10 + 10_000 - 1397) / 6])
    assert terms["unrun"].tolist() == pytest.approx([0, 1 / 6])
    assert terms["empty"].tolist() == pytest.approx([1 / 6, 2 / 6])
    mean = np.mean(OBSERVED.counts)
    assert terms["score"].tolist() == pytest.approx(
        (terms["deviation"] / mean + 2 * terms["unrun"] + 3 * terms["empty"]).tolist()
    )


def test_a_run_with_nobody_is_worse_than_one_with_some_at_the_same_vertical_distance():
    observed = Target(YEARS, (10.0,) * 6)
    nobody, some = Vertical()(table([[0] * 6, [20] * 6]), observed)["score"]
    assert nobody == some + 1.0


@pytest.mark.parametrize("dispersion", [1e-3, 0.3, 10.0])
def test_the_likelihood_is_scipy_s_negative_binomial(dispersion):
    counts = np.array([5.0, 80.0, 3.0, 100.0, 3500.0, 900.0])
    n = 1 / dispersion
    expected = -nbinom.logpmf(np.array(OBSERVED.counts, int), n, n / (n + counts)).sum()
    assert score(Likelihood(dispersion=dispersion), counts)[0] == pytest.approx(expected, rel=1e-9)


def test_the_profiled_dispersion_is_the_likeliest_that_is_tried_and_finds_the_true_one():
    rng = np.random.default_rng(2)
    years, mean, true = tuple(range(1000, 1400)), 500.0, 0.2
    observed = Target(
        years,
        tuple(rng.negative_binomial(1 / true, 1 / (1 + true * mean), len(years)).astype(float)),
    )
    found = Likelihood()(table(np.full((1, 400), mean), years=years), observed).iloc[0]
    given = [
        Likelihood(dispersion=d)(table(np.full((1, 400), mean), years=years), observed)[
            "score"
        ].iloc[0]
        for d in DISPERSIONS
    ]
    assert found["score"] == min(given)
    assert found["dispersion"] == pytest.approx(
        true, rel=4 * np.sqrt(2 / 400) + 0.15
    )  # its error is about √(2/n); the grid's steps are 26 %


def test_a_run_with_nobody_leaves_the_likelihood_finite():
    assert np.isfinite(score(Likelihood(), [[0] * 6, [10**9] * 6])).all()


def test_a_failed_run_counts_as_one_that_never_ran():
    runs = table([OBSERVED.counts, OBSERVED.counts], [312, 0])
    failed = runs.assign(status=["failed", "done"])
    failed.loc[0, [name for name in runs if name.startswith("successes")]] = np.nan
    for kind in KINDS:
        a, b = kind(failed, OBSERVED)["score"]
        assert a == b
        assert a > kind(runs, OBSERVED)["score"].iloc[0]


def test_only_the_years_of_the_target_count():
    part = OBSERVED.part(2001, 2003)
    whole, other = score(
        RootScale(), [[0, 52, 0, 148, 0, 0], [9, 52, 0, 148, 9, 9]], [4 * 52, 6 * 52], part
    )
    assert whole == other == 0.0


def test_what_cannot_be_scored_is_refused_by_name():
    with pytest.raises(ScoreError, match="no distance 'root_scal'; did you mean root_scale"):
        distance("root_scal")
    with pytest.raises(ScoreError, match="vertical has no setting 'cieling'; did you mean ceiling"):
        distance("vertical", cieling=3)
    with pytest.raises(ScoreError, match="ceiling = -1 must be"):
        RootScale(ceiling=-1)
    with pytest.raises(ScoreError, match="ceiling = 100 lies below the target's 2914"):
        RootScale(ceiling=100)(table([0] * 6), OBSERVED)
    with pytest.raises(ScoreError, match="dispersion = 0 must be"):
        Likelihood(dispersion=0)
    with pytest.raises(ScoreError, match="length_weight = -2 must be"):
        Vertical(length_weight=-2)
    with pytest.raises(ResultsError, match="there is no flow 'success'; did you mean successes"):
        RootScale(flow="success")(table([0] * 6), OBSERVED)
    with pytest.raises(ResultsError, match="table of runs is empty"):
        RootScale()(table([0] * 6).iloc[:0], OBSERVED)
    with pytest.raises(ResultsError, match="no column weeks_run"):
        RootScale()(table([0] * 6).drop(columns="weeks_run"), OBSERVED)
    with pytest.raises(TargetError, match=r"year 2006 is not run.*target: late"):
        RootScale()(table([0] * 6), Target((2005, 2006), (1.0, 2.0), "late"))


def test_scores_stand_under_the_index_of_their_runs():
    runs = table([[1] * 6, [2] * 6]).set_index(pd.Index([7, 3]))
    assert RootScale()(runs, OBSERVED).index.tolist() == [7, 3]
