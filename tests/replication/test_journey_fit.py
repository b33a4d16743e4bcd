"""Law and journey fitted together: regions, common seeds, written rules, kept numbers."""

from __future__ import annotations

import copy
import dataclasses
import types

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs import run_ensemble
from defection.parameters import ALL_PARAMETERS, Parameters
from defection.replication import (
    RESULTS,
    Kept,
    ReplicationError,
    Runs,
    journey_fit,
    journey_verdicts,
)
from defection.replication import journey_regions as regions
from defection.replication import journey_search as searched
from defection.replication.kept_points import lies_in
from defection.replication.reported import PAPER, PRIOR_LINE, PRIOR_MEAN
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED


def _point(**changes):
    return {name: one.default for name, one in ALL_PARAMETERS.items()} | changes


def test_the_papers_region_is_what_it_reports_and_its_line():
    for name in ("paper's region", "paper's region, K free"):
        space = regions.FITS[name].space()
        unit = np.random.default_rng(1).random((200, len(space.names)))
        unit[0], unit[1] = 0.0, 1.0 - 1e-12
        table = space.table(unit)
        on_line = PRIOR_LINE.intercept + PRIOR_LINE.slope * table["prior_beta"]
        assert np.allclose(table["prior_alpha"], on_line)
        means = table["prior_alpha"] / (table["prior_alpha"] + table["prior_beta"])
        assert (means.min(), means.max()) == pytest.approx(PRIOR_MEAN)
        for parameter, one in PAPER.items():
            free = parameter == regions.K and name.endswith("free")
            if (span := one.span(regions.DEVIATIONS)) is not None and not free:
                assert table[parameter].between(*span).all(), parameter
        assert set(regions.NAMES) <= set(table.columns)
        assert np.allclose(space.unit(table)[2:], unit[2:], atol=0.03)  # whole numbers are rounded


def test_every_region_can_be_run_and_the_journey_alone_keeps_the_law():
    for fit in regions.FITS.values():
        row = fit.space().table([[0.5] * len(fit.space().names)]).iloc[0]
        law = Parameters(**row[regions.LAW].to_dict())
        assert (law == Parameters()) == (fit.law is None), fit.name
        assert "death_rate" not in fit.space().names


def test_a_region_is_searched_from_another_ones_point_as_it_would_be_in_its_own_space():
    tables = Kept().tables("journey_fit")
    for fit in filter(lambda one: one.also_from, regions.FITS.values()):
        (point,) = regions.points_found(tables, [fit.also_from]).values()
        inside = fit.inside(point)
        assert lies_in(fit.space(), inside), fit.name
        own = {name for name in fit.space().names if name in point} - {regions.K, *fit.holds}
        assert {name: inside[name] for name in own} == {name: point[name] for name in own}
        more = 20 if inside["news_circles"] == 20 else 1
        assert inside[regions.K] == pytest.approx(more * point[regions.K])
        if fit.holds:  # the same law, to the person
            same, held = (Parameters(**{**point, **one}) for one in ({}, inside))
            assert same != held
            runs = run_ensemble([same, held], 3, threads=1)["yearly_successes"]
            assert (runs[0] == runs[1]).all(), fit.name
    many = regions.FITS["20 circles"].inside(point | {regions.K: 0.3})
    assert many[regions.K] == 1
    assert regions.FITS["20 circles"].inside(many)[regions.K] == 1  # its circles are the same


@pytest.mark.parametrize("name", ["proportional", "20 circles"])
def test_where_another_regions_point_is_the_best_it_is_one_of_the_region(monkeypatch, name):
    def further(_self, start, number=1):
        return {**start, "score_in_search": 10.0 - number, "runs": start["runs"] + 1}

    first = {"parameters": {}, "runs": 1, "score_in_search": 10.0}
    monkeypatch.setattr(searched.Searching, "first", lambda _self: dict(first))
    monkeypatch.setattr(searched.Searching, "further", further)
    (point,) = regions.points_found(Kept().tables("journey_fit"), ["free"]).values()
    free = {"region": "free", "split": "rule", "parameters": point, "runs": 70}
    found = searched.found((name, "rule"), searched.QUICK, None, [free])
    assert (found["score_in_search"], found["runs"]) == (8.0, 3)
    assert lies_in(regions.FITS[name].space(), found["parameters"])


