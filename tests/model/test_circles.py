"""News circles: who hears of what, by hand, in its limits, and as a law of chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from defection import DefectionModel, ParameterError
from defection.agents import CitizenCategory, Province
from defection.batch_runs import run_ensemble
from defection.circle_draws import (
    BLOCK,
    CROWDED,
    EACH_CANDIDATE,
    EXACT,
    KNOW,
    LEAST,
    MOST_CANDIDATES,
    RATE,
    candidate,
    candidates,
    draw_words,
    fill_table,
    in_order,
    is_crowded,
    rate_of,
    room_for,
)  # fmt: skip
from defection.circle_sizes import edges_of, head_count
from defection.compiled import allocating
from defection.country import CountryError, load
from defection.equations import head_count as whole_head_count
from defection.golden import country as golden_country
from defection.streams import LANES, first_uniform, hashed_uniform, start_states
from tests.baseline import baseline
from tests.conftest import LIVELY


def model(tiny, **changes):
    return DefectionModel(**{"country": tiny, "seed": 1, "weeks": 60, **LIVELY, **changes})


@given(
    st.integers(0, 2**31), st.floats(0, 1), st.floats(0, 1),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=30),
)  # fmt: skip
def test_the_circles_of_a_category_add_up_to_it(population, one, other, sizes):
    below, above = sorted((one, other))
    edges = np.cumsum([0, *sizes])[None] / sum(sizes)
    parts = [head_count(population, below, above, edges, 0, j) for j in range(len(sizes))]
    assert min(parts) >= 0
    assert sum(parts) == whole_head_count(population, below, above)


def words(weeks=400):
    """Return the words of some circles in some weeks, [weeks, LANES]."""
    states, found = start_states(5), np.zeros((weeks, LANES), np.uint64)
    for row in found:
        draw_words(states, row)
    return found


def test_the_uniform_numbers_of_a_word_are_uniform_and_independent():
    every = words()
    own = np.array([[first_uniform(word) for word in row] for row in every])
    numbers = [1, 2, 7, 16, 17, 20, 16 + EACH_CANDIDATE * MOST_CANDIDATES]
    hashed = [[[hashed_uniform(w, n) for w in row] for row in every] for n in numbers]
    every = np.concatenate([own, *map(np.array, hashed)], axis=1)
    for column in np.split(every, len(numbers) + 1, axis=1):
        assert stats.kstest(column.ravel(), "uniform").pvalue > 1e-4
        assert stats.kstest((column.ravel() * 2.0**26) % 1.0, "uniform").pvalue > 1e-4
    together = np.corrcoef(every.T)[np.triu_indices(every.shape[1], 1)]
    assert np.abs(together).max() < stats.norm.isf(1e-4 / together.size) / np.sqrt(len(own))


def test_no_number_of_a_candidate_is_anothers():
    own = {KNOW + EACH_CANDIDATE * n - k for n in range(MOST_CANDIDATES) for k in range(5)}
    assert len(own) == 5 * MOST_CANDIDATES
    assert min(own) > 7


def table_of(cutoffs, heads, alpha, beta):
    """Return the cumulative rates of a province's categories, their table and what is expected."""
    size = len(cutoffs)
    x = np.array([cutoffs, np.log(cutoffs), np.log1p(-np.asarray(cutoffs))])[:, None]
    cumulative, table, bits = np.empty(room_for(size)), np.empty((size, 3)), np.empty(size, int)
    expected = _fill(
        cumulative, table, bits, np.empty(size), x, np.array([heads], float), np.arange(size),
        alpha, beta,
    )  # fmt: skip
    return cumulative, table, expected


@allocating
def _fill(cumulative, table, bits, factors, x, most, order, alpha, beta):
    values = bits.view(np.float64)
    return fill_table(cumulative, table, bits, values, factors, x, 0, most, order, alpha, beta)


