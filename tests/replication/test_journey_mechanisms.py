"""A verdict on a mechanism follows from the two means, their sd, and how many seeds there are."""

from __future__ import annotations

import types

import pytest

from defection.replication import Kept, journey_mechanisms
from defection.replication.journey_mechanisms import HELPS, ONLY, SAME, SHORT, WORSE, judged
from defection.replication.journey_regions import FITS
from defection.replication.journey_verdicts import regions_by_split


def scores(fitted, checked, sd=10.0):
    return types.SimpleNamespace(fitted=fitted, fitted_sd=sd, checked=checked, checked_sd=sd)


@pytest.mark.parametrize(
    ("fitted", "checked", "holds", "verdict"),
    [
        (95.9, 104.0, True, HELPS),
        (95.9, 104.1, True, ONLY),
        (96.1, 90.0, True, SAME),
        (103.9, 100.0, False, SAME),
        (104.1, 100.0, False, WORSE),
        (104.1, 100.0, True, SHORT),
    ],
)
def test_a_verdict_needs_two_standard_errors_of_the_difference(fitted, checked, holds, verdict):
    # sd 10 of both, 50 seeds: the standard error of a difference is 2
    assert judged(scores(fitted, checked), scores(100.0, 100.0), 50, holds) == verdict
    again = judged(scores(fitted, checked, 1e-9), scores(100.0, 100.0, 1e-9), 50, holds)
    assert (again in (HELPS, ONLY)) == (fitted < 100.0)


def test_regions_that_hold_another_have_all_of_its_axes():
    for name, beside in journey_mechanisms.BESIDE:
        if name in journey_mechanisms.HOLDS:
            without = FITS[beside].space().names
            assert set(without) <= set(FITS[name].space().names), name


def test_every_mechanism_of_the_kept_fit_stands_in_the_table():
    tables = Kept().tables("journey_fit")
    said = journey_mechanisms.text(tables)
    mine = [pair for pair in journey_mechanisms.BESIDE if pair[0] in regions_by_split(tables)]
    assert len(mine) >= 10
    for name, beside in mine:
        assert f"| {name} | {beside} |" in said
