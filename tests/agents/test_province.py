"""Provinces: what they stop, what becomes known, what is remembered, how repression changes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import LIVELY


def _after(model, weeks=1):
    for _ in range(weeks):
        model.step()
    return list(model.provinces)


def test_a_province_begins_with_the_prior_belief_and_the_first_repression(lively):
    for province in lively().provinces:
        assert province.repression == LIVELY["initial_repression"]
        assert province.belief.alpha == province.belief_alpha == LIVELY["prior_alpha"]
        assert province.belief.beta == province.belief_beta == LIVELY["prior_beta"]
        assert province.attempts == province.stopped == province.known_attempts == 0


def test_the_attempts_of_a_province_are_those_of_its_categories(lively):
    for province in _after(lively(), 5):
        assert province.attempts == sum(one.attempts for one in province.categories) > 0
        assert province.attempts == province.stopped + province.successes


@pytest.mark.parametrize(("repression", "share"), [(0.0, 0), (1.0, 1)])
def test_no_repression_stops_nobody_and_full_repression_all(lively, repression, share):
    for province in _after(lively(initial_repression=repression)):
        assert province.stopped == share * province.attempts
        assert province.attempts > 0


def test_more_repression_stops_at_least_as_many_of_the_same_attempts(lively):
    stopped = []
    for repression in (0.1, 0.3, 0.6, 0.9):
        provinces = _after(lively(initial_repression=repression))
        stopped.append([province.stopped for province in provinces])
    assert (np.diff(stopped, axis=0) > 0).all()


@pytest.mark.parametrize(("known", "share"), [(0.0, 0), (1.0, 1)])
def test_nothing_or_everything_becomes_known_at_the_ends_of_its_probability(lively, known, share):
    for province in _after(lively(observation_probability=known)):
        assert province.known_stopped == share * province.stopped
        assert province.known_attempts == share * province.attempts


def test_the_belief_is_the_prior_and_what_is_remembered(lively):
    model = lively(memory_weeks=3)
    known = {province.name: [] for province in model.provinces}
    for _ in range(8):
        for province in _after(model):
            news = known[province.name]
            news.append((province.known_attempts, province.known_stopped))
            attempts, stopped = np.sum(news[-3:], axis=0)
            assert province.remembered_attempts == attempts
            assert province.remembered_stopped == stopped
            assert province.belief.alpha == LIVELY["prior_alpha"] + stopped
            assert province.belief.beta == LIVELY["prior_beta"] + attempts - stopped


@pytest.mark.parametrize("measure", ["attempts", "successes", "stopped"])
def test_repression_changes_by_the_share_r_with_its_sign_from_the_tolerated_number(lively, measure):
    model = lively(tolerated_measure=measure, adjustment_rate=0.001, tolerated_attempts=12)
    signs = set()
    for _ in range(20):
        before = [province.repression for province in model.provinces]
        for old, province in zip(before, _after(model), strict=True):
            sign = 1 if getattr(province, measure) > 12 else -1
            assert province.repression == old * (1 + sign * 0.001)
            signs.add(sign)
    assert signs == {1, -1}


def test_exactly_the_tolerated_number_is_tolerated(lively):
    province = _after(lively())[0]
    for tolerated, rises in ((province.attempts - 1, True), (province.attempts, False)):
        again = _after(lively(tolerated_attempts=tolerated))[0]
        assert (again.repression > LIVELY["initial_repression"]) == rises


def test_repression_never_exceeds_one_nor_falls_below_nothing(lively):
    full = _after(lively(initial_repression=1.0, tolerated_attempts=0))
    assert [province.repression for province in full] == [1.0, 1.0]
    none = _after(lively(adjustment_rate=1.0, tolerated_attempts=10**9))
    assert [province.repression for province in none] == [0.0, 0.0]


def test_with_nationwide_hearing_every_province_remembers_the_news_of_all(lively):
    provinces = _after(lively(hearing="nationwide", observation_probability=0.5))
    known = sum(province.known_attempts for province in provinces)
    assert known > max(province.known_attempts for province in provinces)
    assert [province.remembered_attempts for province in provinces] == [known, known]


def test_what_is_written_to_a_province_is_what_its_rules_use(lively):
    model = lively()
    province = _after(model)[0]
    province.repression = 0.0
    before = province.attempts
    province.repress()
    assert (province.attempts, province.stopped) == (before, 0)
