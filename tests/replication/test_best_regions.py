"""The regions that are shipped: they are what the script wrote, and running them again gives the scores that are written."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from defection import PARAMETERS, Parameters
from defection.batch_runs.designs import Space
from defection.batch_runs.designs.axes import Fixed
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import SearchError
from defection.country import load
from defection.replication.best_regions import FOUND, best_region, readings, regions_of
from defection.replication.seeds import MemoryEvaluation
from tests.conftest import BURSTING, ROOT

BASE = "baseline"


def test_every_winner_is_a_complete_checked_set_of_parameters():
    for reading in readings():
        table = regions_of(reading)
        assert table["score"].is_monotonic_increasing
        for row in table[list(PARAMETERS)].to_dict("records"):
            Parameters(**row)


@pytest.mark.parametrize("reading", [BASE, "no famine"])
def test_the_best_candidate_run_again_with_its_seeds_scores_what_is_written(reading):
    best = regions_of(reading).iloc[[0]]
    evaluate = MemoryEvaluation(int(best["root"].iloc[0]), first_point=int(best["point"].iloc[0]))
    runs = evaluate(best[list(PARAMETERS)], int(best["replicates"].iloc[0]))
    again = Objective(Target.from_country(), "root_scale").score_points(runs).iloc[0]
    assert again["score"] == pytest.approx(best["score"].iloc[0], rel=1e-12)
    assert again["sd"] == pytest.approx(best["sd"].iloc[0], rel=1e-12)


def test_the_best_region_is_better_than_the_first_provisional_parameters_and_far_from_the_noise_floor():
    about = readings()[BASE]["best"]
    points = pd.DataFrame([Parameters(**BURSTING).as_dict(), best_region(BASE).as_dict()])
    provisional, best = Objective(Target.from_country(), "root_scale").score_points(
        MemoryEvaluation(99)(points, 40)
    )["score"]
    assert best < provisional
    assert best == pytest.approx(about["score"], abs=5 * about["sd"] / 40**0.5)
    assert about["noise_floor"] < about["score"]


def test_the_defaults_are_the_rounded_baseline():
    assert Parameters() == Parameters(**readings()["baseline"]["rounded"])


@pytest.mark.parametrize("which", ["best", "rounded_scores"])
def test_the_baseline_run_again_with_its_seeds_scores_what_is_written(which):
    about = readings()["baseline"]
    written = about[which]
    point = best_region("baseline") if which == "best" else Parameters()
    runs = MemoryEvaluation(written["root"])(pd.DataFrame([point.as_dict()]), written["replicates"])
    again = Objective(Target.from_country(), about["distance"]).score_points(runs).iloc[0]
    for name in ("score", "sd", "stopped_early"):
        assert again[name] == pytest.approx(written[name], rel=1e-12)


def test_rounding_costs_the_baseline_nothing_that_can_be_told_from_luck_and_no_run_stops_early():
    about = readings()["baseline"]
    exact, kept = about["digits_tried"]["all"], about["digits_tried"][str(about["digits"])]
    assert kept["score"] <= exact["score"] + 2 * exact["standard_error"]
    assert about["best"]["stopped_early"] == about["rounded_scores"]["stopped_early"] == 0.0


def test_the_defaults_are_nearer_to_the_record_than_the_first_provisional_parameters():
    points = pd.DataFrame([Parameters().as_dict(), Parameters(**BURSTING).as_dict()])
    default, provisional = Objective(Target.from_country(), "root_scale").score_points(
        MemoryEvaluation(98)(points, 40)
    )["score"]
    assert default < provisional / 2


def test_the_shipped_searches_were_made_with_the_data_that_are_shipped_and_one_budget():
    known = readings()
    assert {about["country"] for about in known.values()} == {load("north_korea").fingerprint}
    assert all(about["budget"] == known[BASE]["budget"] for about in known.values())
    assert len({about["root"] for name, about in known.items() if name != BASE}) == len(known) - 1


@pytest.mark.parametrize("reading", readings())
def test_what_a_shipped_search_did_not_vary_has_the_present_defaults(reading):
    about, table = readings()[reading], regions_of(reading)
    fixed = [
        one
        for one in Space.from_parameters(about["changed"], vary="all").axes
        if isinstance(one, Fixed)
    ]
    assert {"tolerated_measure", "stop_threshold"} <= {one.name for one in fixed}
    for one in fixed:
        assert set(table[one.name]) == {one.value}, one.name


def test_the_known_parameters_that_were_searched_for_have_the_present_readings():
    truth = json.loads((FOUND / "recovery.json").read_text(encoding="utf-8"))["truth"]
    known = Parameters(**truth).as_dict()
    for one in Space.from_parameters(vary="all").axes:
        if isinstance(one, Fixed):
            assert known[one.name] == one.value


def test_an_unknown_reading_is_refused_with_the_nearest():
    with pytest.raises(SearchError, match="did you mean hearing nationwide"):
        regions_of("hearing nationwid")


def test_the_changelog_says_the_score_of_the_defaults_as_it_is_recorded():
    kept = json.loads((FOUND / "baseline.json").read_text(encoding="utf-8"))["rounded_scores"]
    said = " ".join((ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split())
    assert f"{kept['score']:.2f} ± {kept['sd']:.2f}, no run stops early" in said
    assert kept["stopped_early"] == 0
