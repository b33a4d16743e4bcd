"""The facts of a journey: read in full, divided by the rule, refused with file, line and column."""

from __future__ import annotations

import collections
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection.country import CountryError, load
from defection.journey.facts import FACTS, SCALES, read_facts, scaled, unscaled

HEAD = "fact,group,years,first,last,value,low,high,sd,scale,use,mark,source\n"
LAGS = ("arrivals_lag", "arrivals_lag_share")
SURVEY = ("returned_share", "returned_twice", "returned_more", "visited_share")


@pytest.fixture
def read(tmp_path, tiny):
    """Read lines of a table about the tiny country."""

    def read_lines(*lines):
        file = tmp_path / "targets.csv"
        file.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
        return read_facts(file, tiny.provinces, tiny.dimensions, tiny.years)

    return read_lines


def kind_of(fact):
    """Return the kind of a fact, as docs/journey.md has them."""
    if fact.fact in LAGS:
        return "lags"
    if fact.fact in SURVEY:
        return "survey"
    by = fact.group[0] if fact.group and fact.fact != "stay_share" else ""
    return fact.fact, by


def test_facts_are_for_fitting_and_checking_by_turns_as_the_rule_says():
    kinds = collections.defaultdict(list)
    for fact in load("north_korea").facts:
        kinds[kind_of(fact)].append(fact)
    assert len(kinds) == 11
    for kind, facts in kinds.items():
        if kind[1] in ("province", "age"):
            assert {fact.use for fact in facts} == {"check"}
            continue
        samples = sorted({fact.weeks for fact in facts})
        for position, fact in enumerate(facts):
            turn = samples.index(fact.weeks) if len(samples) > 1 else position
            assert fact.use == ("fit", "check")[turn % 2], fact.name


def test_the_arrivals_are_those_of_the_record():
    korea = load("north_korea")
    observed = {year: count for year, count, _ in korea.observed}
    facts = {int(fact.when): fact.value for fact in korea.facts if fact.fact == "arrivals"}
    assert facts == observed


def test_every_meaning_is_used_and_every_fact_has_a_source():
    facts = load("north_korea").facts
    assert {fact.fact for fact in facts} == set(FACTS)
    assert all(len(fact.source) > 4 for fact in facts)


def test_shares_of_one_sample_are_no_more_than_all():
    sums = collections.Counter()
    for fact in load("north_korea").facts:
        if fact.most == 1 and fact.fact not in SURVEY and fact.fact != "stay_share":
            sums[fact.fact, fact.group[:1], fact.weeks] += fact.value
    assert max(sums.values()) <= 1


def test_a_row_is_read(read):
    (fact,) = read("stay_share,gender=female,3+,2000-02,2001-12,.4,,,.06,linear,fit,F,a survey")
    assert fact.group == ("gender", "female")
    assert fact.years == (3, math.inf)
    assert fact.weeks == (4, 103)
    assert (fact.value, fact.sd, fact.use) == (0.4, 0.06, "fit")
    assert fact.name == "stay_share female 3+ years 2000-02 to 2001-12"


def test_the_months_of_a_year_follow_each_other_without_a_gap(read):
    rows = [f"returned,,,2001-{m:02},2001-{m:02},5,,,.3,log,fit,F,text" for m in range(1, 13)]
    ends = [week for fact in read(*rows) for week in fact.weeks]
    assert (ends[0], ends[-1]) == (52, 103)
    assert ends[2::2] == [week + 1 for week in ends[1:-1:2]]


def test_half_of_an_interval_is_1645_standard_deviations(read):
    (fact,) = read("in_china,,,2000,2000,200,100,400,,log,fit,F,text")
    assert fact.sd == pytest.approx(math.log(2) / 1.645)


@given(st.sampled_from(SCALES), st.floats(0.001, 0.999))
def test_scales_can_be_undone_and_rise(scale, value):
    assert unscaled(scaled(value, scale), scale) == pytest.approx(value)
    assert scaled(value, scale) < scaled(value * 1.001, scale)


def test_nothing_is_lowest_on_every_scale():
    assert [scaled(0.0, scale) for scale in SCALES] == [0, 0, -np.inf, -np.inf]