def test_regions_that_were_never_searched_make_the_fit_stale_and_nothing_that_reads_others():
    tables = dict(Kept().tables("journey_fit"))
    about = tables["journey.json"]
    fewer = [one for one in about["fitted"] if one["region"] != "two rates"]
    missing = RESULTS["journey_fit"].missing
    said = missing(tables | {"journey.json": about | {"fitted": fewer}})
    assert len(said) == 1
    assert said[0].startswith("regions that were never searched: ")
    assert "two rates (rule)" in said[0]
    assert "free (rule)" not in said[0]
    assert missing(tables) == ()
    assert RESULTS["extended_fit"].missing(Kept().tables("extended_fit")) == ()


def test_a_point_that_its_region_does_not_hold_any_more_makes_the_fit_stale():
    tables = dict(Kept().tables("journey_fit"))
    rows = copy.deepcopy(tables["journey.json"]["fitted"])
    dated = next(row for row in rows if row["region"] == "history of control")
    dated["parameters"]["interventions"] = "1999 control_target=0.5"
    tables["journey.json"] = tables["journey.json"] | {"fitted": rows}
    said = RESULTS["journey_fit"].missing(tables)
    assert said == (f"regions that are others now: history of control ({dated['split']})",)


def test_the_points_of_a_generation_have_the_same_seeds_and_the_next_has_others():
    facts = regions.facts_of("rule").part("fit")
    evaluate = searched.FollowedPoints(7, facts, threads=1)
    points = pd.DataFrame([_point(), _point(return_rate=0.5)])
    same, others = evaluate(points, 2), evaluate(points.assign(memory_weeks=[580, 400]), 2)
    years = [name for name in same if name.startswith("successes_")]
    counts = same[years].to_numpy().reshape(2, 2, -1)
    assert np.array_equal(counts[0], counts[1])  # the journey changes no success
    assert not np.array_equal(counts[0, 0], counts[0, 1])
    assert not np.array_equal(others[years].to_numpy()[:2], counts[0])
    assert (same["fact_returned_1998"].to_numpy()[:2] != same["fact_returned_1998"][2:]).all()
    seeds = searched.seeds_of(7, 0, 2)
    own = run_ensemble(Parameters(), seeds, threads=1)["yearly_successes"].to_numpy()
    assert np.array_equal(own, counts[0])


def test_a_search_is_repeatable_and_goes_on_from_what_is_finished(tmp_path, monkeypatch):
    job, small = ("journey alone", "rule"), {**searched.QUICK, "screened": 4}
    every = regions.facts_of("rule")
    few = dataclasses.replace(every, facts=tuple(f for f in every.facts if f.fact == "arrivals"))
    monkeypatch.setattr(searched, "facts_of", lambda _split: few)  # quick to measure
    searching = searched.Searching(regions.FITS[job[0]], job[1], small, threads=1)
    first = searching.first()
    kept = searched.found(job, small, tmp_path, threads=1)
    assert kept == searching.further(first)
    assert kept["runs"] > first["runs"]
    finished = tmp_path / "journey_alone_rule_further.json"
    finished.write_text(finished.read_text().replace('"runs"', '"of_the_file": true, "runs"'))
    assert searched.found(job, small, tmp_path, threads=1)["of_the_file"]
    assert "of_the_file" not in searched.found(job, {**small, "scored": 3}, tmp_path, threads=1)


