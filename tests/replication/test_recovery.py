"""Recovery in the small: of ten searches for the parameters behind a record of the tiny country, at least eight find them or as good ones."""

from __future__ import annotations

import numpy as np
import pytest

from defection import Parameters
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective
from defection.replication import recovery, searches
from defection.replication.seeds import MemoryEvaluation
from tests.conftest import LIVELY

TRUTH = {**LIVELY, "observation_probability": 0.0}
"""Nobody hears of anything, so that two runs of the truth are alike: with the lively ones even a dead run is as near as the truth."""
VARIED = ("famine_effect", "initial_repression", "prior_alpha")


@pytest.mark.long
def test_at_least_eight_of_ten_searches_are_as_good_as_the_truth(tiny):
    space = Space.from_parameters(
        {name: value for name, value in TRUTH.items() if name not in VARIED}, vary=VARIED
    )
    budget = {
        **searches.QUICK, "screened": 128, "starts": 4, "generations": 24, "halving": 8,
        "population": 8, "last_generations": 24, "last_step": 0.02, "fresh": 20,
    }  # fmt: skip
    log = []
    tables = recovery.recover(space, Parameters(**TRUTH), budget, country=tiny, log=log.append)
    table, about = tables["recovery"], tables["recovery.json"]
    assert len(table) == len(log) == about["searches"] == 10
    assert about["recovered"] == (table["score"] <= about["truth_score"] + about["truth_sd"]).sum()
    assert about["recovered"] >= 8, table[["score", "best_of_screen"]]
    assert about["country"] == tiny.fingerprint


def test_points_at_random_are_not_as_good_as_the_truth(tiny):
    """So the test above can fail."""
    target, point = recovery.synthetic(Parameters(**TRUTH), recovery.ROOT, country=tiny)
    objective, evaluate = Objective(target), MemoryEvaluation(1, country=tiny)
    own = objective.score_points(evaluate(point, 40)).iloc[0]
    space = Space.from_parameters(
        {name: value for name, value in TRUTH.items() if name not in VARIED}, vary=VARIED
    )
    others = objective.score_points(
        evaluate(space.table(np.random.default_rng(1).random((100, len(VARIED)))), 5)
    )
    assert (others["score"] <= own["score"] + own["sd"]).mean() < 0.1


def test_the_record_is_a_whole_run_of_the_truth(tiny):
    target, point = recovery.synthetic(Parameters(**TRUTH), 3, country=tiny)
    assert target.years == (2000, 2001)
    assert sum(target.counts) > 0
    assert recovery.synthetic(Parameters(**TRUTH), 3, country=tiny)[0] == target
    assert recovery.synthetic(Parameters(**TRUTH), 4, country=tiny)[0] != target
    assert point["famine_effect"].tolist() == [LIVELY["famine_effect"]]
