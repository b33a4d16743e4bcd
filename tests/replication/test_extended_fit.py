"""The mechanisms: which years a search reads, what the border does, and the rule of the verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import search_space
from defection.country import load
from defection.model import DefectionModel
from defection.replication import Kept, Runs, extended_fit, extended_page, extended_verdicts
from defection.replication.extended_regions import (
    CONTROLLED,
    JOBS,
    LAW,
    REGIONS,
    WHOLE,
    fitted_years,
    tightening,
)  # fmt: skip
from defection.replication.extended_search import SomeYears, YearlyPoints
from defection.replication.extended_verdicts import (
    EARNED,
    HELPS,
    NO_DIFFERENCE,
    NOT_EARNED,
    NOTHING_BETTER,
    PAPER,
    WORSE,
)
from defection.replication.verdicts import UNDECIDED
from tests.baseline import baseline


def test_years_are_divided_without_a_rest():
    years = set(Target.from_country().years)
    assert set(fitted_years("all years")) == years
    assert {year % 2 for year in fitted_years("odd years")} == {1}
    assert max(fitted_years("to 2008")) == 2008
    assert years - set(fitted_years("to 2008")) == set(range(2009, 2015))


def test_a_region_has_the_parameters_of_searches_and_its_own_and_stands_before_its_whole():
    ours, names = search_space().names, list(REGIONS)
    for region in REGIONS.values():
        more = {name for name, value in region.law.items() if isinstance(value, dict)}
        more |= {"control_target"} if region.tightens else set()
        assert set(region.space().names) == {*ours, *more}
        for other in filter(None, (region.whole,)):
            assert names.index(region.name) < names.index(other)
        if region.near:
            assert names.index(region.near) < names.index(region.name)
    assert {name for name, _ in JOBS} == set(REGIONS)


@pytest.fixture(scope="module")
def runs():
    """Return four runs of two points of the region of the whole."""
    space = REGIONS["20 circles, tightening"].space()
    points = space.table(np.array([[0.5] * len(space.names), [0.4] * len(space.names)]))
    points["utility_intercept"] = -8.0  # else so many try that the runs stop early
    return YearlyPoints(1, threads=1)(points, 2)


def test_over_all_years_the_score_is_the_packages(runs):
    ended = runs[~runs["stopped_early"]].assign(weeks_run=1196)
    assert len(ended) > 0
    expected = Objective(Target.from_country())(ended)
    np.testing.assert_allclose(SomeYears(years=fitted_years("all years"))(ended), expected)


@pytest.mark.parametrize("split", ["odd years", "to 2008"])
def test_a_search_reads_no_year_that_it_does_not_fit(runs, split):
    mine = fitted_years(split)
    others = [f"successes_{year}" for year in Target.from_country().years if year not in mine]
    moved = runs.assign(**{name: runs[name] + 1000 for name in others})
    score = SomeYears(years=mine)
    assert (score(moved) == score(runs)).all()
    assert (score(runs.assign(successes_1993=9999)) != score(runs)).all()


def test_the_border_tightens_from_2010_on_to_its_target_and_stays():
    nobody = {"utility_intercept": -60.0, "initial_repression": 0.8}
    model = DefectionModel(seed=1, **baseline(interventions=tightening(0.95), **nobody)).run()
    states = model.history.states["repression"]
    begin = 18 * 52
    assert (states[begin] < 0.7).all()
    assert (np.diff(states[begin : begin + 52], axis=0) > 0).all()
    assert states[-1] == pytest.approx(0.95)


def test_the_rule_of_the_verdicts():
    assert extended_verdicts.of_difference(-0.5, 0.2) == HELPS
    assert extended_verdicts.of_difference(0.5, 0.2) == WORSE
    assert extended_verdicts.of_difference(0.5, 0.2, contains=True) == NOTHING_BETTER
    assert extended_verdicts.of_difference(-0.4, 0.2) == NO_DIFFERENCE


def tables(checked, late):
    """Return scores of the fits that decide whether the scenario is earned."""
    rows = [
        ("20 circles, tightening", "odd years", "as it was fitted", checked[0], 0.0),
        (PAPER, "odd years", "as it was fitted", checked[1], 0.0),
        ("20 circles", "to 2008", "tightens to 0.97", 0.0, late[0]),
        (PAPER, "to 2008", "as it was fitted", 0.0, late[1]),
    ]
    rows += [
        (CONTROLLED, split, "as it was fitted", 9.0, 9.0) for split in ("odd years", "to 2008")
    ]
    scores = pd.DataFrame(rows, columns=["region", "split", "from_2009", "rms_checked", "rms_late"])
    return {"extended_scores": scores.assign(rms_checked_se=0.1, rms_late_se=0.1)}


@pytest.mark.parametrize(
    ("checked", "late", "verdict"),
    [
        ((5, 9), (6, 12), EARNED), ((9, 5), (6, 12), NOT_EARNED), ((5, 9), (12, 6), NOT_EARNED),
        ((8.8, 9), (6, 12), NOT_EARNED),
    ],
)  # fmt: skip
def test_the_scenario_is_earned_where_both_of_what_it_was_not_fitted_to_is_nearer(
    checked, late, verdict
):
    assert extended_verdicts.earned(tables(checked, late), WHOLE)[0] == verdict
    assert extended_verdicts.earned({"extended_scores": tables(checked, late)["extended_scores"][:2]},
                                    WHOLE)[0] == UNDECIDED  # fmt: skip


def test_a_quick_computation_has_every_table_and_makes_the_page(tmp_path):
    jobs = [JOBS[0], ("20 circles, tightening", "all years"), *JOBS[-4:]]
    made = extended_fit.compute(Runs(3, quick=True, threads=1, work=tmp_path), jobs=jobs)
    assert len(made["extended_scores"]) == len(jobs) + 2  # two of those to 2008 also tighten
    page = extended_page.text(made)
    assert page.count("### ") == 4
    assert "nan" not in page
    again = extended_fit.compute(Runs(3, quick=True, threads=1, work=tmp_path), jobs=jobs)
    assert again["extended_scores"].equals(made["extended_scores"])
    assert list(made["extended.json"]["fitted"][0]["parameters"]) == LAW


def test_the_floor_of_runs_that_are_all_alike_is_nothing():
    data = extended_fit.run_ensemble(
        {"utility_intercept": -60.0}, [1, 2], record=extended_fit.RECORD
    )
    said = extended_fit.of_runs(data, np.zeros((2, 23)), "all years")
    observed = np.array(Target.from_country().counts)
    assert said["floor"] == 0
    assert said["rms"] == pytest.approx(np.sqrt(observed.mean()))
    assert said["rms_se"] == 0


def test_the_preset_has_the_numbers_that_were_found():
    presets = {preset.name: preset for preset in load("north_korea").presets}
    preset = presets["Extended: news circles and a history of control"]
    assert preset.parameters() == extended_fit.fitted(CONTROLLED)
    assert extended_verdicts.earned(Kept().tables("extended_fit"), CONTROLLED)[0] == EARNED


def test_the_page_prints_the_verdict_on_the_decline_even_where_it_is_negative():
    tables = Kept().tables("extended_fit")
    page = extended_page.text(tables)
    assert "Judged of the decline after 2011" in page
    assert "not reproduced.** It is 0.64 (0.60 to 0.68); observed 0.55." in page
