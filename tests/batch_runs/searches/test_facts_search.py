"""A search scored by the facts of the journey is kept, killed and resumed like any other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.errors import PlanError
from defection.batch_runs.scores import Facts, FactsObjective, Objective, ScoreError, Target
from defection.batch_runs.scores.facts import RECORD
from defection.batch_runs.scores.facts_scores import column
from defection.batch_runs.searches import (
    Evolution,
    MemoryEvaluation,
    PaperSearch,
    Screen,
    open_search,
    run_search,
    stored,
    typical_run,
)
from defection.commands.main import main
from defection.country import load
from tests.conftest import LIVELY, tiny_with_journey

HEAD = "fact,group,years,first,last,value,low,high,sd,scale,use,mark,source\n"
ROWS = (
    "arrivals,,,2001,2001,30,,,.5,log,fit,F,text",
    "returned,,,2001,2001,60,,,.5,log,fit,F,text",
    "in_china_share,gender=female,,2001,2001,.6,,,.3,logit,fit,F,text",
    "stay_share,,1+,2001,2001,.4,,,.1,linear,check,F,text",
)
VARIED = {
    **LIVELY, "stop_threshold": 10**4, "famine_effect": {"low": 0, "high": 1},
    "return_rate": {"low": 0.1, "high": 2.0}, "onward_late": 3.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return the folder of a country with a journey and facts of it."""
    place = tiny_with_journey(tmp_path_factory.mktemp("land") / "land")
    text = HEAD + "\n".join(ROWS) + "\n"
    (place / "journey" / "targets.csv").write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def objective(place):
    return FactsObjective(Facts.from_country(place))


@pytest.fixture(scope="module")
def searches(objective):
    how = {"space": Space.from_parameters(VARIED), "objective": objective}
    return {
        "screen": Screen(**how, points=24, batch=8),
        "paper": PaperSearch(**how, chains=4, steps=8),
        "evolution": Evolution(**how, starts=2, generations=4, population=4, replicates=2),
    }


class Stop(Exception):
    """The search is cut off."""


@pytest.mark.parametrize("name", ["screen", "paper", "evolution"])
def test_cut_off_again_and_again_it_ends_with_the_bytes_of_an_unbroken_one(
    name, searches, place, tmp_path, monkeypatch
):
    how = {"seed": 3, "country": str(place)}
    whole = run_search(searches[name], tmp_path / "whole", **how)
    monkeypatch.setattr(stored, "SECONDS", 0.0)
    made, real = [], MemoryEvaluation.__call__

    def counting(self, points, replicates):
        batch = real(self, points, replicates)
        made.extend(batch["run_id"])
        return batch

    monkeypatch.setattr(MemoryEvaluation, "__call__", counting)
    for cut in (1, 9, 20):

        def stop(so_far, cut=cut):
            if so_far >= cut:
                raise Stop

        with pytest.raises(Stop):
            run_search(searches[name], tmp_path / "out", **how, progress=stop)
    found = run_search(searches[name], tmp_path / "out", **how, workers=2)
    pd.testing.assert_frame_equal(found, whole)
    assert len(made) == len(set(made))
    for file in ("search.json", "trace.parquet", "found.csv"):
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()


def test_its_runs_keep_what_they_say_of_each_fact_and_score_by_it(
    searches, objective, place, tmp_path
):
    found = run_search(searches["screen"], tmp_path / "s", seed=3, country=str(place))
    results, facts = open_search(tmp_path / "s"), objective.facts
    runs = results.runs()
    names = [column(fact) for fact in facts.facts]
    kept = runs[names].to_numpy()
    assert (np.isfinite(kept).all(axis=1)).sum() > 5
    law = [*LIVELY, "return_rate", "onward_late"]
    points = runs[law].to_dict("records")
    data = run_ensemble(points, runs["seed"].tolist(), country=place, record=RECORD)
    again = facts.measure_ensemble(data, [Parameters(**point) for point in points])
    np.testing.assert_array_equal(kept, again)
    best = found.iloc[0]
    scores = facts.misfit(kept[runs["point"] == best["point"]], "fit")
    assert best["score"] == pytest.approx(scores.mean())
    run = typical_run(found, results, objective)
    assert run["point"] == best["point"]
    assert abs(run["score"] - best["score"]) == pytest.approx(np.abs(scores - scores.mean()).min())


