"""Runs that are followed as runs of a posterior: the likelihood is the misfit, the facts are the runs'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.inference.followed import CROSSINGS, FactsLikelihood, Follower
from defection.batch_runs.scores import Facts, ScoreError
from defection.batch_runs.scores.facts import RECORD, WORST
from defection.journey.facts import scaled
from defection.parameters import JOURNEY_PARAMETERS, Parameters
from defection.replication.journey_fit import fitted
from defection.replication.journey_regions import FITS


@pytest.fixture(scope="module")
def facts():
    return Facts.from_country("north_korea").part("fit")


def test_the_likelihood_is_half_of_the_misfit_by_the_factor(facts):
    rng = np.random.default_rng(1)
    values = facts.observed * rng.uniform(0.5, 1.5, (3, 2, len(facts.facts)))
    values = np.minimum(values, [0.99 * fact.most for fact in facts.facts])
    values[0, 0, 3] = np.nan  # which a run that ended early leaves
    values[1, 1, 0] = 1e12
    found = FactsLikelihood(facts, 4.0).log_likelihood(facts.observed, values)
    assert found == pytest.approx(-facts.misfit(values) / 8.0)
    assert found[0, 0] <= -(WORST**2) / 8.0
    shifted = FactsLikelihood(facts).log_likelihood(values[2, 0], values[2])
    assert shifted[0] == 0.0 > shifted[1]


def test_drawn_facts_vary_around_a_run_as_the_likelihood_says(facts):
    rng, values = np.random.default_rng(2), facts.observed
    drawn = np.array([FactsLikelihood(facts, 2.25).draw(values, rng) for _ in range(2000)])
    for i, fact in enumerate(facts.facts):
        if drawn[:, i].min() > 0.0 and drawn[:, i].max() < fact.most:
            gaps = (scaled(drawn[:, i], fact.scale) - scaled(values[i], fact.scale)) / fact.sd
            assert gaps.mean() == pytest.approx(0.0, abs=5 * 1.5 / 2000**0.5), fact.name
            assert gaps.std() == pytest.approx(1.5, rel=0.1), fact.name
    assert (drawn >= 0.0).all()


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_that_is_no_number_above_0_is_refused(facts, factor):
    with pytest.raises(ScoreError, match=r"factor = .* must be above 0"):
        FactsLikelihood(facts, factor)


def test_facts_are_those_of_the_same_runs_and_few_crossings_are_not_measured(facts, monkeypatch):
    space, point = FITS["free"].space(), fitted("free")
    unit = space.unit(pd.DataFrame([point.as_dict()]))
    quiet = space.unit(pd.DataFrame([{**point.as_dict(), "utility_intercept": -15.0}]))
    other = unit.copy()
    other[0, space.names.index("return_rate")] = 0.9
    # the first two are one run of the law
    where = np.concatenate([unit, other, quiet.clip(0, 1), unit])
    values, usable = Follower(space, facts, threads=1)(where, np.array([5, 5, 5, 6]))
    assert usable.tolist() == [True, True, False, True]
    assert np.isnan(values[2]).all()
    row = space.table(unit).iloc[0].to_dict()
    law = Parameters(**{n: v for n, v in row.items() if n not in JOURNEY_PARAMETERS}).replace(
        journey="off"
    )
    data = run_ensemble(law, [5, 6], record=RECORD, threads=1)
    wanted = facts.measure_ensemble(data, Parameters(**row), threads=1)
    assert np.array_equal(values[[0, 3]], wanted)
    assert not np.array_equal(values[0], values[1])
    monkeypatch.setattr("defection.batch_runs.inference.followed.BATCH", 1)
    again, same = Follower(space, facts, threads=1)(where, np.array([5, 5, 5, 6]))
    assert np.array_equal(again, values, equal_nan=True)
    assert np.array_equal(same, usable)
    assert data["crossing_people"].sum() >= 2 * CROSSINGS[0]


def test_a_law_that_depends_on_the_journey_is_refused(facts):
    fixed = {**fitted("free").as_dict(), "news_of_arrivals": 0.3}
    space = Space.from_parameters({**fixed, "return_rate": {"low": 0.1, "high": 0.5}})
    with pytest.raises(ScoreError, match="news_of_arrivals: the law depends on the journey"):
        Follower(space, facts, threads=1)(np.full((1, 1), 0.5), np.array([1]))