@given(
    st.lists(st.floats(1e-3, 0.999), min_size=1, max_size=40), st.floats(0.5, 400),
    st.floats(0.5, 400),
)  # fmt: skip
def test_the_rates_of_candidates_lie_on_both_sides_of_the_exact_one(cutoffs, alpha, beta):
    heads = np.arange(1.0, len(cutoffs) + 1)
    cumulative, table, expected = table_of(cutoffs, heads, alpha, beta)
    exact = -stats.beta.logsf(cutoffs, alpha, beta)
    sure = exact > 1e-290
    assert (table[sure, RATE] >= exact[sure] * (1 - 1e-9)).all()
    assert (table[sure, LEAST] <= exact[sure] * (1 + 1e-9)).all()
    assert (table[:, EXACT] == -1.0).all()
    assert np.isinf(cumulative[len(cutoffs) :]).all()
    assert cumulative.size % BLOCK == 0
    assert expected == cumulative[len(cutoffs) - 1]
    with np.errstate(invalid="ignore"):
        assert np.allclose(cumulative[: len(cutoffs)], np.cumsum(heads * table[:, RATE]))


def test_where_few_leave_the_rate_is_near_the_exact_one():
    cutoffs = np.linspace(0.2, 0.5, 20)
    _, table, _ = table_of(cutoffs, np.ones(20), 60.0, 20.0)
    exact = stats.beta.cdf(cutoffs, 60.0, 20.0)
    assert (table[:, RATE] < 1.03 * exact).all()
    assert (table[:, LEAST] > 0.97 * exact).all()


@allocating
def _attempts(words, cumulative, table, most, rates, heads, attempts):
    """Count who leaves of every category, [weeks, C], as circles do."""
    last = heads.size - 1
    for week in range(words.size):
        who = np.zeros((MOST_CANDIDATES, 2), np.int64)
        count, expected = 0, cumulative[last]
        for number in range(candidates(words[week], expected)):
            place, person, excess = candidate(words[week], number, cumulative, table, most)
            again = False
            for before in range(count):
                again |= who[before, 0] == place and who[before, 1] == person
            if excess < rates[place] and person < heads[place] and not again:
                who[count, 0], who[count, 1] = place, person
                count += 1
                attempts[week, place] += 1


def test_attempts_by_candidates_are_binomial():
    """Three people of 12 % each: who is drawn twice counts once; some of ``most`` are not there."""
    alpha, beta = 8.0, 3.0
    chances = np.array([0.12, 0.02, 0.004, 1e-5])
    cutoffs = stats.beta.ppf(chances, alpha, beta)
    heads, most = np.array([3, 40, 500, 1000]), np.array([4.0, 42.0, 500.0, 1100.0])
    cumulative, table, expected = table_of(cutoffs, most, alpha, beta)
    assert not is_crowded(expected)
    drawn = words(20_000).ravel()
    attempts = np.zeros((drawn.size, 4), np.int64)
    rates = np.array([rate_of(one) for one in chances])
    _attempts(drawn, cumulative, table, most, rates, heads, attempts)
    for count, chance, mine in zip(heads, chances, attempts.T, strict=True):
        values = np.arange(min(count, 12) + 1)
        wanted = stats.binom.pmf(values, count, chance) * len(mine)
        found = np.bincount(np.minimum(mine, values[-1]), minlength=values.size)
        wanted[-1] = len(mine) - wanted[:-1].sum()
        some = wanted > 5
        statistic = ((found - wanted)[some] ** 2 / wanted[some]).sum()
        assert stats.chi2.sf(statistic, some.sum() - 1) > 1e-4, (count, chance)
    together = np.corrcoef(attempts.T)[np.triu_indices(4, 1)]
    assert np.abs(together).max() < stats.norm.isf(1e-4 / 6) / np.sqrt(len(attempts))


def test_candidates_are_a_poisson_number():
    drawn = words(4_000).ravel()
    for expected in (0.01, 1.0, CROWDED):
        counts = [candidates(word, expected) for word in drawn[:40_000]]
        mean, deviation = np.mean(counts), np.sqrt(expected / len(counts))
        assert abs(mean - expected) < 4 * deviation
        assert abs(np.var(counts) / expected - 1) < 4 * np.sqrt((2 + 1 / expected) / len(counts))
    assert stats.poisson.sf(MOST_CANDIDATES - 1, CROWDED) < 1e-30


