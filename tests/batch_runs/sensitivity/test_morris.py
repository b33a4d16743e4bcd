"""Elementary effects, against functions whose effects are known."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.sensitivity import ImportanceError, morris
from tests.batch_runs.sensitivity.functions import by_name, sample


def test_a_linear_function_s_effects_are_its_coefficients_without_deviation():
    design = morris.design(("a", "b", "c"), trajectories=10)
    made = sample(design.unit, design.names, design.unit[:, :3] @ [1.0, -2.0, 0.5])
    table = morris.morris(made, "y", design=design)
    effects, sd = by_name(table, "morris"), by_name(table, "morris_sd")
    assert effects.loc[["a", "b", "c", "dummy"], "value"].to_list() == pytest.approx(
        [1.0, 2.0, 0.5, 0.0]
    )
    assert sd["value"].to_list() == pytest.approx([0.0] * 4, abs=1e-12)
    assert effects["low"].to_list() == pytest.approx(effects["high"].to_list())
    assert effects.index[0] == "b"  # the most important first


def test_an_interaction_has_a_standard_deviation():
    """The effect of a in a * b is b, which takes the grid's levels 0, 1/3, 2/3 and 1 alike: mean 1/2, variance 5/36."""
    design = morris.design(("a", "b"), trajectories=2000, dummy=False)
    table = morris.morris(
        sample(design.unit, design.names, design.unit.prod(axis=1)), "y", design=design
    )
    for name in ("a", "b"):
        assert by_name(table, "morris").loc[name, "value"] == pytest.approx(
            0.5, abs=4 * np.sqrt(5 / 36 / 2000)
        )
        assert by_name(table, "morris_sd").loc[name, "value"] == pytest.approx(
            np.sqrt(5 / 36), abs=0.02
        )


def test_it_agrees_with_salib_s_own_analysis(seed):
    from SALib.analyze import morris as theirs

    design = morris.design(("a", "b", "c"), trajectories=20, seed=seed, dummy=False)
    values = np.exp(design.unit[:, 0]) * design.unit[:, 1] + design.unit[:, 2] ** 2
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    known = theirs.analyze(problem, design.unit, values, num_levels=4, seed=1)
    table = morris.morris(sample(design.unit, design.names, values), "y", design=design)
    np.testing.assert_allclose(
        by_name(table, "morris").loc[["a", "b", "c"], "value"], known["mu_star"]
    )
    np.testing.assert_allclose(
        by_name(table, "morris_sd").loc[["a", "b", "c"], "value"], known["sigma"]
    )


def test_one_trajectory_has_no_standard_deviation_and_is_refused():
    with pytest.raises(ImportanceError, match="trajectories = 1 must be"):
        morris.design(("a",), trajectories=1)
