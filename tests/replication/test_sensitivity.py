"""The kept importances are those of the present model: its defaults, its ranges, its score."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.sensitivity import morris, rank
from defection.idle import IDLE
from defection.parameters import PARAMETERS
from defection.replication import sensitivity
from defection.replication.kept import Kept
from defection.replication.seeds import run_points

SPACE = Space.from_parameters(vary="all")


@pytest.fixture(scope="module")
def tables():
    return Kept().tables("sensitivity")


def test_what_did_not_vary_has_the_present_defaults(tables):
    fixed = tables["settings.json"]["fixed"]
    assert {"hearing", "famine_years", "stop_threshold"} <= set(fixed)
    assert fixed == {name: PARAMETERS[name].default for name in fixed}
    named = {*tables["settings.json"]["varied"], *fixed, *IDLE}
    assert named == set(PARAMETERS)


def test_measuring_again_would_write_the_same_settings(tables):
    assert tables["settings.json"] == sensitivity.settings_of(SPACE)


def test_a_run_that_stopped_counts_as_the_package_s_score_has_it():
    points = SPACE.table(np.random.default_rng(1).random((40, len(SPACE.names))))
    runs = run_points(points, root=5)
    assert runs["stopped_early"].any()
    ours = Objective(Target.from_country()).score_runs(runs)["score"]
    np.testing.assert_array_equal(sensitivity.score(runs), ours)
    assert sensitivity.score(runs)[runs["stopped_early"]].min() > 50


def test_the_trajectories_run_again_give_the_importances_that_are_kept(tables):
    about, names = tables["settings.json"], ["score", "total", "stopped_early"]
    design = morris.design(SPACE.names, trajectories=about["sizes"]["morris"], seed=1)
    runs = run_points(design.table(SPACE), root=about["root"])
    again = rank(runs, "morris", space=SPACE, names=names, design=design, score=sensitivity.score)
    keys = ["outcome", "method", "parameter"]
    both = tables["importance"].merge(again, on=keys, suffixes=("_kept", "_again"))
    assert len(both) == len(again) == 2 * len(names) * (len(SPACE.names) + 1)  # and a dummy
    for column in ("value", "low", "high"):
        kept, new = (both[f"{column}_{end}"].to_numpy() for end in ("kept", "again"))
        assert kept == pytest.approx(new, rel=6e-4, abs=1e-12), column
