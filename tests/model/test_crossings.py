"""Crossings: who got out, by week and category, without moving any other draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from defection import DefectionModel, golden, sharing
from defection.batch_runs import crossings_of, run_ensemble, stream_ensemble
from defection.batch_runs.records import RecordError
from defection.compiled import compiled
from defection.crossings import sparse
from defection.hypergeometric import hypergeometric_quantile, summed_hypergeometric_quantile
from defection.streams import PURPOSES
from tests.baseline import baseline
from tests.conftest import LIVELY


@pytest.fixture
def crossed(tiny):
    return DefectionModel(
        country=tiny, seed=1, record_crossings=True, record_categories=True, **LIVELY
    ).run()


def test_crossings_add_up_to_the_successes_of_every_week_and_province(crossed):
    sums = crossed.crossings().groupby(["week", "province"], observed=True)["people"].sum()
    weekly = crossed.weekly().set_index(["week", "province"])["successes"]
    successes = weekly[weekly > 0]
    assert sums.sum() > 100
    assert dict(sums) == dict(successes)


def test_nobody_crosses_who_did_not_attempt(crossed):
    attempts, people = crossed.history.category_attempts, crossed.history.category_crossings
    assert (people >= 0).all()
    assert (people <= attempts).all()


def test_both_engines_let_the_same_people_cross(tiny, crossed):
    data = run_ensemble(LIVELY, [1, 2], country=tiny, record=["crossings", "weekly_by_province"])
    table = crossings_of(data, tiny)
    mine = table[table["run"] == 0].drop(columns="run").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, crossed.crossings())
    assert set(table["run"]) == {0, 1}


def test_recording_crossings_moves_no_other_draw(tiny, crossed):
    plain = DefectionModel(country=tiny, seed=1, **LIVELY).run()
    pd.testing.assert_frame_equal(plain.weekly(), crossed.weekly())


def test_crossings_do_not_depend_on_threads(tiny):
    first, second = (
        run_ensemble(LIVELY, range(9), country=tiny, record="crossings", threads=threads)
        for threads in (1, 2)
    )
    assert first.identical(second)


def test_batches_number_the_runs_of_crossings_as_the_whole_ensemble_does(tiny):
    settings = {"country": tiny, "record": "crossings"}
    whole = crossings_of(run_ensemble(LIVELY, range(5), **settings), tiny)
    batches = stream_ensemble(LIVELY, range(5), batch=2, **settings)
    parts = pd.concat([crossings_of(data, tiny) for data in batches], ignore_index=True)
    pd.testing.assert_frame_equal(parts, whole)


def test_batches_of_crossings_by_gender_are_those_of_the_whole_ensemble(north_korea):
    how = {"country": north_korea, "weeks": 60, "record": "crossings_by_gender"}
    law = baseline(initial_repression=0.7)
    whole = run_ensemble(law, range(5), **how)["weekly_crossings_by_gender"]
    parts = [
        data["weekly_crossings_by_gender"]
        for data in stream_ensemble(law, range(5), batch=2, **how)
    ]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_without_recording_the_model_says_how_to_get_them(lively):
    with pytest.raises(ValueError, match="record_crossings=True"):
        lively().run().crossings()


def test_the_stopped_are_shared_out_by_the_hypergeometric_distribution(seed):
    rng = np.random.default_rng(seed)
    for _ in range(500):
        total = int(10 ** rng.uniform(0, 5))
        marked, drawn = int(rng.integers(0, total + 1)), int(rng.integers(0, total + 1))
        u = rng.random()
        found = hypergeometric_quantile(u, total, marked, drawn)
        law = scipy.stats.hypergeom(total, marked, drawn)
        assert law.cdf(found) >= u - 1e-9
        assert found == max(0, drawn + marked - total) or law.cdf(found - 1) < u + 1e-9


@settings(max_examples=300)
@given(st.data(), st.sampled_from((3, 30, 300, 10**6)))
def test_quick_sums_decide_as_whole_ones_do(data, most):
    total = data.draw(st.integers(1, most))
    marked, left = (data.draw(st.integers(0, min(total, most_of))) for most_of in (20, 40))
    edges = scipy.stats.hypergeom(total, marked, total - left).cdf(range(marked + 1))
    near = (float(np.nextafter(edge, to)) for edge in edges for to in (0, edge, 1))
    drawn = data.draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=20, max_size=20))
    for u in (0.0, 2.0**-53, 1 - 2.0**-53, *drawn, *(u for u in near if 0 <= u < 1)):
        expected = summed_hypergeometric_quantile(u, total, marked, total - left)
        assert hypergeometric_quantile(u, total, marked, total - left) == expected


WORDS = 40_000


@compiled
def _in_two(words, first, second, free, found):
    for n in range(words.size):
        found[n] = sharing.share_in_two(words[n], first, second, free)


@compiled
def _out(words, mine, free, found):
    for n in range(words.size):
        sharing.share_out(words[n], mine, mine.size, free, found[n])


def _fits(counts, chances):
    """Whether counts are those of chances, but for rarer ones, at 1 in 10,000."""
    expected = chances * counts.sum()
    often = expected > 5
    counts = np.append(counts[often], counts[~often].sum())
    expected = np.append(expected[often], expected[~often].sum())
    counts, expected = counts[expected > 0], expected[expected > 0]
    return scipy.stats.chisquare(counts, expected).pvalue > 1e-4 if counts.size > 1 else True


@pytest.mark.parametrize(
    ("first", "second", "free"),
    [(3, 5, 2), (5, 3, 6), (2, 40, 20), (40, 2, 20), (30, 50, 40), (0, 7, 3), (7, 0, 3), (4, 4, 4)],
)
def test_who_is_stopped_has_no_gender(first, second, free):
    """Each of the four groups is the smallest once, and once all are large."""
    words = np.random.default_rng(1).integers(0, 2**64, WORDS, np.uint64)
    found = np.empty(WORDS, np.int64)
    _in_two(words, first, second, free, found)
    law = scipy.stats.hypergeom(first + second, first, free)
    every = np.arange(first + second + 1)
    assert found.min() >= max(0, free - second)
    assert found.max() <= min(first, free)
    assert _fits(np.bincount(found, minlength=every.size), law.pmf(every))


@pytest.mark.parametrize("free", [2, 6, 40, 78])
def test_the_stopped_are_shared_out_among_many(free):
    """As the multivariate hypergeometric distribution does, picked or not."""
    mine = np.array([3, 0, 20, 1, 30, 26])
    words = np.random.default_rng(2).integers(0, 2**64, WORDS, np.uint64)
    found = np.empty((WORDS, mine.size), np.int64)
    _out(words, mine, free, found)
    assert (found >= 0).all()
    assert (found <= mine).all()
    assert (found.sum(axis=1) == free).all()
    for part, count in enumerate(mine):
        law = scipy.stats.hypergeom(mine.sum(), count, free)
        here = np.bincount(found[:, part], minlength=count + 1)
        assert _fits(here, law.pmf(np.arange(count + 1)))
    both = scipy.stats.hypergeom(mine.sum(), mine[2] + mine[5], free)
    pair = np.bincount(found[:, 2] + found[:, 5], minlength=mine.sum() + 1)
    assert _fits(pair, both.pmf(np.arange(mine.sum() + 1)))


def test_who_crosses_by_gender_is_the_same_whether_categories_are_kept(north_korea):
    """The journey by gender alone draws no categories; that of whoever crossed reads them."""
    law = {"journey": "on", "initial_repression": 0.7}
    how = {"country": north_korea, "weeks": 104}
    alone = run_ensemble(law, [1, 2, 3], **how, record="journey")
    both = run_ensemble(law, [1, 2, 3], **how, record=["journey", "crossings"])
    for name in alone.data_vars:
        assert alone[name].identical(both[name]), name
    table = crossings_of(both, north_korea)
    people = table.groupby(["run", "year"], observed=True)["people"].sum()
    assert people.sum() > 1000
    assert people.to_numpy().tolist() == alone["yearly_crossed"].to_numpy()[:, :2].ravel().tolist()


def _hash(word, number):
    """Return a hash of a word as section 7.13 of the ODD description has it."""
    z = (word + number * 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)


def _uniform(word, number):
    return (_hash(word, number) >> 11) * 2.0**-53


def _part_by_part(word, attempts, free):
    crossed, number, total, stopped = [], 0, sum(attempts), sum(attempts) - free
    for mine in attempts:
        law = scipy.stats.hypergeom(total, mine, stopped)
        mine_stopped = int(law.ppf(_uniform(word, number))) if mine else 0
        crossed.append(mine - mine_stopped)
        total, stopped, number = total - mine, stopped - mine_stopped, number + (mine > 0)
    return crossed


def _genders(word, attempts, free):
    (first, second), total = attempts, sum(attempts)
    few = min(free, total - free, first, second)
    if few > 16:
        mine = _part_by_part(word, attempts, free)[0]
        return [mine, free - mine]
    left, hits = first if few in (free, total - free) else free, 0
    for pick in range(few):
        hit = _uniform(word, pick) * (total - pick) < left
        left, hits = left - hit, hits + hit
    mine = next(
        count
        for known, count in (
            (free, hits), (total - free, first - hits), (first, hits), (second, free - hits)
        )
        if few == known
    )  # fmt: skip
    return [mine, free - mine]


def _categories(word, attempts, free):
    stopped = sum(attempts) - free
    if min(free, stopped) > 16:
        return _part_by_part(word, attempts, free)
    left = [part for part, mine in enumerate(attempts) for _ in range(mine)]
    picked = [
        left.pop(int(_uniform(word, pick) * (sum(attempts) - pick)))
        for pick in range(min(free, stopped))
    ]
    counts = [picked.count(part) for part in range(len(attempts))]
    return counts if free <= stopped else [a - c for a, c in zip(attempts, counts, strict=True)]


def test_who_crosses_is_as_the_description_says(north_korea):
    """Written again from section 7.13 of the ODD description, with plain numbers and SciPy."""
    model = DefectionModel(
        country=north_korea, seed=5, weeks=60, **baseline(
            journey="on", initial_repression=0.83, prior_alpha=41.0, prior_beta=22.0,
            observation_probability=0.0024, utility_intercept=-2.6, utility_slope=5.2,
        ),
    )  # fmt: skip
    raw = np.random.SeedSequence(5, spawn_key=(PURPOSES.index("cross"),))
    lane = np.random.SFC64()
    words = raw.generate_state(3, np.uint64)
    lane.state = {**lane.state, "state": {"state": np.array([*words, 1], np.uint64)}}
    for _ in range(12):
        lane.random_raw()
    run, met = int(lane.random_raw()), {"picked": 0, "drawn": 0}
    while model.running:
        week = model.week
        model.step()
        for province in model.provinces:
            word = _hash(run, week * len(north_korea.provinces) + province.index)
            by_gender = {gender: [] for gender in north_korea.dimensions["gender"]}
            for category in province.categories:
                by_gender[category.traits["gender"]].append(category)
            attempts = [sum(c.attempts for c in each) for each in by_gender.values()]
            free = _genders(word, attempts, province.successes)
            for gender, each in enumerate(by_gender.values()):
                mine = [category.attempts for category in each]
                own = _hash(word, 1_000_000 + gender)
                expected = _categories(own, mine, free[gender])
                assert [category.crossed for category in each] == expected
                few = min(free[gender], sum(mine) - free[gender])
                met["drawn" if few > 16 else "picked"] += few > 0
    assert min(met.values()) > 100, met


@pytest.mark.parametrize("changes", [{}, {"news_circles": 3}])
def test_crossings_by_gender_are_those_of_the_categories(north_korea, changes):
    law = baseline(initial_repression=0.7, utility_intercept=-5.0, **changes)
    how = {"country": north_korea, "weeks": 104}
    alone = run_ensemble(law, [1, 2, 3], **how, record="crossings_by_gender")
    both = run_ensemble(law, [1, 2, 3], **how, record=["crossings", "crossings_by_gender"])
    followed = run_ensemble(
        {**law, "journey": "on"}, [1, 2, 3], **how, record=["crossings_by_gender", "journey"]
    )
    people = alone["weekly_crossings_by_gender"]
    assert people.dims == ("run", "week", "province", "gender")
    for other in (both, followed):
        np.testing.assert_array_equal(people, other["weekly_crossings_by_gender"])
    table = crossings_of(both, north_korea)
    for gender in north_korea.dimensions["gender"]:
        mine = table[table["gender"] == gender].groupby(["run", "week", "province"], observed=True)
        found = people.sel(gender=gender).to_series()
        assert mine["people"].sum().to_dict() == found[found > 0].to_dict()
    assert people.sum() > 1000


def test_a_country_without_genders_has_no_crossings_by_gender():
    with pytest.raises(RecordError, match=r"crossings_by_gender: .* has no dimension gender"):
        run_ensemble(LIVELY, [1], country=golden.country(), record="crossings_by_gender")


def test_taking_crossings_clears_them_only_where_it_is_asked_to():
    dense = np.array([[0, 2, 0], [1, 0, 3]], np.int32)
    rows = sparse(dense)
    assert rows.tolist() == [(0, 1, 2), (1, 0, 1), (1, 2, 3)]
    assert dense.sum() == 6
    assert sparse(dense, clears=True).tolist() == rows.tolist()
    assert not dense.any()


@pytest.mark.parametrize("genders", [("one",), ("one", "two"), ("one", "two", "three", "four")])
def test_any_number_of_genders_crosses_alike_in_both_engines(genders):
    """The golden country with so many genders, of whom picked and drawn numbers cross."""
    towns = tuple(str(number) for number in range(4 // len(genders)))
    land = golden.country().replace(
        dimensions={"gender": genders, "place": towns},
        traits=tuple((gender, place) for gender in genders for place in towns),
        dated_shares=(),
    )
    point = golden.crossings()["crossings, no genders"].as_dict()
    model = DefectionModel(country=land, seed=3, record_crossings=True, **point).run()
    how = {"country": land, "record": ["crossings", "crossings_by_gender"]}
    data = run_ensemble(point, [3], **how)
    mine = model.crossings()
    pd.testing.assert_frame_equal(crossings_of(data, land).drop(columns="run"), mine)
    assert mine["people"].max() > 100
    assert (mine["people"] < 5).sum() > 50
    alone = run_ensemble(point, [3], country=land, record="crossings_by_gender")
    for found in (data, alone):
        people = found["weekly_crossings_by_gender"].sum(["run", "week", "province"])
        expected = mine.groupby("gender", observed=False)["people"].sum()
        assert dict(zip(genders, people.to_numpy(), strict=True)) == expected.to_dict()
