"""The regions that are shipped: they are what the script wrote, and running them again gives the scores that are written."""

from __future__ import annotations

import pandas as pd
import pytest

from defection import PARAMETERS, Parameters
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import MemoryEvaluation, SearchError
from defection.batch_runs.searches.shipped import best_region, readings, regions_of
from defection.country import load

BASE = "the paper's ranges"


def test_every_winner_is_a_complete_checked_set_of_parameters():
    for reading in readings():
        table = regions_of(reading)
        assert table["score"].is_monotonic_increasing
        for row in table[list(PARAMETERS)].to_dict("records"):
            Parameters(**row)


def test_the_best_region_run_again_with_its_seeds_scores_what_is_written():
    best = regions_of(BASE).iloc[[0]]
    evaluate = MemoryEvaluation(int(best["root"].iloc[0]), first_point=int(best["point"].iloc[0]))
    runs = evaluate(best[list(PARAMETERS)], int(best["replicates"].iloc[0]))
    again = Objective(Target.of_country(), "root_scale").of_points(runs).iloc[0]
    assert again["score"] == pytest.approx(best["score"].iloc[0], rel=1e-12)
    assert again["spread"] == pytest.approx(best["spread"].iloc[0], rel=1e-12)


def test_the_best_region_is_better_than_the_provisional_defaults_and_far_from_the_noise_floor():
    about = readings()[BASE]["best"]
    points = pd.DataFrame([Parameters().as_dict(), best_region(BASE).as_dict()])
    default, best = Objective(Target.of_country(), "root_scale").of_points(MemoryEvaluation(99)(points, 40))["score"]
    assert best < default
    assert best == pytest.approx(about["score"], abs=5 * about["spread"] / 40**0.5)
    assert about["noise_floor"] < about["score"]


def test_the_shipped_search_was_made_with_the_data_that_are_shipped():
    assert readings()[BASE]["country"] == load("north_korea").fingerprint


def test_an_unknown_reading_is_refused_with_the_nearest():
    with pytest.raises(SearchError, match="did you mean hearing nationwide"):
        regions_of("hearing nationwid")
