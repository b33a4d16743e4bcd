"""Numbers in words say the number that they stand for, and never all or nothing where it is not so."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from defection.views.app import words

CHANCES = st.floats(-300, 0).map(lambda power: 10**power)


@given(CHANCES)
def test_a_chance_in_words_is_the_chance(chance):
    said = words.chance_words(chance)
    if found := re.fullmatch(r"1 in ([\d,]+)", said):
        assert 1 / int(found[1].replace(",", "")) == pytest.approx(chance, rel=0.06)
    elif found := re.fullmatch(r"(\d+) %", said):
        assert int(found[1]) == pytest.approx(100 * chance, abs=0.5)
    else:
        assert said == "less than one in a " + ("billion" if chance < 1e-9 else "million")
        assert chance < 1e-6


@given(CHANCES, CHANCES)
def test_a_lower_chance_never_has_the_stronger_verdict(one, other):
    order = [said for _, said in words.VERDICTS]
    low, high = sorted((one, other))
    assert order.index(words.verdict(low)) <= order.index(words.verdict(high))
    assert words.verdict(0.0) == order[0]
    assert words.chance_words(0.0) == "less than one in a billion"


@given(st.floats(0, 1))
def test_a_share_in_percent_is_the_share_and_only_all_is_all(share):
    said = words.percent(share)
    assert (said == "100 %") == (share == 1)
    assert (said == "0 %") == (share == 0)
    if found := re.fullmatch(r"([\d.]+) %", said):
        assert float(found[1]) == pytest.approx(100 * share, abs=0.5 if share > 0.09 else 0.051)


@given(st.floats(0, 1e7))
def test_expected_people_are_written_with_digits_that_count(number):
    said = words.people(number)
    assume(not said.startswith("less"))
    assert float(said.replace(",", "")) == pytest.approx(
        number, rel=0.06, abs=0.5 * (number >= 100)
    )
    assert (said == "0") == (number == 0)


@given(st.floats(1, 1e12), st.integers(1, 4))
def test_so_many_digits_count(number, digits):
    whole = words.significant(number, digits)
    assert whole == pytest.approx(number, rel=10 ** (1 - digits), abs=0.5)
    assert len(str(whole).rstrip("0")) <= max(digits, len(str(whole)) if whole < 10 else 0)


@given(st.floats(0.01, 0.99), st.floats(0, 0.02))
def test_two_numbers_that_differ_are_said_to_differ(first, gap):
    said = words.different(first, first + gap)
    assert [float(one) for one in said] == pytest.approx([first, first + gap], abs=0.0051)
    if gap > 1e-5:
        assert float(said[0]) < float(said[1])


@given(CHANCES)
def test_a_chance_in_percent_is_the_chance_and_has_one_form(chance):
    said = words.in_hundred(chance)
    if chance >= 1e-6:
        assert float(said.removesuffix(" %")) == pytest.approx(100 * chance, rel=0.051)
    else:
        assert said == words.chance_words(chance)
