"""A survey as a whole: classes, verdicts, repeatability, and what is refused before any run."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.survey import SurveyError, run_survey
from defection.batch_runs.survey import run as survey_run
from defection.batch_runs.survey.margins import margins_table, score
from defection.batch_runs.survey.published import published
from defection.country import CountryError, load
from defection.country_folders import DATA
from defection.parameters import ParameterError, Parameters
from defection.views.survey_folder import points_table
from tests.conftest import LIVELY, TINY

CLASSES = {"label", "simulated", "drawn", "function"}


def test_every_column_and_every_margin_has_a_class(survey):
    assert list(survey.classes) == list(survey.respondents.columns)
    assert set(survey.classes.values()) == CLASSES
    assert survey.classes["times_returned"] == "simulated"
    assert survey.classes["relative_died_of_hunger"] == "drawn"
    assert survey.classes["employed"] == survey.classes["wished_destination"] == "function"
    assert set(survey.margins["class"]) == {
        "simulated", "drawn", "set", "not modelled", "another survey"
    }  # fmt: skip
    assert (survey.margins["rule"] != "").all()


def test_margins_of_columns_that_are_not_simulated_never_count(survey, north_korea):
    found = published("north_korea", north_korea)
    for one in found.margins:
        if one.kind == "simulated":
            assert survey.classes[one.share.column] == "simulated", one.item
    others = survey.margins[survey.margins["class"] != "simulated"]
    assert set(others["verdict"]) == {"no verdict"}
    values = np.tile([(one.low + one.high) / 2 for one in found.margins], (3, 1))
    for changed in (0.0, 50.0):  # whatever drawn ones say, the score is the same
        own = np.array([one.kind == "simulated" for one in found.margins])
        table = margins_table(found.margins, np.where(own, values, changed))
        assert score(table) == (own.sum(), own.sum())
    outside = margins_table(found.margins, np.where(own, -1.0, values))
    assert score(outside) == (0, own.sum())


def test_verdicts_follow_their_rule(survey):
    own = survey.margins[survey.margins["class"] == "simulated"]
    overlap = (own["simulated_5"] <= own["published_high"]) & (
        own["simulated_95"] >= own["published_low"]
    )
    assert (own["verdict"] == np.where(overlap, "inside", "outside")).all()
    inside, count = survey.about["score"].values()
    assert (inside, count) == ((own["verdict"] == "inside").sum(), len(own))


def test_no_prevalence_no_coefficient_no_suffering_in_the_columns(survey):
    words = " ".join([*survey.respondents.columns, *survey.margins["item"]]).lower()
    for word in (
        "prevalence", "distressed", "estimate", "witness", "torture", "execut", "rape", "prostit",
        "infant", "abort", "beat", "pain", "narrative", "story", "name", "route", "dollar", "welfare",
        "anxious", "hopeless", "trafficked_self",
    ):  # fmt: skip
        assert word not in words, word
    distress = [name for name in survey.respondents if "distress" in name]
    assert distress == ["distress_rank"]
    assert not [item for item in survey.margins["item"] if "distress" in item]


@pytest.mark.parametrize("runs", [1, 2])
def test_the_same_settings_give_the_same_numbers_and_threads_change_nothing(runs):
    how = {"runs": runs, "size": 60, "seed": 8, "first": "1996-03", "last": "1996-06"}
    one, other = run_survey(threads=1, **how), run_survey(threads=2, **how)
    pd.testing.assert_frame_equal(one.respondents, other.respondents)
    pd.testing.assert_frame_equal(one.margins, other.margins)
    pd.testing.assert_frame_equal(one.statements, other.statements)
    assert not one.respondents.equals(run_survey(**{**how, "seed": 9}).respondents)


def test_what_is_kept_is_what_was_asked_also_where_nobody_was_in_china(tmp_path, monkeypatch):
    """Nobody of a run that stops before the window, or has nobody, is kept; columns' types stay."""
    early, none = {"stop_threshold": 0}, {"initial_repression": 1.0, "utility_intercept": -60.0}
    points = [LIVELY, LIVELY | early, LIVELY | none]
    how = {"runs": 5, "size": 40, "seed": 8, "first": "1999-01", "last": "1999-02", "threads": 1}
    one = run_survey(points, parts=tmp_path / "parts", **how)
    assert (one.about["runs_without_anybody"], one.about["surveys"]) == (["10"], 2)
    assert [*one.about["runs_stopped_early"]] == ["9", "12"]
    assert max(one.about["runs_stopped_early"].values()) < 7 * 52
    monkeypatch.setattr(survey_run._Interviews, "add", None)
    again = run_survey(points, parts=tmp_path / "parts", **how)
    pd.testing.assert_frame_equal(again.respondents, one.respondents)
    pd.testing.assert_frame_equal(again.margins, one.margins)
    pd.testing.assert_frame_equal(again.statements, one.statements)
    for name in ("runs_without_anybody", "runs_stopped_early", "surveys"):
        assert again.about[name] == one.about[name]