def test_categories_stand_by_the_smaller_impact_first():
    assert in_order(np.array([5.0, 1.0, 2.0, 1.0]), np.array([0.0, 3.0, 2.0, 1.0])).tolist() == [
        2, 1, 3, 0,
    ]  # fmt: skip


@pytest.mark.parametrize("changes", [{}, {"utility_intercept": 3.0}])
def test_in_crowds_and_by_candidates_both_engines_count_the_same(tiny, changes):
    """With a higher utility nearly everybody may leave, and crowds are common."""
    one = model(tiny, news_circles=3, news_between_circles=0.3, **changes)
    crowded = []
    while one.running:
        one.step()
        crowded.append(one.circles.crowded.mean())
    assert max(crowded) > 0.0
    assert (np.mean(crowded) > 0.2) == bool(changes)
    data = run_ensemble(
        {**LIVELY, "news_circles": 3, "news_between_circles": 0.3, **changes}, 1, country=tiny,
        weeks=60, record="weekly_by_province", threads=1,
    )  # fmt: skip
    table = one.weekly().pivot(index="week", columns="province", values="attempts")
    mine = table[[province.name for province in one.provinces]].to_numpy()
    assert (mine == data["weekly_attempts_by_province"][0].to_numpy()).all()
    assert mine.sum() > 0


def test_a_belief_is_the_prior_and_what_became_known_in_the_circle_in_the_memory(tiny):
    """Ten weeks by hand: K = 1, so that all is known, and a memory of three weeks."""
    one = model(tiny, weeks=10, news_circles=3, observation_probability=1.0, memory_weeks=3).run()
    table = one.by_circle()
    assert (table["known_attempts"] == table["attempts"]).all()
    assert table["attempts"].gt(0).sum() > 10
    for _, circle in table.groupby(["province", "circle"]):
        for week in range(10):
            heard = circle[(circle["week"] >= week - 3) & (circle["week"] < week)]
            now = circle[circle["week"] == week].iloc[0]
            assert now["belief_alpha"] == LIVELY["prior_alpha"] + heard["stopped"].sum()
            assert now["belief_beta"] == LIVELY["prior_beta"] + heard["successes"].sum()


def test_flows_of_circles_add_up_to_those_of_their_province(tiny):
    one = model(tiny, news_circles=4, news_between_circles=0.3).run()
    flows = ["attempts", "stopped", "successes", "known_attempts", "known_stopped"]
    sums = one.by_circle().groupby(["week", "province"], sort=False)[flows].sum()
    assert (sums.to_numpy() == one.weekly()[flows].to_numpy()).all()
    beliefs = one.by_circle().groupby(["week", "province"], sort=False)["belief_alpha"].mean()
    in_force = one.history.states["belief_alpha"][:-1]
    np.testing.assert_allclose(beliefs.to_numpy(), in_force.ravel(), rtol=1e-12)


def test_a_table_of_no_week_is_empty_and_a_change_is_in_the_week_in_which_it_is_in_force(tiny):
    assert model(tiny, news_circles=3).by_circle().empty
    one = model(tiny, news_circles=3, interventions="week 5 prior_alpha=500", weeks=8).run()
    table = one.by_circle()
    assert (table[table["week"] < 5]["belief_alpha"] < 500).all()
    assert (table[table["week"] >= 5]["belief_alpha"] >= 500).all()
    again = model(tiny, news_circles=3, weeks=8)
    for _ in range(5):
        again.step()
    again.intervene(prior_alpha=500.0)
    assert again.run().by_circle().equals(table)


@pytest.mark.parametrize("changes", [{"news_between_circles": 1.0}, {"hearing": "nationwide"}])
def test_where_all_news_is_shared_circles_of_a_province_believe_the_same(tiny, changes):
    table = model(tiny, news_circles=3, **changes).run().by_circle()
    by = ["week"] if "hearing" in changes else ["week", "province"]
    assert (table.groupby(by)["belief_alpha"].nunique() == 1).all()
    assert (table.groupby(by)["belief_beta"].nunique() == 1).all()
    closed = model(tiny, news_circles=3).run().by_circle()
    assert (closed.groupby(by)["belief_alpha"].nunique() > 1).any()


