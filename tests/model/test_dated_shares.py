"""Shares that change with the years: who can leave changes, and nobody is lost."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.country import CountryError, load
from defection.dated_shares import DatedShare, edges_of, moves
from defection.readings import fingerprint
from tests.conftest import LIVELY, TINY, is_refused_by_its_line

SHARES = st.floats(0, 1)
ROWS = st.lists(
    st.tuples(st.integers(1999, 2003), st.sampled_from(["", "female", "male"]), SHARES),
    max_size=6, unique_by=lambda row: row[:2],
)  # fmt: skip


def dated(*rows):
    """Return the tiny country with rows (year, gender or all, share of the young)."""
    return load(TINY).replace(
        dated_shares=tuple(
            DatedShare(year, "age", "young", "gender" * bool(gender), gender, share)
            for year, gender, share in rows
        )
    )


def by_traits(country, heads):
    """Return people by province, age and gender."""
    sizes = [len(values) for values in country.dimensions.values()]
    return heads.reshape(len(country.provinces), *sizes)


@given(ROWS, SHARES, st.integers(0, 103))
def test_people_of_a_province_and_of_all_other_dimensions_stay_to_the_person(rows, extent, week):
    country = dated(*rows)
    now, before = (by_traits(country, country.head_counts(week, e)) for e in (extent, 0.0))
    assert (now >= 0).all()
    assert (now.sum(axis=1) == before.sum(axis=1)).all()
    assert now.sum() == country.weekly_population[week]


@given(st.lists(st.tuples(st.integers(1990, 2015), st.sampled_from(["", "female", "male"]), SHARES),
                max_size=4, unique_by=lambda row: row[:2]), SHARES, st.integers(0, 1195))  # fmt: skip
def test_nobody_is_lost_in_north_korea(rows, extent, week):
    korea = load("north_korea")
    own = tuple(
        DatedShare(year, "sector", "primary", "gender" * bool(gender), gender, share)
        for year, gender, share in rows
    )
    country = korea.replace(dated_shares=own)
    now, before = (by_traits(korea, country.head_counts(week, e)) for e in (extent, 0.0))
    assert (now >= 0).all()
    assert (now.sum(axis=3) == before.sum(axis=3)).all()


def test_the_share_is_the_dated_one_by_hand():
    country = dated((2000, "female", 0.75), (2001, "", 0.25))
    for week, women, men in ((0, 0.75, 0.4), (52, 0.75, 0.25)):
        young, old = by_traits(country, country.head_counts(week, 1.0)).transpose(1, 2, 0)
        share = young / (young + old)  # by gender and province; women come first
        assert share[0] == pytest.approx([women] * 2, abs=1e-4)
        assert share[1] == pytest.approx([men] * 2, abs=1e-4)
    halfway = by_traits(country, country.head_counts(0, 0.5))[:, 0, 0]
    every = by_traits(country, country.head_counts(0)).sum(axis=1)[:, 0]
    assert halfway / every == pytest.approx([(0.4 + 0.75) / 2] * 2, abs=1e-4)


def test_either_value_may_be_named():
    one = dated((2000, "", 0.7))
    row = dataclasses.replace(one.dated_shares[0], value="old", share=1 - 0.7)
    other = one.replace(dated_shares=(row,))
    assert (one.head_counts(60, 1.0) == other.head_counts(60, 1.0)).all()


def weekly(country, **changes):
    """Return the attempts of a run of agents, and see that the compiled run has the same."""
    values = {**LIVELY, **changes}
    agents = DefectionModel(country=country, seed=2, weeks=80, **values).run().weekly()
    data = run_ensemble(values, 2, country=country, weeks=80, record="weekly_by_province")
    assert (
        data["weekly_attempts_by_province"].to_numpy().ravel() == agents["attempts"].to_numpy()
    ).all()
    return agents["attempts"].to_numpy().tolist()


@pytest.mark.parametrize("changes", [{}, {"news_circles": 3}, {"policy": "discontent"}])
def test_shares_of_the_composition_change_nothing_to_the_byte(changes):
    country = load(TINY)
    off = weekly(country, **changes)
    assert weekly(dated((2000, "", 0.4)), dated_shares=1.0, **changes) == off
    assert weekly(dated((2050, "", 0.9)), dated_shares=1.0, **changes) == off
    assert weekly(dated((2000, "", 0.9)), dated_shares=0.0, **changes) == off
    assert weekly(dated((2000, "", 0.9)), dated_shares=1.0, **changes) != off


def test_where_nobody_is_young_nobody_young_leaves():
    country = dated((2001, "female", 0.0))
    one = DefectionModel(
        country=country, seed=1, record_categories=True, dated_shares=1.0, **LIVELY
    ).run()
    table = one.by_category()
    young = table[(table["age"] == "young") & (table["gender"] == "female")]
    assert young[2000].sum() > 0
    assert young[2001].sum() == 0


def test_what_is_lent_is_what_the_other_category_gets():
    country = dated((2000, "", 0.9))
    leaving, partner = moves(country)
    assert (partner[partner] == np.arange(partner.size)).all()
    edges = edges_of(country, 0, 1.0)
    lengths = np.diff(edges[:2], axis=0)[0] + np.diff(edges[2:], axis=0)[0]
    assert lengths.sum() == pytest.approx(1.0, abs=1e-12)
    assert (leaving >= 0).all()
    assert lengths == pytest.approx(
        np.diff(country.cumulative_shares) - leaving[0] + leaving[0][partner], abs=1e-12
    )


def test_the_shipped_shares_are_off_and_marked():
    korea = load("north_korea")
    assert DefectionModel(weeks=1).parameters.dated_shares == 0.0
    assert {one.dimension for one in korea.dated_shares} == {"sector"}
    women = [one.share for one in korea.dated_shares if one.of_value == "female"]
    men = [one.share for one in korea.dated_shares if one.of_value == "male"]
    assert women == sorted(women)
    assert [a / b for a, b in zip(women, men, strict=True)] == pytest.approx([2.0] * 5, abs=1e-3)


def test_a_country_without_dated_shares_refuses_them(tiny):
    bare = tiny.replace(dated_shares=())
    odd = tiny.replace(dated_shares=(DatedShare(2000, "sector", "young", "", "", 0.5),))
    with pytest.raises(CountryError, match="there is no dimension 'sector'"):
        DefectionModel(country=odd, dated_shares=1.0)
    for run in (
        lambda: DefectionModel(country=bare, dated_shares=0.5),
        lambda: run_ensemble({"dated_shares": 0.5}, 1, country=bare),
    ):
        with pytest.raises(CountryError, match=r"dated_shares = 0\.5: .* has none.*shares\.csv"):
            run()
    assert fingerprint(bare) != fingerprint(tiny)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2001,age", "2001,aeg", "line 3, column dimension: there is no dimension 'aeg'; .* age"),
        ("2001,age,old", "2001,age,odl", "line 3, column value: age has no value 'odl'; .* old"),
        ("gender,female", "gender,femal", "line 2, column of_value: gender has no .* female"),
        ("gender,female", "age,old", "line 2, column of_dimension: age cannot depend on itself"),
        ("gender,female", ",female", "line 2, column of_dimension: is empty"),
        ("0.35", "1.35", "line 3, column share: 1.35 must be at most 1"),
        ("2001,age,old,,", "2000,age,old,gender,female", "line 3, column from: 2000 .* female"),
        ("2001,age,old", "2001,gender,male", "line 3, column dimension: only one .* age does"),
        ("0.35,invented", "0.35,", "line 3, column mark: is empty"),
        ("2001", "soon", "line 3, column from: 'soon' is not a whole number"),
    ],
)
def test_a_fault_in_the_dated_shares_is_refused_by_its_line(tiny_folder, before, after, said):
    is_refused_by_its_line(tiny_folder, "dated_shares.csv", before, after, said)


def test_a_dimension_of_three_values_cannot_be_dated(tiny_folder):
    file = tiny_folder / "composition.csv"
    text = file.read_text().replace("age,old,,,0.6\n", "age,old,,,0.5\nage,oldest,,,0.1\n")
    file.write_text(text)
    with pytest.raises(CountryError, match="column dimension: age has 3 values, and must have 2"):
        load(tiny_folder)