def test_a_run_of_a_longer_survey_has_the_same_people(survey):
    """What is simulated of a run does not depend on how many others there are."""
    shorter = run_survey(runs=1, size=400, threads=1).respondents
    kept = [n for n, kind in survey.classes.items() if kind in ("simulated", "drawn")]
    first = survey.respondents[survey.respondents["run"] == 0]
    pd.testing.assert_frame_equal(shorter[kept], first[kept])


def test_runs_take_several_points_in_turn_and_each_is_that_of_its_seed():
    points = [{"return_rate": 0.1}, Parameters(return_rate=3.0)]
    how = {"size": 80, "threads": 1, "first": "1999-01", "last": "1999-03"}
    found = run_survey(points, runs=3, seed=4, **how)
    kept = [n for n, kind in found.classes.items() if kind in ("simulated", "drawn")]
    for run in range(3):
        alone = run_survey(points[run % 2], runs=1, seed=4 + run, **how).respondents
        own = found.respondents[found.respondents["run"] == run].reset_index(drop=True)
        pd.testing.assert_frame_equal(own[kept], alone[kept])
    assert [point.return_rate for point in found.about["points"]] == [0.1, 3.0]


def test_every_run_is_named_with_its_own_point_where_two_draws_are_the_same():
    points = [{"return_rate": 0.1}, {"return_rate": 3.0}, {"return_rate": 0.1}, {"return_rate": 2}]
    found = run_survey(points, runs=6, seed=4, size=20, first="1999-01", last="1999-02", threads=1)
    table = points_table(found)
    assert list(table.columns) == ["run", "seed", "point", "return_rate"]
    assert [*table["run"]] == [0, 1, 2, 3, 4, 5]
    assert [*table["seed"]] == [4, 5, 6, 7, 8, 9]
    assert [*table["point"]] == [0, 1, 2, 3, 0, 1]
    assert [*table["return_rate"]] == [0.1, 3.0, 0.1, 2.0, 0.1, 3.0]


def test_no_weight_is_the_same_to_the_last_number_and_a_weight_is_said(survey):
    how = {"runs": 3, "size": 400, "threads": 1}
    pd.testing.assert_frame_equal(run_survey(inclusion=0.0, **how).respondents, survey.respondents)
    assert "inclusion" not in survey.about["settings"]
    weighted = run_survey(inclusion=0.5, **how)
    assert weighted.about["settings"]["inclusion"] == 0.5
    stays = [one.respondents["years_in_china"].mean() for one in (survey, weighted)]
    assert stays[1] > stays[0] + 0.5


def test_the_clock_changes_times_and_nothing_else():
    how = {"runs": 1, "size": 500, "threads": 1, "parameters": {"return_rate": 2.0}}
    first, last = (run_survey(clock=clock, **how).respondents for clock in ("first", "last"))
    assert (first["years_in_china"] >= last["years_in_china"]).all()
    assert (first["years_in_china"] > last["years_in_china"]).any()
    same = ["province", "first_entry_week", "last_entry_week", "times_returned", "visited"]
    pd.testing.assert_frame_equal(first[same], last[same])


def test_the_law_is_read_and_not_changed(survey):
    assert survey.about["parameters"] == load("north_korea").defaults


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"size": 0}, "size = 0 must be a whole number from 1 to"),
        ({"size": 1.5}, "size = 1.5 must be a whole number"),
        ({"size": 10**9}, "from 1 to 100,000"),
        ({"runs": 0}, "runs = 0 must be a whole number"),
        ({"runs": 90_000, "size": 90_000}, "more than 5,000,000"),
        ({"clock": "frist"}, "clock = 'frist' is not one of them; did you mean first"),
        ({"first": "1989-01"}, "from = 1989-01 is outside the data, which cover 1992-01"),
        ({"last": "2031-01"}, "to = 2031-01 is outside the data"),
        ({"last": "2004"}, "to = '2004' is not a month such as 2004-08"),
        ({"first": "2004-13"}, "from = '2004-13' is not a month"),
        ({"first": 2004}, "from = 2004 is not a month"),
        ({"first": "2005-09", "last": "2005-08"}, "to = 2005-08 is before from = 2005-09"),
        ({"parameters": {"journey": "off"}}, "journey = off"),
        ({"parameters": Parameters()}, "journey = off"),
        ({"parameters": []}, "there is no point to be run"),
        ({"parameters": [{}, {"journey": "off"}]}, "journey = off"),
        ({"inclusion": 1.5}, "inclusion = 1.5 must be a number from -1 to 1"),
        ({"inclusion": float("nan")}, "inclusion = nan must be a number from -1 to 1"),
    ],
)
def test_wrong_settings_are_refused_before_the_first_run(monkeypatch, how, said):
    def never(*_args, **_how):
        raise AssertionError("a run was begun")

    monkeypatch.setattr(survey_run, "stream_ensemble", never)
    with pytest.raises(SurveyError) as error:
        run_survey(**how)
    assert said in str(error.value), error.value
    assert "\n" not in str(error.value)


