"""Sobol' indices, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.sensitivity import ImportanceError, sobol
from tests.batch_runs.sensitivity.functions import FIRST, ISHIGAMI, TOTAL, by_name, ishigami, sample


def _of(function, names, *, points=1024, seed=0, **settings):
    design = sobol.design(names, points=points, seed=seed)
    return design, sample(design.unit, design.names, function(design.unit))


def test_the_indices_of_ishigami_s_function_are_the_closed_forms(seed):
    design, made = _of(ishigami, ISHIGAMI, points=4096, seed=seed)
    table = sobol.sobol(made, "y", design=design)
    for method, known in (("sobol_first", FIRST), ("sobol_total", TOTAL)):
        rows = by_name(table, method)
        half = (rows["high"] - rows["low"]).loc[list(ISHIGAMI)].to_numpy() / 2
        np.testing.assert_array_less(
            np.abs(rows.loc[list(ISHIGAMI), "value"] - known), 2.5 * half + 1e-12
        )  # 2.5 x 1.64 = 4 standard errors
        assert (half < 0.06).all()
    assert table["quality"].iloc[0] == pytest.approx(FIRST.sum(), abs=0.05)


def test_a_sum_has_no_interactions_and_its_shares_are_those_of_the_squares():
    design, made = _of(lambda unit: unit[:, 0] + 2 * unit[:, 1] + 3 * unit[:, 2], ("a", "b", "c"))
    table = sobol.sobol(made, "y", design=design)
    for method in ("sobol_first", "sobol_total"):
        assert by_name(table, method).loc[["a", "b", "c"], "value"].to_list() == pytest.approx(
            [1 / 14, 4 / 14, 9 / 14], abs=0.02
        )


def test_the_dummy_of_a_model_without_chance_has_no_effect_at_all():
    design, made = _of(ishigami, ISHIGAMI, points=64)
    table = sobol.sobol(made, "y", design=design)
    assert by_name(table, "sobol_total").loc["dummy", "value"] == 0.0
    assert by_name(table, "sobol_first").loc["dummy", "value"] == 0.0


def test_the_dummy_s_total_index_is_the_share_of_chance(seed):
    """Variance of a + noise: 1/12 and 1/4 of it, so a fifth of the whole is chance, and is in every total index."""
    rng = np.random.default_rng(seed)
    design, made = _of(
        lambda unit: unit[:, 0] + rng.normal(0, np.sqrt(1 / 48), len(unit)), ("a", "b"), points=4096
    )
    rows = by_name(sobol.sobol(made, "y", design=design), "sobol_total")
    assert rows.loc["dummy", "value"] == pytest.approx(0.2, abs=0.03)
    assert rows.loc["b", "value"] == pytest.approx(0.2, abs=0.03)


def test_replicates_tell_the_same_share_of_chance(seed):
    rng = np.random.default_rng(seed)
    design = sobol.design(("a", "b"), points=1024)
    point = np.repeat(np.arange(len(design.unit)), 3)
    unit = design.unit[point]
    made = sample(unit, design.names, unit[:, 0] + rng.normal(0, np.sqrt(1 / 48), len(unit)), point)
    row = by_name(sobol.sobol(made, "y", design=design), "sobol_total").loc["replicates"]
    assert row["low"] < row["value"] < row["high"]
    assert row["value"] == pytest.approx(0.2, abs=0.02)


def test_intervals_shrink_as_the_design_grows():
    width = []
    for points in (128, 2048):
        design, made = _of(ishigami, ISHIGAMI, points=points)
        row = by_name(sobol.sobol(made, "y", design=design), "sobol_total").loc["x1"]
        width.append(row["high"] - row["low"])
    assert width[1] < width[0] / 2  # by the root of 16, were it exact


def test_the_same_call_gives_the_same_design_and_the_same_intervals():
    first, again = (sobol.design(ISHIGAMI, points=32, seed=0) for _ in range(2))
    np.testing.assert_array_equal(first.unit, again.unit)
    made = sample(first.unit, first.names, ishigami(first.unit))
    assert sobol.sobol(made, "y", design=first).equals(sobol.sobol(made, "y", design=first))
    assert not np.array_equal(first.unit, sobol.design(ISHIGAMI, points=32, seed=1).unit)


def test_a_point_without_a_run_is_named():
    design = sobol.design(ISHIGAMI, points=16)
    keep = np.delete(np.arange(len(design.unit)), 5)
    made = sample(design.unit[keep], design.names, ishigami(design.unit[keep]), keep)
    with pytest.raises(
        ImportanceError,
        match="1 of the 96 points of the design have no finished run, the first is point 5",
    ):
        sobol.sobol(made, "y", design=design)


@pytest.mark.parametrize(
    ("names", "points", "message"),
    [
        ((), 16, "must be a list of different parameters"),
        (ISHIGAMI, 100, "points = 100 must be a power of two"),
    ],
)
def test_what_makes_no_design_is_refused(names, points, message):
    with pytest.raises(ImportanceError, match=message):
        sobol.design(names, points=points)
