"""Why women are longer in China: what is switched off is off, and what is needed is enough."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from defection.replication import RESULTS, Kept, Runs, longer_stays
from defection.replication.longer_stays_page import ENTRY, ONWARD, SETTLED, VARIANTS


@pytest.fixture(scope="module")
def stays():
    return longer_stays.stays_of(Runs(3, quick=True, threads=1), "history of control", 2)


def test_equalised_entries_keep_people_weeks_and_genders():
    rng = np.random.default_rng(1)
    crossed, is_female = rng.poisson(5.0, (30, 6)).astype(float), np.array([False, True])
    found = longer_stays.equalised(crossed, is_female)
    assert found.sum(axis=0) == pytest.approx(crossed.sum(axis=0))
    by_week = (one.reshape(30, 3, 2).sum(axis=2) for one in (found, crossed))
    assert np.allclose(*by_week)
    shares = found.reshape(30, 3, 2)[..., 1] / found.reshape(30, 3, 2).sum(axis=2)
    assert np.ptp(shares, axis=0) == pytest.approx(0.0)


@pytest.mark.parametrize("odds", [0.2, 1.0, 7.0])
def test_odds_are_multiplied_in_the_weeks_that_are_meant(odds):
    rng = np.random.default_rng(2)
    crossed, is_female = rng.uniform(1, 5, (20, 4)), np.array([True, False])
    weeks = np.arange(20) < 8
    found = longer_stays.with_odds(crossed, is_female, weeks, odds).reshape(20, 2, 2)
    before = crossed.reshape(20, 2, 2)
    ratio = (found[..., 0] / found[..., 1]) / (before[..., 0] / before[..., 1])
    assert ratio[weeks] == pytest.approx(odds)
    assert ratio[~weeks] == pytest.approx(1.0)
    assert found.sum(axis=2) == pytest.approx(before.sum(axis=2))


def test_without_any_difference_of_the_genders_their_stays_are_alike(stays):
    found = stays.differences(*VARIANTS["neither"], settled=0.0)
    assert (found[:, 0] - found[:, 1]) == pytest.approx(0.0, abs=1.0)
    as_it_is = stays.differences(*VARIANTS["as it is"])
    assert abs(as_it_is[:, 0] - as_it_is[:, 1]).min() > 3.0


def test_a_lower_risk_of_women_lengthens_their_stays_alone(stays):
    shares = [stays.differences(onward, 1.0).mean(axis=0) for onward in (3.0, 1.0, 0.1)]
    women, men = np.transpose(shares)
    assert women[0] < women[1] < women[2]
    assert men == pytest.approx(men[0])


def test_what_is_needed_is_enough_and_a_little_less_is_not(stays):
    strength = stays.needed(ENTRY, 0.0)
    wanted = longer_stays.published_difference()[0]
    few = dataclasses.replace(stays, runs=stays.runs[: longer_stays.SEARCHED])
    for factor, enough in ((1.0, True), (0.98, False)):
        women, men = few.differences(1.0, strength * factor, settled=0.0).mean(axis=0)
        assert (women - men >= wanted) == enough
    assert np.isnan(stays.needed(ONWARD, None)) or stays.needed(ONWARD, None) < 1.0


def test_the_kept_result_has_every_case_and_its_page_says_the_verdicts():
    result, tables = RESULTS["longer_stays"], Kept().tables("longer_stays")
    table = tables["longer_stays"]
    assert len(table) == len(longer_stays.POINTS) * 2 * len(SETTLED) * len(VARIANTS)
    judged = result.judge(tables)
    assert [name for name, _, _ in judged.parts] == [ONWARD, ENTRY]
    text = result.texts["longer-stays"](tables)
    for name in longer_stays.POINTS:
        assert name in text
        assert name in result.texts["survey-points"](tables)
    for name, verdict, _ in judged.parts:
        assert f"{name}: **{verdict}**" in text
    rows, said = result.texts["survey-points"](tables).rsplit("\n\n", 1)
    outside = said.partition(": ")[2].removesuffix(".").split("; ")
    listed = {
        name for row in rows.splitlines()[2:] for name in row.split(" | ")[3][:-2].split("; ")
    }
    assert len(outside) == len(set(outside)) == 24 - len(listed)
    assert not listed & set(outside)