def totals(tiny, **changes):
    """Return the attempts of each of 400 runs of half a year."""
    data = run_ensemble({**LIVELY, **changes}, range(400), country=tiny, weeks=26)
    return data["yearly_attempts"].sum("year").to_numpy()


@pytest.mark.parametrize("same", [{"news_between_circles": 1.0}, {"observation_probability": 0.0}])
def test_circles_that_share_all_news_or_none_at_all_are_one_circle_by_chance(tiny, same):
    """With all news shared, or nothing to share, J circles are the same law as one."""
    alone = {name: value for name, value in same.items() if name != "news_between_circles"}
    one, many = totals(tiny, **alone), totals(tiny, news_circles=5, **same)
    assert stats.ks_2samp(one, many).pvalue > 1e-4
    closed = totals(tiny, news_circles=5)
    if alone == {}:
        assert stats.ks_2samp(one, closed).pvalue < 1e-6  # the test would see a difference


def test_more_circles_that_hear_less_each_know_of_less(tiny):
    """With J circles, closed to each other, a circle hears of one in J attempts."""
    table = model(tiny, news_circles=10, observation_probability=1.0).run().by_circle()
    province = table.groupby(["week", "province"])["known_attempts"].sum()
    heard = table["known_attempts"].mean() / province.mean()
    assert heard == pytest.approx(0.1, rel=1e-9)


def test_circles_may_be_counties(tiny):
    one = model(tiny, news_circles=0).run()
    inland, borderland = one.provinces
    assert [circle.name for circle in inland.circles] == ["Hills", "Coast", "Town"]
    assert [circle.name for circle in borderland.circles] == ["Plain"]
    assert [round(circle.share, 9) for circle in inland.circles] == [0.5, 0.333333333, 0.166666667]
    assert set(one.by_circle()["circle"]) == {"Hills", "Coast", "Town", "Plain"}
    korea = load("north_korea")
    assert sum(map(len, korea.counties.values())) == 177
    assert edges_of(korea, 0).shape == (10, 28)


def test_a_country_without_counties_refuses_them(tiny):
    bare = tiny.replace(counties={})
    for run in (
        lambda: DefectionModel(country=bare, news_circles=0),
        lambda: run_ensemble({"news_circles": 0}, 1, country=bare),
    ):
        with pytest.raises(CountryError, match=r"news_circles = 0 means counties, and .* has none"):
            run()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "Inland,Hills",
            "Inlnd,Hills",
            r"line 2, column province: there is no province 'Inlnd'.*Inland",
        ),
        ("Inland,Coast", "Inland,Hills", r"line 3, column county: 'Hills' stands here twice"),
        ("30000", "30001", r"population: the counties of Inland add up to 60,001, not .* 60,000"),
        ("30000", "-1", "line 2, column population"),
        ("Borderland,Plain,40000\n", "", r"the counties of Borderland add up to 0, not .* 40,000"),
    ],
)
def test_a_fault_in_the_counties_is_refused_by_its_line(tiny_folder, before, after, said):
    file = tiny_folder / "counties.csv"
    file.write_text(file.read_text().replace(before, after))
    with pytest.raises(CountryError, match=said) as caught:
        load(tiny_folder)
    assert "counties.csv" in str(caught.value)


def test_neighbours_hear_of_each_other_and_of_no_other_province():
    """With K = 1 a belief counts the stopped of the province and of those that border on it."""
    korea = load("north_korea")
    values = {"observation_probability": 1.0, "hearing": "neighbours", "initial_repression": 0.99}
    one = DefectionModel(seed=1, weeks=3, **baseline(stop_threshold=10**9, **values)).run()
    stopped = one.history.flows["stopped"][:3].sum(axis=0)
    assert (stopped > 0).all()
    pairs = {frozenset(pair) for pair in korea.neighbours}
    for p, name in enumerate(korea.provinces):
        near = [q for q, other in enumerate(korea.provinces)
                if other == name or frozenset((name, other)) in pairs]  # fmt: skip
        assert one.provinces[p].belief_alpha == 95 + stopped[near].sum()
    assert frozenset(("Ryanggang", "North Hamgyong")) in pairs
    assert frozenset(("Ryanggang", "South Hwanghae")) not in pairs


