"""Points are run in memory: the table of runs, its seeds, and going on where it was cut off."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection import PARAMETERS, Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.searches import MemoryEvaluation, SearchError, run_seed
from defection.measures import FLOWS
from tests.conftest import LIVELY

POINTS = Space.from_parameters(
    {**LIVELY, "famine_effect": [0.0, 0.15, 2.0], "stop_threshold": 10**4}
).table(np.array([[0.1], [0.5], [0.9]]))


def test_a_runs_table_has_a_row_per_run_in_the_order_of_points(tiny):
    evaluate = MemoryEvaluation(7, country=tiny)
    runs = evaluate(POINTS, 2)
    assert runs["run_id"].tolist() == ["0-0", "0-1", "1-0", "1-1", "2-0", "2-1"]
    assert list(runs.columns[:8]) == [
        "run_id",
        "point",
        "replicate",
        "seed",
        "status",
        "error",
        "weeks_run",
        "stopped_early",
    ]
    assert set(PARAMETERS) < set(runs.columns)
    for flow in FLOWS:
        assert (runs[[f"{flow}_2000", f"{flow}_2001"]].sum(axis=1) == runs[f"total_{flow}"]).all()
    assert runs["famine_effect"].tolist() == [0.0, 0.0, 0.15, 0.15, 2.0, 2.0]
    assert evaluate.runs_made == 6


def test_every_run_is_the_ensemble_s_run_with_its_seed(tiny):
    runs = MemoryEvaluation(7, country=tiny)(POINTS, 2)
    for run in runs.to_dict("records"):
        data = run_ensemble(
            Parameters(**{name: run[name] for name in PARAMETERS}), run["seed"], country=tiny
        )
        assert data["yearly_successes"].to_numpy()[0].tolist() == [
            run["successes_2000"],
            run["successes_2001"],
        ]
        assert (int(data["weeks_run"][0]), bool(data["stopped_early"][0])) == (
            run["weeks_run"],
            run["stopped_early"],
        )


def test_point_numbers_and_with_them_seeds_count_on_from_call_to_call(tiny):
    evaluate = MemoryEvaluation(7, country=tiny)
    first, second = evaluate(POINTS, 1), evaluate(POINTS, 1)
    assert second["point"].tolist() == [3, 4, 5]
    assert set(first["seed"]).isdisjoint(second["seed"])
    later = MemoryEvaluation(7, country=tiny, first_point=3)(POINTS, 1)
    pd.testing.assert_frame_equal(later, second)


def test_the_seed_of_a_run_follows_from_root_point_and_replicate_alone():
    assert run_seed(3, 4, 5) == int(
        np.random.SeedSequence(3, spawn_key=(4, 5)).generate_state(1, np.uint64)[0] >> 11
    )
    seeds = {
        run_seed(root, point, replicate)
        for root in range(5)
        for point in range(20)
        for replicate in range(20)
    }
    assert len(seeds) == 2000
    assert max(seeds) < 2**53  # a float holds it
    assert run_seed(3, 4, 5, bits=63) >> 10 == run_seed(3, 4, 5)


def test_nothing_to_run_is_refused(tiny):
    with pytest.raises(SearchError, match="3 points, 0 replicates"):
        MemoryEvaluation(1, country=tiny)(POINTS, 0)