def test_a_wrong_parameter_or_country_is_refused(land_of_journeys):
    with pytest.raises(ParameterError, match="return_rate"):
        run_survey({"return_rat": 1.0})
    with pytest.raises(ParameterError, match="return_rate changes in the run"):
        run_survey({"interventions": "2001 return_rate=1"})
    with pytest.raises(CountryError, match="no journey"):
        run_survey(country=TINY)
    with pytest.raises(CountryError, match="has no survey"):
        run_survey(country=land_of_journeys, **MONTHS)


MONTHS = {"first": "2000-10", "last": "2001-02"}


def test_a_survey_of_another_country_is_read_from_its_folder(land_of_journeys):
    folder = land_of_journeys / "survey"
    shutil.copytree(DATA / "north_korea" / "survey", folder)
    with pytest.raises(CountryError, match=r"margins.csv, line \d+, column share: .* is none of"):
        run_survey(country=land_of_journeys, **MONTHS)
    file = folder / "margins.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if "province=" not in line]
    file.write_text("\n".join(lines), encoding="utf-8")
    found = run_survey(LIVELY | {"journey": "on"}, country=land_of_journeys, runs=2, size=50,
                       **MONTHS)  # fmt: skip
    assert set(found.respondents["province"]) <= {"Inland", "Borderland"}
    assert list(found.margins["item"]).count("women") == 1
    for name, cut, said in (
        ("coefficients.csv", "anxious,death", "no row of anxious, death"),
        ("traits.csv", "children_in_china", "no row of children_in_china"),
        ("margins.csv", "employed", "no row of employed"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if cut not in line]
        (folder / name).write_text("\n".join(kept), encoding="utf-8")
        with pytest.raises(CountryError, match=f"{name}: there is {said}"):
            run_survey(country=land_of_journeys, **MONTHS)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("margins.csv", "51.5,52.5", "52.5,51.5", "percent_high: 51.5 must be at least 52.5"),
        ("margins.csv", "51.5,52.5", "51.5,152", "percent_high: 152 must be at most 100"),
        ("margins.csv", "simulated,gender", "seen,gender", "class: 'seen' is none of simulated"),
        ("coefficients.csv", "positive", "plus", "sign: 'plus' is none of positive, negative"),
        ("traits.csv", "12,13", "x,13", "percent_low: 'x' is not a number"),
    ],
)
def test_a_fault_in_the_survey_s_files_is_named(land_of_journeys, file, before, after, said):
    folder = land_of_journeys / "survey"
    shutil.copytree(DATA / "north_korea" / "survey", folder)
    text = (folder / "margins.csv").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "province=" not in line]
    (folder / "margins.csv").write_text("\n".join(kept), encoding="utf-8")
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(CountryError) as error:
        run_survey(country=land_of_journeys, **MONTHS)
    assert said in str(error.value)
    assert f"{file}, line " in str(error.value)


def test_where_nobody_is_in_china_it_is_said():
    with pytest.raises(SurveyError, match="in none of the 2 runs anybody is in China in 1992-01"):
        run_survey({"initial_repression": 1.0, "utility_intercept": -60.0}, runs=2,
                   first="1992-01", last="1992-01")  # fmt: skip


def test_all_sets_of_coefficients_are_used(monkeypatch):
    found = run_survey(runs=2, size=30, first="1999-01", last="1999-02")
    assert found.about["coefficient_sets"] == 500
    truths = {}
    own = survey_run.statements.statements_table
    monkeypatch.setattr(
        survey_run.statements,
        "statements_table",
        lambda t, found: truths.update(t) or own(t, found),
    )
    run_survey(runs=2, size=30, first="1999-01", last="1999-02")
    assert sum(map(len, truths["distress: food aid"])) == 500
    assert dataclasses.is_dataclass(found)


@pytest.mark.parametrize("name", ["border_weights", "dated_shares", "counties", "neighbours"])
def test_parts_of_another_border_or_other_shares_are_of_another_survey(north_korea, name):
    found = published("north_korea", north_korea)
    other = north_korea.replace(**{name: type(getattr(north_korea, name))()})
    assert other.fingerprint == north_korea.fingerprint
    one, changed = (survey_run._fixed({}, [], land, found) for land in (north_korea, other))
    assert one != changed