def test_a_country_whose_neighbours_are_not_known_refuses_them(tiny):
    bare, said = tiny.replace(neighbours=()), "hearing = neighbours: the neighbours of .* not known"
    dated = {"interventions": "2000-07 hearing=neighbours"}
    for values in ({"hearing": "neighbours"}, dated):
        with pytest.raises(CountryError, match=said):
            DefectionModel(country=bare, **values)
        with pytest.raises(CountryError, match=said):
            run_ensemble(values, 1, country=bare)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Inland,Borderlnd", "line 2, column neighbour: there is no province 'Borderlnd'.*Borderl"),
        ("Inland,Inland", "'Inland' is no neighbour of itself"),
        ("Inland,Borderland\nBorderland,Inland", "line 3.* stand here twice"),
    ],
)
def test_a_fault_in_the_neighbours_is_refused_by_its_line(tiny_folder, line, said):
    (tiny_folder / "neighbours.csv").write_text(f"province,neighbour\n{line}\n")
    with pytest.raises(CountryError, match=said):
        load(tiny_folder)


def test_the_number_of_circles_cannot_change_during_a_run(tiny):
    with pytest.raises(ParameterError, match="news_circles cannot be changed"):
        model(tiny, interventions="2000-07 news_circles=3")
    with pytest.raises(ParameterError, match="news_circles cannot be changed"):
        model(tiny).intervene(news_circles=3)


def test_a_belief_that_is_set_by_hand_is_that_of_all_circles(tiny):
    one = model(tiny, news_circles=3)
    province = one.provinces[0]
    belief = type(province.belief)(3.0, 1.0)
    province.belief = belief
    assert {circle.belief for circle in province.circles} == {belief}
    assert province.belief == belief


def test_a_removed_category_attempts_nothing_in_any_circle(tiny):
    one = model(tiny, news_circles=3)
    for _ in range(5):
        one.step()
    for category in list(one.provinces[0].categories)[1:]:
        category.remove()
    one.run()
    left = one.provinces[0].categories[0]
    assert one.provinces[0].attempts == left.attempts


def test_the_probability_of_a_category_is_the_mean_over_its_circles(tiny):
    one = model(tiny, news_circles=3).run()
    for category in one.citizens:
        circles = category.province.circles
        each = []
        for circle in circles:
            category.province._belief = circle.belief
            category.province.circles = []
            each.append(category.defection_probability)
            category.province.circles = circles
        assert min(each) <= category.defection_probability <= max(each)


def test_other_names_of_provinces_are_those_of_their_counties_and_neighbours_too(tiny):
    other = tiny.replace(provinces=("A", "B"))
    assert other.neighbours == (("A", "B"),)
    assert set(other.counties) == {"A", "B"}
    with pytest.raises(CountryError, match="neighbours: there is no province 'C'"):
        DefectionModel(country=tiny.replace(neighbours=(("Inland", "C"),)))


def test_a_run_is_the_same_after_one_with_more_circles(tiny):
    """The room for circles is shared: what a run in counties left there must not be read."""
    uneven = tuple((name, share) for name, share in zip("abcd", (1, 1, 1, 97), strict=True))
    country = tiny.replace(counties=dict.fromkeys(tiny.counties, uneven))
    points = [{**LIVELY, "news_circles": count} for count in (0, 2, 3)]
    counts = "weekly_attempts_by_province"
    how = {"country": country, "threads": 1, "record": "weekly_by_province"}
    together = run_ensemble(points, 1, **how)[counts].to_numpy()
    for point, mine in zip(points, together, strict=True):
        assert (run_ensemble(point, 1, **how)[counts][0].to_numpy() == mine).all()