def test_distances_are_those_of_closed_forms():
    facts = regions.facts_of("to 2008")
    observed = journey_fit.by_year(facts, facts.observed[None])[0]
    exact = journey_fit.of_arrivals(np.tile(observed, (3, 1)), facts)
    assert exact["rms"] == exact["rms_late"] == exact["rms_sd"] == 0
    assert exact["years_inside"] == 1
    assert (
        exact["decline_low"]
        == exact["decline_high"]
        == pytest.approx(observed[-3:].sum() / observed[-6:-3].sum())
    )
    further = (np.sqrt(observed) + 2.0) ** 2  # two roots more in each year
    moved = journey_fit.of_arrivals(np.tile(further, (3, 1)), facts)
    assert moved["rms"] == pytest.approx(2) == moved["rms_late"]
    nothing = journey_fit.of_arrivals(np.full((3, len(observed)), np.nan), facts)
    assert nothing["rms"] == pytest.approx(np.sqrt(observed.mean()))
    crossings = np.ones((4, len(facts.country.years)))
    without = crossings * np.array([[0.0], [0.5], [0.6], [1.0]])
    famine = journey_fit.of_famine(crossings, without, facts)
    assert (famine["triggered"], famine["left_without_famine"]) == (0.5, pytest.approx(0.55))


def test_the_nulls_meet_what_they_are_fitted_to():
    table = journey_fit.nulls({"rule", "to 2008"}).set_index(["split", "null"])
    by_time = table.loc["to 2008"]
    assert by_time["arrivals_fitted"].iloc[0] == pytest.approx(0, abs=1e-9)
    assert by_time["arrivals_fitted"].iloc[1] > 1
    observed = np.array([count for year, count, _ in regions.load("north_korea").observed
                         if year >= 2008])  # fmt: skip
    goes_on = journey_fit.root_rms(np.full(6, observed[0]), observed[1:])
    assert by_time["rms_late"].iloc[2] == pytest.approx(goes_on, rel=0.05)  # 2006 is corrected


def test_verdicts_follow_the_rules():
    assert [journey_verdicts.of_share(x) for x in (1, 0.95, 0.5, 0.05, 0)] == [
        REPRODUCED, REPRODUCED, UNDECIDED, NOT, NOT,
    ]  # fmt: skip
    assert [journey_verdicts.of_ends(x, 1, 2) for x in (0.9, 1, 2, 2.1)] == [
        NOT, REPRODUCED, REPRODUCED, NOT,
    ]  # fmt: skip
    low, high = PAPER[regions.K].span(regions.DEVIATIONS)
    assert [journey_verdicts.of_hearing(k) for k in (low, high, 0.001)] == [
        REPRODUCED, REPRODUCED, NOT,
    ]  # fmt: skip
    free = types.SimpleNamespace(fitted=100.0, fitted_sd=3.0)
    for fitted, verdict in ((90.0, REPRODUCED), (106.0, REPRODUCED), (106.1, NOT)):
        paper = types.SimpleNamespace(fitted=fitted, fitted_sd=400.0)  # far apart is not near
        assert journey_verdicts.of_region(paper, free) == verdict


def test_what_is_kept_is_what_the_fitted_parameters_do():
    with pytest.raises(
        ReplicationError, match=r"no region 'fre' is fitted \(rule\); did you mean free"
    ):
        journey_fit.fitted("fre")
    tables = Kept().tables("journey_fit")
    one = tables["journey.json"]["fitted"][0]
    found = journey_fit.fitted(one["region"], one["split"])
    point = pd.DataFrame([found.as_dict()])
    facts = regions.facts_of(one["split"])
    evaluate = searched.FollowedPoints(11, facts, threads=1)
    values = evaluate(point, 5).filter(like="fact_").to_numpy(float)
    scores = tables["journey_scores"]
    kept = scores[(scores["region"] == one["region"]) & (scores["split"] == one["split"])].iloc[0]
    for use in ("fit", "check"):
        name = f"{use}ted" if use == "fit" else "checked"
        assert abs(facts.misfit(values, use).mean() - kept[name]) < 5 * kept[f"{name}_sd"] + 1e-6


def test_a_quick_computation_makes_every_table_and_page():
    tables = journey_fit.compute(Runs(3, quick=True, threads=1), jobs=[("free", "rule")])
    compared = {journey_verdicts.START, journey_verdicts.SUCCESSES}
    assert set(tables["journey_scores"]["region"]) == compared | {"free"}
    page = journey_fit.journey_page.text(tables)
    assert "nan" not in page
    assert "| free |" in page
    judged = journey_verdicts.judge(tables)
    assert judged.parts
    assert "nan" not in judged.here