@pytest.mark.parametrize("engine", ["processes", "serial"])
def test_the_engine_changes_no_byte(engine, searches, place, tmp_path):
    how = {"seed": 3, "country": str(place)}
    plain = run_search(searches["screen"], tmp_path / "threads", **how)
    other = run_search(searches["screen"], tmp_path / engine, **how, engine=engine, workers=2)
    pd.testing.assert_frame_equal(plain, other)


def test_other_facts_another_clock_or_a_distance_are_another_search(
    searches, objective, place, tmp_path
):
    how, screen = {"seed": 3, "country": str(place)}, searches["screen"]
    run_search(screen, tmp_path / "s", **how)
    facts = objective.facts
    changed = {
        "distance.clock is 'last', was 'first'": FactsObjective(Facts.from_country(place, clock="last")),
        "distance.facts.fact_stay_share": FactsObjective(facts.part("fit")),
        "distance.over is 'median', was 'mean'": FactsObjective(facts, over="median"),
        "distance.name is 'root_scale', was 'facts'": Objective(Target((2000,), (4,))),
    }  # fmt: skip
    for said, other in changed.items():
        with pytest.raises(PlanError, match=said):
            run_search(
                Screen(space=screen.space, objective=other, points=24, batch=8),
                tmp_path / "s",
                **how,
            )


@pytest.mark.parametrize(
    ("changed", "weeks", "said"),
    [
        ({}, 60, "arrivals 2001 is not run to its end: the runs have 60 weeks"),
        (
            {"interventions": ["none", "2001 return_rate=1"]},
            None,
            "facts are not measured where return_rate changes in the run",
        ),
        ({"return_rate": None, "onward_late": None}, None, "the journey is off"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_run_or_written(
    changed, weeks, said, objective, place, tmp_path, monkeypatch
):
    monkeypatch.setattr(MemoryEvaluation, "__call__", lambda *_: pytest.fail("it ran"))
    values = {name: value for name, value in {**VARIED, **changed}.items() if value is not None}
    search = Screen(space=Space.from_parameters(values), objective=objective, points=8)
    with pytest.raises(ScoreError, match=said):
        run_search(search, tmp_path / "s", seed=1, country=str(place), weeks=weeks)
    assert not (tmp_path / "s").exists()


def test_facts_of_another_country_are_refused(searches, tmp_path):
    other = FactsObjective(Facts.from_country(load("north_korea")))
    search = Screen(space=searches["screen"].space, objective=other, points=8)
    folder = tiny_with_journey(tmp_path / "land")
    with pytest.raises(ScoreError, match="the facts are of other data than those of"):
        run_search(search, tmp_path / "s", seed=1, country=str(folder))


def test_news_that_changes_by_date_can_be_measured(objective, place):
    values = {**VARIED, "interventions": "2001 news_of_arrivals=0.3", "return_rate": 0.4}
    evaluate = MemoryEvaluation(1, country=place, measure=objective.measured)
    runs = evaluate(
        Space.from_parameters({**values, "famine_effect": [0.1, 0.2]}).table([[0.1]]), 2
    )
    assert np.isfinite(objective(runs)).all()


def test_the_command_searches_by_facts_and_its_best_run_can_be_made(place, tmp_path, capsys):
    space, out = tmp_path / "space.toml", tmp_path / "out"
    lines = [f"{name} = {value}" for name, value in LIVELY.items() if name != "famine_effect"]
    text = "\n".join(["[parameters]", "famine_effect = { low = 0, high = 1 }", *lines])
    command = ["search", str(space), "--distance", "facts", "--country", str(place), "--out"]
    command += [str(out), "--method", "screen", "--set", "points=8"]
    space.write_text(text, encoding="utf-8")
    assert main(command) == 1
    assert "the journey is off: facts are of those who crossed" in capsys.readouterr().err
    assert not out.exists()
    space.write_text(f"{text}\njourney = 'on'\n", encoding="utf-8")
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "fitted" in (out / "found.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "--set journey=on" in said