FAULTS = {
    "unknown fact": ("arrival,,,2000,2000,5,,,1,log,fit,F,text", "column fact: 'arrival' is none of .* did you mean arrivals"),
    "unknown scale": ("arrivals,,,2000,2000,5,,,1,logg,fit,F,text", "column scale.*did you mean log"),
    "unknown use": ("arrivals,,,2000,2000,5,,,1,log,fitted,F,text", "column use.*did you mean fit"),
    "unknown province": ("arrivals_share,province=Inlnd,,2000,2000,.5,,,1,logit,fit,F,text", "column group: 'Inlnd'.*did you mean Inland"),
    "unknown gender": ("arrivals_share,gender=mal,,2000,2000,.5,,,1,logit,fit,F,text", "column group: 'mal'.*did you mean male"),
    "unknown dimension": ("arrivals_share,sex=male,,2000,2000,.5,,,1,logit,fit,F,text", "column group: 'sex' is none of province, age"),
    "no group": ("arrivals_share,,,2000,2000,.5,,,1,logit,fit,F,text", "column group: is empty"),
    "a group too many": ("returned,gender=male,,2000,2000,5,,,1,log,fit,F,text", "column group: returned has no group"),
    "no such year": ("arrivals,,,1999,2000,5,,,1,log,fit,F,text", "column first: the data have no year 1999: 2000 to 2001"),
    "no date": ("arrivals,,,2000-13,2000,5,,,1,log,fit,F,text", "column first: '2000-13' is not a date"),
    "year missing": ("arrivals,,,,2000,5,,,1,log,fit,F,text", "column first: is empty"),
    "backward": ("arrivals,,,2001,2000,5,,,1,log,fit,F,text", "column last: 2000 is before 2001"),
    "no interval": ("stay_share,,,2000,2000,.5,,,1,logit,fit,F,text", "column years"),
    "an interval too many": ("arrivals,,0-1,2000,2000,5,,,1,log,fit,F,text", "column years: arrivals has no interval"),
    "empty interval": ("stay_share,,3-3,2000,2000,.5,,,1,logit,fit,F,text", "column years: '3-3' must end after"),
    "odd interval": ("stay_share,,1.2.3+,2000,2000,.5,,,1,logit,fit,F,text", "column years: .* is not an interval"),
    "negative": ("arrivals,,,2000,2000,-5,,,1,root,fit,F,text", "column value: -5 must be at least 0"),
    "not finite": ("arrivals,,,2000,2000,nan,,,1,root,fit,F,text", "column value: 'nan' is not finite"),
    "infinite sd": ("arrivals,,,2000,2000,5,,,inf,root,fit,F,text", "column sd"),
    "no sd": ("arrivals,,,2000,2000,5,,,0,root,fit,F,text", "column sd: must be above 0"),
    "sd and interval": ("arrivals,,,2000,2000,5,1,9,1,root,fit,F,text", "column sd: give either"),
    "half an interval": ("arrivals,,,2000,2000,5,1,,,root,fit,F,text", "column sd: give either"),
    "outside of the interval": ("arrivals,,,2000,2000,5,6,9,,root,fit,F,text", "column low: 6 must be at most 5"),
    "empty range": ("arrivals,,,2000,2000,5,5,5,,root,fit,F,text", "column high: 5 must be above low"),
    "more than all": ("stay_share,,3+,2000,2000,1.5,,,1,linear,fit,F,text", "column value: 1.5 must be at most 1"),
    "no logarithm": ("in_china,,,2000,2000,0,,,1,log,fit,F,text", "column value: 0 has no log"),
    "no odds": ("stay_share,,3+,2000,2000,1,,,1,logit,fit,F,text", "column value: 1 has no logit"),
    "no source": ("arrivals,,,2000,2000,5,,,1,log,fit,F,", "column source: is empty"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_file_line_and_column(read, fault):
    row, said = FAULTS[fault]
    good = "arrivals,,,2001,2001,5,,,1,root,fit,F,text"
    with pytest.raises(CountryError, match=f"targets.csv, line 3, {said}"):
        read(good, row)


def test_the_same_fact_twice_is_refused(read):
    row = "arrivals,,,2000,2000,5,,,1,root,fit,F,text"
    with pytest.raises(CountryError, match="line 3, column fact: arrivals 2000 stands here twice"):
        read(row, row)


def test_an_unknown_column_is_refused(tmp_path, tiny):
    file = tmp_path / "targets.csv"
    file.write_text(HEAD.replace("mark", "note"), encoding="utf-8")
    with pytest.raises(CountryError, match="column mark: this column is missing"):
        read_facts(file, tiny.provinces, tiny.dimensions, tiny.years)


def test_a_country_without_the_file_has_no_facts(tiny):
    assert tiny.facts == ()
