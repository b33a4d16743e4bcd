"""Facts beside runs: each meaning against the journey's own record, residuals, scores, the table."""

from __future__ import annotations

import dataclasses
import gc
import math
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import Facts, FactsObjective, ScoreError, facts_table
from defection.batch_runs.scores.facts import RECORD, WORST
from defection.batch_runs.scores.facts_null import null_of_arrivals, smooth_curve
from defection.batch_runs.scores.facts_of_run import FollowedRun
from defection.batch_runs.scores.facts_scores import column, columns, misfit_by_kind
from defection.country import CountryError, load
from defection.crossings import sparse
from defection.journey.cells import FLOWS, STOCKS
from defection.journey.facts import CHECK, FIT, Fact
from defection.journey.flow import follow
from defection.parameters import Parameters

WEEKS, YEARS = 520, 10
FLOW, STOCK = list(FLOWS), list(STOCKS)


@pytest.fixture(scope="module")
def korea():
    return load("north_korea")


@pytest.fixture(scope="module")
def facts():
    return Facts.from_country()


@pytest.fixture(scope="module")
def run(korea):
    """Ten years of made crossings, and the journey's own record of them, by age too."""
    rng = np.random.default_rng(1)
    dense = rng.poisson(0.02, (WEEKS, korea.category_count)).astype(np.int32)
    repression = rng.uniform(0.5, 1.0, (WEEKS, len(korea.provinces)))
    parameters = Parameters(onward_early=0.1, return_rate=0.4)
    record, travellers = follow(korea, parameters, dense, repression, ("gender", "age"), times=4)
    made = FollowedRun.from_crossings(korea, sparse(dense), repression, parameters)
    return made, record, travellers


def a_fact(name, weeks=(52, 363), group=(), years=(), **others):
    about = {"when": "then", "value": 0.5, "sd": 1.0, "scale": "linear", "use": FIT, **others}
    return Fact(fact=name, group=group, years=years, weeks=weeks, **about)


def test_facts_of_genders_need_no_categories(facts):
    """The same values to the bit; a fact of another group asks for them, as a status does."""
    points, seeds = [Parameters(return_rate=0.2), Parameters(return_rate=0.4)], [1, 2]
    fitted = facts.part(FIT)
    quicker, whole = fitted.record_for(points), facts.record_for(points)
    assert ("crossings_by_gender" in quicker, whole) == (True, RECORD)
    assert fitted.record_for([Parameters(onward_by_status=2.0)]) == RECORD
    law = Parameters(initial_repression=0.7)
    found = [
        fitted.measure_ensemble(run_ensemble(law, seeds, record=record), points)
        for record in (quicker, whole)
    ]
    np.testing.assert_array_equal(*found)
    assert np.isfinite(found[0]).all()
    data = run_ensemble(law, [1], record=quicker)
    with pytest.raises(ScoreError, match="only the genders were kept"):
        facts.measure_ensemble(data, points[0])


def test_people_a_year_are_those_of_the_record(run):
    made, record, _ = run
    for name in ("arrivals", "returned"):
        whole = record.flows[1:7, FLOW.index(name)].sum() / 6
        assert made.value(a_fact(name)) == pytest.approx(whole, rel=1e-9)
    last = made.value(a_fact("in_china", (WEEKS - 1, WEEKS - 1)))
    assert last == pytest.approx(record.stocks[-1, STOCK.index("in_china")].sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("dimension", "value"),
    [("gender", "female"), ("province", "Ryanggang"), ("age", "young"), ("age", "old")],
)
def test_shares_of_a_group_are_those_of_a_record_with_finer_groups(run, dimension, value):
    made, record, _ = run
    table = record.table()
    mine = table[dimension] == value
    during = table["year"].between(1993, 1998)
    share = table[mine & during]["arrivals"].sum() / table[during]["arrivals"].sum()
    found = made.value(a_fact("arrivals_share", group=(dimension, value)))
    assert found == pytest.approx(share, rel=1e-9)
    at_end = table["year"] == 2001
    share = table[mine & at_end]["in_china"].sum() / table[at_end]["in_china"].sum()
    end = WEEKS - 1, WEEKS - 1
    assert made.value(a_fact("in_china_share", end, (dimension, value))) == pytest.approx(share)


