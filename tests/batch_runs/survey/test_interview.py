"""Respondents are the people in China, whatever is known of them by other means."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs import run_ensemble
from defection.batch_runs.scores.facts import RECORD, Facts, crossings_by_run
from defection.batch_runs.scores.facts_of_run import FollowedRun
from defection.batch_runs.survey import SurveyError, run_survey
from defection.batch_runs.survey.interview import Interview, belongs, draw_traits, respondents
from defection.batch_runs.survey.published import Share, Trait, published
from defection.crossings import CROSSING
from defection.parameters import Parameters

FIRST, LAST = 654, 714
SIZE = 40_000
POINT = Parameters(return_rate=0.9, visit_rate=0.3, again_share=0.9)


def tolerance(share, size=SIZE):
    return 5.0 * np.sqrt(share * (1 - share) / size) + 1e-9


@pytest.fixture(scope="module", params=[1.0, 5.0], ids=["", "the better-off leave sooner"])
def followed(request, north_korea):
    point = POINT.replace(onward_by_status=request.param)
    data = run_ensemble(point, 1, record=RECORD, weeks=LAST + 1, threads=1)
    crossings, repression = next(crossings_by_run(data))
    return FollowedRun.from_crossings(north_korea, crossings, repression, point)


@pytest.mark.parametrize("clock", ["first", "last"])
def test_a_large_sample_has_the_shares_of_the_stock(followed, north_korea, clock):
    table = respondents(followed, Interview(FIRST, LAST, SIZE, clock), np.random.default_rng(1))
    own = dataclasses.replace(followed, clock=clock)
    facts = [fact for fact in Facts.from_country(north_korea).facts if "2004-08" in fact.when]
    columns = {"returned_share": ("times_returned", ("1", "2", "3+"), None),
               "returned_twice": ("times_returned", ("2",), "returned"),
               "returned_more": ("times_returned", ("3+",), "returned"),
               "visited_share": ("visited", ("yes",), None)}  # fmt: skip
    compared = 0
    for fact in facts:
        fact = dataclasses.replace(fact, weeks=(FIRST, LAST))
        if fact.fact == "in_china_share":
            share = (table[fact.group[0]] == fact.group[1]).mean()
        elif fact.fact == "stay_share":
            among = table[table[fact.group[0]] == fact.group[1]]
            share = (among["time_in_china"] == "over 3 years").mean()
        else:
            column, values, base = columns[fact.fact]
            among = table[table["times_returned"] != "0"] if base else table
            share = among[column].isin(values).mean()
        compared += 1
        slack = 0.005 if fact.fact == "stay_share" else 0.0  # looked at 13 weeks together
        wanted = own.value(fact)
        size = len(among) if fact.fact != "in_china_share" else len(table)
        assert share == pytest.approx(wanted, abs=tolerance(wanted, size) + slack), fact
    assert compared >= 8
    for column in ("age", "status"):
        for value, share in table[column].value_counts(normalize=True).items():
            stock = followed._share(False, slice(FIRST, LAST + 1), column, value)
            assert share == pytest.approx(stock, abs=tolerance(stock)), value
    exposed = followed.present(slice(FIRST, LAST + 1)).sum(axis=(1, 2))
    assert (table["kind"] == "exposed").mean() == pytest.approx(
        exposed[1] / exposed.sum(), abs=tolerance(0.5)
    )


def test_one_kind_with_constant_risks_gives_geometric_returns(north_korea):
    """In a steady flow each further return has the same chance: N(n + 1) / N(n) is constant."""
    point = Parameters(
        onward_early=0.4, onward_late=0.4, onward_women_early=1.0, onward_women_late=1.0,
        return_rate=1.2, exposed_risk=1.0, visit_rate=0.0, settle_rate=0.0, again_share=0.8,
        again_rate=20.0,
    )  # fmt: skip
    weeks = 1144
    rows = np.zeros(weeks, CROSSING)
    rows["week"], rows["people"] = np.arange(weeks), 5
    run = FollowedRun.from_crossings(north_korea, rows, np.full((weeks, 10), 0.3), point)
    journey = run.journey._replace(
        by_year=np.ones_like(run.journey.by_year),
        by_gender=np.ones_like(run.journey.by_gender),
        months_held=np.full_like(run.journey.months_held, 1.0),
    )
    run = dataclasses.replace(run, journey=journey)
    interview = Interview(1100, 1143, SIZE, "first")
    table = respondents(run, interview, np.random.default_rng(2))
    counts = table["times_returned"].value_counts()
    ratio = counts["1"] / counts["0"]
    assert 0.3 < ratio < 0.9
    error = 5.0 * (1 / np.sqrt(counts["1"]) + 1 / np.sqrt(counts["2"]))
    assert counts["2"] / counts["1"] == pytest.approx(ratio, rel=error)
    rest = counts["3+"] / counts["2"]  # three and more: r + r² + ... of twice
    assert rest == pytest.approx(ratio / (1 - ratio), rel=error)


@pytest.mark.parametrize("inclusion", [-0.8, 0.0, 0.3])
def test_a_weight_by_time_in_china_tilts_an_exponential_stay(north_korea, inclusion):
    """People who only go onward at a rate, and enter evenly: stays are exponential, and so weighted."""
    rate, weeks, first = 0.9, 1000, 960
    point = Parameters(
        onward_early=rate, onward_late=rate, onward_women_early=1.0, onward_women_late=1.0,
        return_rate=0.0, exposed_share=0.0, visit_rate=0.0, settle_rate=0.0,
    )  # fmt: skip
    rows = np.zeros(weeks, CROSSING)
    rows["week"], rows["people"] = np.arange(weeks), 5
    run = FollowedRun.from_crossings(north_korea, rows, np.full((weeks, 10), 0.3), point)
    plain = run.journey._replace(
        by_year=np.ones_like(run.journey.by_year), by_gender=np.ones_like(run.journey.by_gender)
    )
    run = dataclasses.replace(run, journey=plain)
    for clock in ("first", "last"):
        interview = Interview(first, weeks - 1, SIZE, clock, inclusion)
        years = respondents(run, interview, np.random.default_rng(3))["years_in_china"]
        assert len(years) == SIZE
        stayed = np.arange(first) / 52
        weight = np.exp((inclusion - rate) * stayed)
        for limit in (0.5, 1.0, 3.0):
            wanted = weight[stayed < limit].sum() / weight.sum()
            assert (years < limit).mean() == pytest.approx(wanted, abs=tolerance(wanted) + 2e-3)


def test_nobody_is_drawn_where_nobody_is_there(north_korea):
    run = FollowedRun.from_crossings(
        north_korea, np.zeros(0, CROSSING), np.ones((200, 10)), Parameters(journey="on")
    )
    assert respondents(run, Interview(100, 150, 10, "first"), np.random.default_rng(1)).empty


def test_traits_are_drawn_by_their_shares(north_korea):
    size = 200_000
    rng = np.random.default_rng(4)
    table = pd.DataFrame({
        "gender": rng.choice(["female", "male"], size), "arrested": rng.choice(["yes", "no"], size),
        "visited": rng.choice(["yes", "no"], size),
    })  # fmt: skip
    found = published("north_korea", north_korea)
    drawn = draw_traits(table, found.traits, rng)
    whole = table.join(drawn)
    assert list(drawn.columns) == list(dict.fromkeys(one.trait for one in found.traits))
    for one in found.traits:
        if one.interval is None:
            continue
        among = whole[belongs(whole, one.among)]
        share = 100 * (among[one.trait] == one.value).mean()
        slack = 100 * tolerance(0.5, len(among))
        assert one.interval[0] - slack <= share <= one.interval[1] + slack, one
        if one.only.column:  # others have it not
            others = whole[~belongs(whole, one.only)]
            assert not (others[one.trait] == one.value).any()
    rest = whole["occupation"].value_counts(normalize=True)
    assert rest["trader"] == pytest.approx(rest["student"], abs=tolerance(0.04, size) * 2)


def test_a_trait_that_too_few_can_have_stays_theirs():
    table = pd.DataFrame({"arrested": ["yes"] * 5 + ["no"] * 95})
    traits = (
        Trait("camp", "yes", Share(), Share("arrested", ("yes",)), (10.0, 10.0), "F"),
        Trait("camp", "no", Share(), Share(), None, "D"),
    )
    drawn = draw_traits(table, traits, np.random.default_rng(1))
    assert drawn["camp"].tolist() == ["yes"] * 5 + ["no"] * 95


def test_the_weight_of_the_last_stay_is_that_of_people_who_are_not_weighted(north_korea):
    """With returns the last entry is another than the first: the mean by weight is the weighted mean."""
    point = Parameters(return_rate=1.0, again_rate=8.0, again_share=1.0, journey="on")
    rows = np.zeros(900, CROSSING)
    rows["week"], rows["people"] = np.arange(900), 5
    run = FollowedRun.from_crossings(north_korea, rows, np.full((900, 10), 0.1), point)
    plain, tilted = (
        respondents(run, Interview(840, 899, SIZE, "last", own), np.random.default_rng(4))
        for own in (0.0, -1.0)
    )
    assert (plain["last_entry_week"] != plain["first_entry_week"]).mean() > 0.1
    years = plain["years_in_china"].to_numpy()
    weight = np.exp(-years)
    wanted = (weight * years).sum() / weight.sum()
    of_mean = np.sqrt((weight**2 * (years - wanted) ** 2).sum()) / weight.sum()
    error = np.hypot(of_mean, tilted["years_in_china"].std() / SIZE**0.5)
    assert tilted["years_in_china"].mean() == pytest.approx(wanted, abs=5 * error)
    assert years.mean() - wanted > 10 * error


def test_a_weight_that_nearly_nobody_has_is_refused_and_not_tried_for_ever(north_korea):
    with pytest.raises(SurveyError, match=r"inclusion = 1 is too far from 0 .* could be taken"):
        run_survey(
            {"return_rate": 5}, runs=1, size=200, first="2010-01", last="2014-12", clock="last",
            inclusion=1.0, country=north_korea,
        )  # fmt: skip
