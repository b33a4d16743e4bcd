"""Figure 2's numbers moved: the country that follows, and what a change changes."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.sensitivity.variants import with_numbers
from defection.replication import Runs, figure_2_sensitivity
from defection.replication.figure_2_sensitivity import OUTCOMES


def test_the_numbers_as_they_are_make_the_country_as_it_is(north_korea):
    same = with_numbers(north_korea, north_korea.impacts)
    assert same.fingerprint == north_korea.fingerprint


@pytest.mark.parametrize("kind", [0, 1])
def test_a_number_that_is_moved_moves_all_who_have_the_trait_and_no_others(north_korea, kind):
    for trait in north_korea.impacts:
        both = [number + (side == kind) for side, number in enumerate(north_korea.impacts[trait])]
        other = with_numbers(north_korea, {**north_korea.impacts, trait: tuple(both)})
        names = ("ability", "motivation")
        own = [getattr(c, f"{names[kind]}_impact") for c in (north_korea, other)]
        change = own[1] - own[0]
        if trait == ("country", "economy"):
            assert (change == 0).all()
            assert getattr(other, f"economy_{names[kind]}") == north_korea.impacts[trait][kind] + 1
            continue
        table = north_korea.categories()
        has = (
            np.repeat(north_korea.border == 1, len(north_korea.traits))
            if trait == ("province", "border") else (table[trait[0]] == trait[1]).to_numpy()
        )  # fmt: skip
        assert (change.ravel() == has).all()
        unmoved = f"{names[1 - kind]}_impact"
        assert (getattr(other, unmoved) == getattr(north_korea, unmoved)).all()


def test_a_quick_computation_has_every_number_and_outcome():
    made = figure_2_sensitivity.compute(Runs(3, quick=True, threads=1))
    single, group = made["figure_2_single"], made["figure_2_group"]
    points = single["point"].unique()
    assert len(points) == 2
    numbers = [value for both in Runs(3).country.impacts.values() for value in both if value]
    assert len(single) == len(points) * len(numbers) * len(OUTCOMES)
    assert set(group["outcome"]) == set(OUTCOMES)
    page = figure_2_sensitivity.text(made)
    assert "nan" not in page