def test_how_often_people_were_returned_is_where_they_stand(run):
    made, _, travellers = run
    by_times = travellers.people[0].reshape(len(made.country.provinces), 2, 4, -1)
    times = by_times.sum(axis=(0, 1, 3))
    end = WEEKS - 1, WEEKS - 1
    assert made.value(a_fact("returned_share", end)) == pytest.approx(times[1:].sum() / times.sum())
    for name, part in (("returned_twice", times[2]), ("returned_more", times[3])):
        assert made.value(a_fact(name, end)) == pytest.approx(part / times[1:].sum())


def test_times_are_shares_of_everyone_and_men_and_women_make_all(run):
    made, *_ = run
    parts = ((0.0, 1.0), (1.0, 3.0), (3.0, math.inf))
    for name in ("arrivals_lag_share", "stay_share"):
        assert sum(made.value(a_fact(name, years=years)) for years in parts) == pytest.approx(1.0)
    women = made.value(a_fact("in_china_share", group=("gender", "female")))
    by_gender = [
        made.value(a_fact("stay_share", group=("gender", one), years=(3.0, math.inf)))
        for one in ("female", "male")
    ]
    mixed = women * by_gender[0] + (1 - women) * by_gender[1]
    everyone = made.value(a_fact("stay_share", years=(3.0, math.inf)))
    assert everyone == pytest.approx(mixed, rel=1e-6)


def test_the_clock_from_the_last_entry_gives_shorter_times(run):
    made, *_ = run
    last = dataclasses.replace(made, clock="last")
    for fact in (
        a_fact("arrivals_lag"),
        a_fact("arrivals_lag_share", years=(3.0, math.inf)),
        a_fact("stay_share", years=(3.0, math.inf)),
    ):
        assert last.value(fact) < made.value(fact)
    for name in ("arrivals", "visited_share", "returned_share"):
        assert last.value(a_fact(name)) == made.value(a_fact(name))


def test_who_never_goes_home_by_choice_has_not(run):
    made, *_ = run
    never = dataclasses.replace(made, parameters=Parameters(visit_rate=0.0))
    assert never.value(a_fact("visited_share")) == pytest.approx(0.0, abs=1e-12)
    assert made.value(a_fact("visited_share")) > 0.01


def test_a_run_says_nothing_of_weeks_that_it_did_not_reach(run):
    made, *_ = run
    assert not math.isnan(made.value(a_fact("arrivals", (0, WEEKS - 1))))
    assert math.isnan(made.value(a_fact("arrivals", (0, WEEKS))))


def test_a_measured_run_is_not_kept(run):
    own = dataclasses.replace(run[0])
    names = ("arrivals", "arrivals_lag", "visited_share")
    assert not math.isnan(sum(own.value(a_fact(name)) for name in names))
    kept = weakref.ref(own)
    del own
    gc.collect()
    assert kept() is None


def test_nobody_crossing_leaves_shares_without_a_value(korea):
    nobody = np.zeros((WEEKS, korea.category_count), np.int32)
    repression = np.ones((WEEKS, len(korea.provinces)))
    empty = FollowedRun.from_crossings(korea, sparse(nobody), repression, Parameters())
    for name in ("returned_share", "returned_twice", "visited_share", "arrivals_lag"):
        assert math.isnan(empty.value(a_fact(name))), name
    assert empty.value(a_fact("in_china")) == 0