def test_a_run_in_counties_is_the_same_whatever_was_run_before_it(tiny):
    """Inland has three counties and Borderland one; circles that are not there stay empty."""
    both = run_ensemble(
        [{**LIVELY, "news_circles": 3}, {**LIVELY, "news_circles": 0}], 1, country=tiny, threads=1,
        record="weekly_by_province",
    )  # fmt: skip
    alone = run_ensemble(
        {**LIVELY, "news_circles": 0}, 1, country=tiny, record="weekly_by_province"
    )
    counts = "weekly_attempts_by_province"
    assert (both[counts][1].to_numpy() == alone[counts][0].to_numpy()).all()
    assert alone[counts].sum() > 0


def test_what_a_subclass_does_in_repress_and_hear_is_done_in_circles_too(tiny):
    class Harsh(Province):
        def repress(self):
            self.repression = 1.0
            super().repress()

        def hear(self):
            self.model.in_force["observation_probability"][self.index] = 1.0
            super().hear()

    class Harshly(DefectionModel):
        province_class = Harsh

    one = Harshly(country=tiny, seed=1, weeks=40, **{**LIVELY, "news_circles": 3}).run()
    flows = one.weekly()
    assert flows["attempts"].sum() > 100
    assert (flows["stopped"] == flows["attempts"]).all()
    assert (flows["known_attempts"] == flows["attempts"]).all()


def test_a_cut_off_that_changes_while_circles_decide_is_refused(tiny):
    class Bolder(CitizenCategory):
        def decide(self):
            self.cutoff = min(0.99, 1.5 * self.cutoff)
            super().decide()

    class Boldly(DefectionModel):
        citizen_class = Bolder

    one = Boldly(country=tiny, seed=1, weeks=40, **{**LIVELY, "news_circles": 3})
    with pytest.raises(ValueError, match=r"Inland: the cut-off .* change it earlier"):
        one.step()


def test_a_category_that_is_removed_while_it_decides_leaves_no_trace_of_the_week(tiny):
    class Gone(CitizenCategory):
        def decide(self):
            super().decide()
            if self.model.week == 10:
                self.remove()

    class Going(DefectionModel):
        citizen_class = Gone

    one = Going(country=tiny, seed=1, weeks=20, **{**LIVELY, "news_circles": 3}).run()
    flows = (
        one.weekly().groupby("week")[["attempts", "stopped", "successes", "known_attempts"]].sum()
    )
    assert (flows.loc[:9].sum() > 0).all()
    assert (flows.loc[10:] == 0).all(axis=None)


def test_a_province_that_is_removed_has_no_flows_by_circle(tiny):
    one = model(tiny, news_circles=3)
    for _ in range(10):
        one.step()
    one.provinces[0].remove()
    one.run()
    table = one.by_circle()
    mine = table[(table["province"] == "Inland") & (table["week"] >= 10)]
    assert len(mine) == 150
    assert (mine[["attempts", "stopped", "known_attempts"]] == 0).all(axis=None)


def test_fields_of_a_circle_cannot_be_set(tiny):
    with pytest.raises(AttributeError, match="belief_alpha of a news circle cannot be set"):
        model(tiny, news_circles=3).provinces[0].circles[0].belief_alpha = 3.0


def test_the_order_of_categories_is_that_of_their_own_impacts_in_both_engines(tiny):
    """Impacts that differ by one rounding are one kind where the border's are added."""
    ability = np.array([0.7 + 0.3, 0.7 - 1.0, -0.6 + 0.3, -0.6 - 1.0])
    assert ability[1] != ability[2]
    land = golden_country().replace(
        trait_ability=ability, trait_motivation=np.full(4, 1.7), dated_shares=()
    )
    point = {**LIVELY, "news_circles": 3}
    data = run_ensemble(point, 3, country=land, threads=1, record="weekly_by_province")
    one = DefectionModel(country=land, seed=3, **point).run()
    table = one.weekly().pivot(index="week", columns="province", values="attempts")
    mine = table[[province.name for province in one.provinces]].to_numpy()
    assert (mine == data["weekly_attempts_by_province"][0].to_numpy()).all()
    assert mine.sum() > 0
