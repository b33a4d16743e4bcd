"""What happens after the border in ensembles, sweeps and searches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection import DefectionModel, ParameterError, Parameters
from defection.batch_runs import (
    DesignError,
    Space,
    follow_runs,
    open_results,
    replay,
    run_ensemble,
    run_sweep,
)
from defection.batch_runs.execution.evaluation import MemoryEvaluation
from defection.batch_runs.outcomes import YearlyCounts, observed_flow
from defection.batch_runs.records import RecordError
from defection.batch_runs.scores import Objective, RootScale, Target
from defection.batch_runs.searches import Screen, open_search, run_search
from defection.batch_runs.store.plan import Plan
from defection.commands.main import main
from defection.country import CountryError
from tests.conftest import LIVELY, TINY


@pytest.fixture
def design(land_of_journeys):
    """Return a design of two points that follow the journey."""
    return {
        "seed": 5, "country": str(land_of_journeys), "weeks": 104,
        "design": {"kind": "grid", "replicates": 2},
        "parameters": {**LIVELY, "return_rate": [0.1, 2.0], "onward_late": 3.0},
    }  # fmt: skip


def test_a_sweep_of_the_journey_keeps_it_by_year_and_can_be_replayed(design, tmp_path):
    results = run_sweep(design, tmp_path / "s", engine="serial")
    runs = results.runs()
    assert results.varied == ["return_rate"]
    assert (runs["journey"] == "on").all()
    years = results.years
    data = run_ensemble(
        runs[[*LIVELY, "return_rate", "onward_late"]], runs["seed"].tolist(),
        country=design["country"], weeks=104,
    )  # fmt: skip
    for name in ("arrivals", "returned", "tried_again", "settled", "in_china", "successes"):
        kept = runs[[f"{name}_{year}" for year in years]].to_numpy()
        assert kept == pytest.approx(data[f"yearly_{name}"].to_numpy()), name
        assert results.to_xarray()[name].to_numpy().reshape(4, 2) == pytest.approx(kept)
    total = runs[[f"arrivals_{year}" for year in years]].sum(axis=1)
    assert runs["total_arrivals"].to_numpy() == pytest.approx(total.to_numpy())
    assert (runs["total_returned"].to_numpy()[2:] > runs["total_returned"].to_numpy()[:2]).all()
    model = replay(results, "1-1")
    assert model.journey.record.yearly()["returned"].sum() == pytest.approx(
        results.run("1-1")["total_returned"]
    )
    again = run_sweep(design, tmp_path / "s", engine="serial")
    assert again.counts()["done"] == 4


def test_a_sweep_without_a_journey_has_nothing_of_it(design, tmp_path):
    plain = {**design, "parameters": {**LIVELY, "famine_effect": [0.1, 0.2]}}
    results = run_sweep(plain, tmp_path / "plain", engine="serial")
    assert not [name for name in results.columns if "arrivals" in name or "return" in name]
    about = results.plan.about
    assert "journey_data" not in about
    assert about["specification"]["parameters"]["journey"] == "off"
    followed = run_sweep(
        {**plain, "parameters": {**plain["parameters"], "journey": "on"}},
        tmp_path / "followed", engine="serial",
    )  # fmt: skip
    flows = [name for name in results.columns if name.startswith(("attempts_", "known_", "total_"))]
    assert followed.runs(flows).equals(results.runs(flows))


def test_a_sweep_made_before_there_was_a_journey_is_the_same_plan(design, tmp_path):
    plain = {**design, "parameters": {**LIVELY, "famine_effect": [0.1, 0.2]}}
    results = run_sweep(plain, tmp_path / "plain", engine="serial")
    about = {**results.plan.about}
    said = about["specification"]
    before = {name: value for name, value in said["parameters"].items() if name != "journey"}
    about["specification"] = {**said, "parameters": before}
    old = Plan(about, results.plan.tables, results.plan.blocks)
    assert old.design["parameters"] == results.plan.design["parameters"]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"journey": "off", "return_rate": 0.4}, "return_rate = 0.4 would change nothing"),
        (
            {"journey": "off", "return_rate": {"low": 0, "high": 1}},
            "would change nothing: the journey is off",
        ),
        ({"journey": "off", "interventions": "2001 return_rate=1"}, "would change nothing"),
        ({"journey": ["off", "on"]}, "journey is the same in all runs"),
        ({"observed_measure": ["arrivals", "successes"]}, "observed_measure is the same in all"),
        ({"return_rat": 0.4}, "did you mean return_rate?"),
        ({"return_rate": -1}, "must be at least 0"),
    ],
)
def test_a_parameter_of_the_journey_that_cannot_be_is_refused_before_the_first_run(
    design, tmp_path, parameters, said
):
    with pytest.raises(DesignError, match=said) as error:
        run_sweep({**design, "parameters": parameters}, tmp_path / "s", engine="serial")
    assert error.value.field[0] == "parameters"
    assert not (tmp_path / "s").exists()


def test_a_country_without_a_journey_refuses_one_before_the_first_run(design, tmp_path):
    with pytest.raises(DesignError, match="has no journey"):
        run_sweep({**design, "country": str(TINY)}, tmp_path / "s", engine="serial")
    with pytest.raises(CountryError, match="has no journey"):
        run_ensemble({"return_rate": 1.0}, 1, country=TINY)
    with pytest.raises(CountryError, match="has no journey"):
        run_ensemble({}, 1, record="journey", country=TINY)
    with pytest.raises(RecordError, match="did you mean journey_by_gender"):
        run_ensemble({}, 1, record="journey_by_gendre")


def test_a_condition_on_the_journey_needs_one(design, tmp_path):
    series = {"where": {"return_rate": {"high": 1.0}}}
    results = run_sweep({**design, "series": series}, tmp_path / "s", engine="serial")
    assert results.series().sizes["run_id"] == 2
    plain = {**design, "series": series, "parameters": LIVELY}
    with pytest.raises(DesignError, match="a condition cannot name return_rate: the journey is of"):
        run_sweep(plain, tmp_path / "t", engine="serial")


def test_points_from_a_file_may_have_columns_of_the_journey(design, tmp_path):
    file = tmp_path / "points.csv"
    points = {**design, "design": {"kind": "points", "file": str(file)}, "parameters": LIVELY}
    file.write_text("again_share\n0.3\n0.9\n", encoding="utf-8")
    runs = run_sweep(points, tmp_path / "s", engine="serial").runs()
    assert runs["journey"].tolist() == ["on", "on"]
    assert runs["total_tried_again"].is_monotonic_increasing
    for text, said in {
        "journey,again_share\non,0.5\noff,0.5\n": "line 3, column journey: journey is the same",
        "journey,again_share\noff,0.5\n": "line 2, column again_share: .* would change nothing",
    }.items():
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DesignError, match=said):
            run_sweep(points, tmp_path / "t", engine="serial")


def test_all_that_varies_are_those_of_the_journey_only_where_it_is_on():
    law = Space.from_parameters(vary="all").names
    both = Space.from_parameters({"journey": "on"}, vary="all").names
    assert set(law) < set(both)
    assert {"onward_early", "again_rate"} <= set(both) - set(law)
    assert "observed_measure" not in both
    assert both == Space.from_parameters({"visit_rate": {}}, vary="all").names


def test_what_was_observed_is_compared_with_arrivals_unless_the_runs_say_otherwise(
    design, tmp_path
):
    objective = Objective(Target((2000, 2001), (9, 16)), RootScale())
    values = {**LIVELY, "return_rate": {"low": 0.1, "high": 0.5}}
    scores = {}
    for measure in ("arrivals", "successes"):
        space = Space.from_parameters({**values, "observed_measure": measure})
        screen = Screen(space=space, objective=objective, points=3)
        how = {"seed": 1, "country": design["country"], "weeks": 104, "engine": "serial"}
        found = run_search(screen, tmp_path / measure, **how)
        runs = open_search(tmp_path / measure).runs()
        assert observed_flow(runs) == measure
        counts = YearlyCounts.from_runs(runs, flow=measure).counts
        expected = np.sqrt(((np.sqrt(counts) - [3, 4]) ** 2).mean(axis=1))
        assert objective(runs) == pytest.approx(expected)
        scores[measure] = found["score"].iloc[0]
        assert {"return_rate", "observed_measure"} <= set(found.columns)
    assert scores["arrivals"] != scores["successes"]


def test_points_that_turn_it_on_are_recorded_whatever_else_is(land_of_journeys):
    points = [Parameters(**LIVELY), Parameters(**LIVELY, visit_rate=1.0)]
    data = run_ensemble(points, [1, 1], country=land_of_journeys, weeks=60, record="by_gender")
    assert data["yearly_visits"].dims == ("run", "year")
    assert data["visit_rate"].to_numpy().tolist() == [0.08, 1.0]
    assert data["yearly_visits"][1].sum() > data["yearly_visits"][0].sum()
    assert (data["yearly_crossed"][0] == data["yearly_crossed"][1]).all()


def test_records_by_province_gender_and_age_add_up(land_of_journeys):
    names = ["journey", "journey_by_province", "journey_by_gender", "journey_by_age"]
    data = run_ensemble(LIVELY, 2, country=land_of_journeys, weeks=104, record=names)
    for name in ("arrivals", "in_china", "crossed", "tried_again"):
        for one in ("province", "gender", "age"):
            parts = data[f"yearly_{name}_by_{one}"]
            assert parts.dims == ("run", "year", one)
            assert parts.sum(one).to_numpy() == pytest.approx(data[f"yearly_{name}"].to_numpy())
    plain = run_ensemble(LIVELY, 2, country=land_of_journeys, weeks=104, record="journey")
    assert plain["yearly_arrivals"].to_numpy() == pytest.approx(data["yearly_arrivals"].to_numpy())


def test_the_model_s_tables_and_its_collector_have_the_journey(land_of_journeys):
    model = DefectionModel(country=land_of_journeys, seed=2, weeks=70, journey="on", **LIVELY).run()
    weekly, yearly = model.weekly(), model.yearly()
    collected = model.datacollector.get_model_vars_dataframe()
    for name in ("crossed", "arrivals", "returned", "tried_again", "in_china"):
        by_week = weekly.groupby("week")[name].sum()
        assert collected[name].to_numpy() == pytest.approx(by_week.to_numpy())
    assert weekly["crossed"].tolist() == weekly["successes"].tolist()
    flows = weekly.groupby("year")[["arrivals", "returned", "settled", "crossed_again"]].sum()
    assert yearly[list(flows)].to_numpy() == pytest.approx(flows.to_numpy())
    assert yearly["in_china"].iloc[-1] == pytest.approx(by_week.iloc[-1])
    without = DefectionModel(country=land_of_journeys, seed=2, weeks=70, **LIVELY).run()
    pd.testing.assert_frame_equal(without.weekly(), weekly[list(without.weekly().columns)])


def test_a_memory_evaluation_takes_points_of_the_journey(land_of_journeys):
    space = Space.from_parameters({**LIVELY, "settle_rate": [0.0, 0.5]})
    runs = MemoryEvaluation(1, country=land_of_journeys, weeks=52)(space.table([[0.1], [0.9]]), 1)
    assert runs["total_settled"].tolist()[0] == 0 < runs["total_settled"].tolist()[1]


def test_the_parameters_turn_the_journey_on_or_refuse():
    assert Parameters(return_rate=0.2).journey == "on"
    assert Parameters(interventions="2000 death_rate=0.1").journey == "on"
    assert Parameters().replace(return_rate=0.4).replace(famine_effect=1.0).return_rate == 0.4
    assert "return_rate" not in Parameters().as_dict()
    assert Parameters(**Parameters(return_rate=0.4).as_dict()).return_rate == 0.4
    for wrong in ({"return_rate": 0.4}, {"interventions": "2000 death_rate=0.1"}):
        with pytest.raises(ParameterError, match="would change nothing"):
            Parameters(journey="off", **wrong)
    with pytest.raises(ParameterError, match="cannot be changed by an intervention"):
        Parameters(interventions="2000 journey=on")


def test_a_plan_whose_journey_has_changed_is_refused(design, tmp_path, land_of_journeys):
    results = run_sweep(design, tmp_path / "s", engine="serial")
    assert results.is_current
    file = land_of_journeys / "journey" / "events.csv"
    file.write_text("hazard,first_year,last_year,factor\nreturn,0,,2\n", encoding="utf-8")
    assert not open_results(tmp_path / "s").is_current
    with pytest.raises(ValueError, match="other data"):
        run_sweep(design, tmp_path / "s", engine="serial")


class CrossedAndMet:
    """People who crossed, and the mean repression: what may be measured of a run besides."""

    columns = ("met", "rate")

    def __init__(self, record):
        self.record = record

    def record_for(self, points):
        assert [point.return_rate for point in points] == [0.1, 0.1, 0.4, 0.4]
        return [self.record, "states_by_province"]

    def measure(self, crossings, repression, parameters):
        people = crossings if self.record == "crossings_by_gender" else crossings["people"]
        return np.array([people.sum() * repression.mean(), parameters.return_rate])


@pytest.mark.parametrize("record", ["crossings", "crossings_by_gender"])
def test_what_else_is_measured_of_a_run_is_a_column(land_of_journeys, record):
    space = Space.from_parameters({**LIVELY, "return_rate": [0.1, 0.4]})
    how = {"country": land_of_journeys, "weeks": 52}
    evaluate = MemoryEvaluation(1, measure=CrossedAndMet(record), **how)
    runs = evaluate(space.table([[0.1], [0.9]]), 2)
    data = run_ensemble(
        LIVELY, runs["seed"].tolist(), record=["yearly", "states_by_province"], **how
    )
    crossed = data["yearly_successes"].sum("year").to_numpy()
    repression = data["weekly_repression_by_province"].mean(("week", "province")).to_numpy()
    assert runs["met"].to_numpy() == pytest.approx(crossed * repression)
    assert runs["rate"].tolist() == [0.1, 0.1, 0.4, 0.4]


@pytest.fixture
def stored(design, tmp_path):
    """Return a sweep that keeps crossings and repression, and follows nobody."""
    design["series"] = {"keep": "all", "columns": ["crossings", "repression", "attempts"]}
    design["parameters"] = {**LIVELY, "famine_effect": [0.1, 0.2]}
    return run_sweep(design, tmp_path / "stored", engine="serial")


def test_stored_runs_are_followed_as_if_they_had_been_followed_when_they_ran(stored):
    for run_id, parameters, record in follow_runs(stored, [{}, {"return_rate": 1.0}]):
        seed = stored.run(run_id)["seed"]
        data = run_ensemble(parameters, seed, country=stored.country, weeks=104, record="journey")
        for name in ("arrivals", "returned", "in_china"):
            expected = data[f"yearly_{name}"][0].to_numpy()
            assert record.yearly()[name].to_numpy() == pytest.approx(expected, rel=1e-12)


def test_the_command_follows_stored_runs(stored, capsys, tmp_path):
    out = tmp_path / "journey.csv"
    words = ["journey", str(stored.path), "--set", "return_rate=0.1, 2", "--out", str(out)]
    assert main(words) == 0
    assert "return_rate" in capsys.readouterr().out
    table = pd.read_csv(out)
    assert table.groupby("return_rate")["returned"].sum().is_monotonic_increasing
    assert len(table) == 2 * 4 * 2
    assert main(words) == 1
    assert "journey.csv exists" in capsys.readouterr().err
    assert main(["journey", str(stored.path), "--run", "1-0"]) == 0
    said = capsys.readouterr().out
    assert "medians over 1 run." in said
    assert said.count("\n") == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "return_rat=1"], "did you mean return_rate?"),
        (["--set", "famine_effect=1"], "the journey of a stored run has no parameter"),
        (["--set", "return_rate=-1"], "must be at least 0"),
        (["--set", "return_rate"], "--set needs NAME=VALUE"),
        (["--run", "9-9"], "keeps no weekly series of run '9-9'"),
        (["--set", "united_states_capacity=3"], "has no effect on run 0-0 unless united_states_wi"),
    ],
)
def test_a_wrong_word_of_the_command_is_named_and_nothing_is_written(
    stored, capsys, tmp_path, words, said
):
    assert main(["journey", str(stored.path), *words, "--out", str(tmp_path / "t.csv")]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "t.csv").exists()


def test_stored_runs_of_a_country_without_a_journey_say_so(design, tmp_path, capsys):
    del design["parameters"]["return_rate"], design["parameters"]["onward_late"]
    run_sweep({**design, "country": str(TINY)}, tmp_path / "s", engine="serial")
    assert main(["journey", str(tmp_path / "s")]) == 1
    assert "has no journey: its folder has no folder 'journey'" in capsys.readouterr().err


def test_runs_without_crossings_say_how_to_keep_them(design, tmp_path, capsys):
    run_sweep(design, tmp_path / "s", engine="serial")
    assert main(["journey", str(tmp_path / "s")]) == 1
    assert "keeps no crossings: plan a sweep with [series]" in capsys.readouterr().err