def test_an_ensemble_is_measured_run_by_run_whatever_the_threads(facts):
    few = dataclasses.replace(facts, facts=tuple(f for f in facts.facts if f.weeks[1] < 208))
    points = {"stop_threshold": [10_000, 1], "initial_repression": 0.7}
    data = run_ensemble(points, seeds=[1, 1], record=RECORD, weeks=208)
    one, two = (few.measure_ensemble(data, Parameters(), threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one, two)
    assert not np.isnan(one[0]).any()
    assert np.isnan(one[1]).all()  # it stopped in the first weeks
    assert (few.residuals(one[1]) == WORST).all()
    other = few.measure_ensemble(data, [Parameters(), Parameters(return_rate=0.3)])
    np.testing.assert_array_equal(one[0], other[0])
    with pytest.raises(ScoreError, match="3 sets of parameters for 2 runs"):
        few.measure_ensemble(data, [Parameters()] * 3)
    with pytest.raises(ScoreError, match="no crossing_run: facts need"):
        few.measure_ensemble(data.drop_vars("crossing_run"), Parameters())


def test_a_residual_is_the_difference_on_the_scale_in_standard_deviations(facts):
    made = dataclasses.replace(
        facts,
        facts=(
            a_fact("arrivals", value=400.0, sd=2.5, scale="root"),
            a_fact("in_china", value=100.0, sd=0.5, scale="log"),
            a_fact("stay_share", value=0.5, sd=0.25, scale="logit", use=CHECK),
            a_fact("returned_more", value=0.5, sd=0.1, scale="linear", use=CHECK),
        ),
    )
    values = np.array([[625.0, 100.0 * math.e, 0.75, 0.4], [0.0, 0.0, 0.0, np.nan]])
    expected = [[2.0, 2.0, 4 * math.log(3), -1.0], [-8.0, -WORST, -WORST, WORST]]
    assert made.residuals(values) == pytest.approx(np.array(expected))
    fitted, checked = (made.misfit(values[0], use) for use in (FIT, CHECK))
    assert (fitted, checked) == pytest.approx((8.0, 16 * math.log(3) ** 2 + 1))
    assert made.misfit(values[0]) == pytest.approx(fitted + checked)


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=5), st.integers(0, 88))
def test_what_was_observed_has_no_misfit_and_everything_else_has(steps, i):
    facts = Facts.from_country()
    assert facts.misfit(facts.observed) == pytest.approx(0.0, abs=1e-12)
    values = np.tile(facts.observed, (len(steps), 1))
    values[:, i] *= steps
    assert (facts.misfit(values) > 0).all()


def test_parts_are_the_uses_and_a_year_divides_them_anew(facts):
    parts = [facts.part(use) for use in (FIT, CHECK)]
    assert sum(len(part.facts) for part in parts) == len(facts.facts)
    held_out = facts.held_out_after(2008)
    for fact in held_out.facts:
        assert (fact.use == FIT) == (fact.weeks[1] < 17 * 52)
    assert {fact.name for fact in held_out.facts} == {fact.name for fact in facts.facts}
    with pytest.raises(ScoreError, match="no year 1900"):
        facts.held_out_after(1900)
    with pytest.raises(ScoreError, match="did you mean check"):
        facts.part("chekc")


def test_a_country_without_facts_or_journey_is_refused(tiny, tmp_path):
    with pytest.raises(ScoreError, match="has no facts"):
        Facts.from_country(tiny)
    with pytest.raises(ScoreError, match="no such file"):
        Facts.from_csv(tmp_path / "none.csv")
    with pytest.raises(CountryError, match="has no journey"):
        Facts(tiny, (a_fact("arrivals"),))
    with pytest.raises(ScoreError, match="did you mean first"):
        Facts.from_country(clock="frist")


def test_facts_of_ones_own_are_read_from_a_file(tmp_path):
    file = tmp_path / "own.csv"
    head = "fact,group,years,first,last,value,low,high,sd,scale,use,mark,source\n"
    file.write_text(head + "returned,,,2002,2002,4809,,,.3,log,fit,F,text\n", encoding="utf-8")
    assert Facts.from_csv(file).observed.tolist() == [4809]


def test_points_are_scored_by_the_facts_for_fitting(facts):
    values = np.stack([facts.observed, facts.observed, np.full(len(facts.facts), np.nan)])
    fit = facts.uses == FIT
    values[1, ~fit] = np.nan
    runs = columns(facts, values).assign(point=[0, 0, 1], replicate=[0, 1, 0])
    objective = FactsObjective(facts)
    assert objective(runs) == pytest.approx([0, 0, fit.sum() * WORST**2], abs=1e-9)
    points = objective.score_points(runs)
    assert points["point"].tolist() == [0, 1]
    assert points["checked"].tolist() == pytest.approx(
        [(~fit).sum() * WORST**2 / 2, (~fit).sum() * WORST**2]
    )
    with pytest.raises(ScoreError, match="no column fact_arrivals_1992"):
        objective(pd.DataFrame({"point": [0]}))
    with pytest.raises(ScoreError, match="over = 'men'"):
        FactsObjective(facts, over="men")


def test_columns_have_names_of_their_own(facts):
    names = [column(fact) for fact in facts.facts]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_the_table_holds_each_fact_beside_the_runs(facts):
    values = facts.observed * np.array([[0.5], [0.9], [0.7]])
    values[1:, 0] = np.nan
    table = facts_table(facts, values)
    assert table["median"].iloc[1:].to_numpy() == pytest.approx(0.7 * facts.observed[1:])
    assert table["runs"].tolist()[:2] == [1, 3]
    assert (table["low"] < table["observed"]).all()
    assert (table["observed"] < table["high"]).all()
    inside = (table["median"] - table["low"]) * (table["high"] - table["median"]) > 0
    assert (inside == (table["residual"].abs() < 1.645)).all()
    kinds = misfit_by_kind(facts, values)
    assert kinds["facts"].sum() == len(facts.facts)
    assert kinds["misfit"].sum() == pytest.approx(facts.misfit(values).mean())
    with pytest.raises(ScoreError, match="2 values for 89 facts"):
        facts_table(facts, np.zeros((3, 2)))


@given(st.integers(2, 9), st.floats(-5, 5), st.floats(0, 3))
def test_a_smooth_curve_goes_through_straight_roots_and_on(knots, slope, height):
    at = np.arange(12.0)
    counts = (40 + height + slope * at) ** 2 * (40 + height + slope * at > 0)
    if (40 + height + slope * at > 0).all():
        found = smooth_curve(at, counts, knots, np.array([3.5, 11.0, 14.0]))
        expected = np.maximum(40 + height + slope * np.array([3.5, 11.0, 14.0]), 0) ** 2
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_curve_with_as_many_parameters_as_counts_meets_them_all():
    at, counts = np.arange(9.0), np.random.default_rng(1).poisson(300.0, 9)
    assert smooth_curve(at, counts, 9, at) == pytest.approx(counts)
    assert smooth_curve(at, counts, 1, at) == pytest.approx(np.full(9, np.sqrt(counts).mean() ** 2))
    with pytest.raises(ScoreError, match="knots = 10"):
        smooth_curve(at, counts, 10, at)


def test_the_null_is_fitted_to_the_facts_for_fitting_alone(facts):
    held_out = facts.held_out_after(2008)
    _, curve = null_of_arrivals(held_out, 5)
    changed = dataclasses.replace(
        held_out,
        facts=tuple(
            dataclasses.replace(fact, value=1.0) if fact.use == CHECK and fact.most > 1 else fact
            for fact in held_out.facts
        ),
    )
    np.testing.assert_array_equal(curve, null_of_arrivals(changed, 5)[1])
    fitted = [
        null_of_arrivals(held_out, n)[0].misfit(null_of_arrivals(held_out, n)[1], FIT)
        for n in (2, 3, 5, 9, 17)
    ]
    assert fitted[-1] == pytest.approx(0.0, abs=1e-9)
    assert fitted[0] > fitted[2] > fitted[-1]
    with pytest.raises(ScoreError, match="nothing to follow"):
        null_of_arrivals(dataclasses.replace(facts, facts=(a_fact("returned"),)), 3)
