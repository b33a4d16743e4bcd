"""All methods on real runs: one table, and the paper's beside it."""

from __future__ import annotations

import importlib
import itertools
import sys

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import run_points
from defection.batch_runs.searches import run_seed
from defection.batch_runs.sensitivity import (
    COLUMNS,
    METHODS,
    ImportanceError,
    MissingExtraError,
    morris,
    rank,
    ranking,
    sobol,
)
from defection.batch_runs.sensitivity.methods import DESIGNED, NEEDS, SETTINGS
from tests.conftest import LIVELY

VARIED = ("famine_effect", "initial_repression")


@pytest.fixture
def space():
    return Space.from_parameters({**LIVELY, **{name: {} for name in VARIED}})


def test_every_method_returns_the_same_table(tiny, space):
    tables = []
    for method in METHODS:
        design = {"morris": morris.design, "sobol": sobol.design}.get(method, lambda names: None)(
            space.names
        )
        points = (
            space.table(np.random.default_rng(1).random((300, 2)))
            if design is None
            else design.table(space)
        )
        settings = {"trees": 10} if design is None else {"design": design}
        runs = run_points(points, root=1, country=tiny)
        tables.append(rank(runs, method, space=space, names=["total"], **settings))
    table = pd.concat(tables)
    assert list(table.columns) == list(COLUMNS)
    assert set(table["method"]) == {
        "forest",
        "permutation",
        "morris",
        "morris_sd",
        "sobol_first",
        "sobol_total",
    }
    assert (table["low"] <= table["high"]).all()
    for _, part in table[table["method"] != "morris_sd"].groupby("method"):
        assert part.iloc[0]["parameter"] == "initial_repression"  # it stops what the famine lets go
        assert part["parameter"].str.startswith("dummy").any()


def test_a_run_of_the_table_can_be_made_again_by_its_seed(tiny, space):
    runs = run_points(
        space.table(np.array([[0.2, 0.3], [0.8, 0.4]])), root=7, replicates=2, country=tiny
    )
    assert runs["run_id"].to_list() == ["0-0", "0-1", "1-0", "1-1"]
    assert runs["seed"].to_list() == [
        run_seed(7, p, r) for p, r in itertools.product(range(2), range(2))
    ]
    alone = run_points(space.table(np.array([[0.2, 0.3]])), root=7, country=tiny)
    pd.testing.assert_frame_equal(runs.iloc[:1], alone)


@pytest.mark.parametrize(
    ("method", "settings", "message"),
    [
        ("sobel", {}, r"no method 'sobel'; did you mean sobol\?"),
        ("sobol", {}, "sobol needs the design whose points were run"),
        ("forest", {"design": morris.design(VARIED, trajectories=2)}, "forest takes no design"),
        (
            "sobol",
            {"design": morris.design(VARIED, trajectories=2)},
            "the design is one of morris, not of sobol",
        ),
    ],
)
def test_what_does_not_fit_is_refused(space, method, settings, message):
    with pytest.raises(ImportanceError, match=message):
        rank(pd.DataFrame(), method, space=space, **settings)


def test_a_design_of_another_space_is_refused(space):
    with pytest.raises(
        ImportanceError,
        match="the design varies famine_effect, dummy, but the space famine_effect, initial_repression",
    ):
        morris.design(["famine_effect"], trajectories=2).table(space)


def test_runs_of_another_design_are_refused(tiny, space):
    design, other = (sobol.design(space.names, points=4, seed=seed) for seed in (1, 2))
    runs = run_points(other.table(space), root=1, country=tiny)
    with pytest.raises(
        ImportanceError,
        match=r"point 0 has famine_effect = .*, but .* in the design: it was run from another",
    ):
        rank(runs, "sobol", space=space, names=["total"], design=design)
    more = pd.concat([runs, runs.assign(point=runs["point"] + 100)])
    with pytest.raises(
        ImportanceError, match="the design has the points 0 to 19, but there is a run of point 119"
    ):
        rank(more, "sobol", space=space, names=["total"], design=other)
    assert len(rank(runs, "sobol", space=space, names=["total"], design=other)) == 6


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_library_is_missed_before_anything_is_read(monkeypatch, space, method):
    module = NEEDS[method]
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    calls = [
        lambda: rank(pd.DataFrame(), method, space=space),
        lambda: ranking("no such folder", method),
    ]
    if method in DESIGNED:
        calls.append(lambda: {"morris": morris, "sobol": sobol}[method].design(["a"]))
    for call in calls:
        with pytest.raises(
            MissingExtraError, match=rf"needs {module} .*to install it: .*pip install "
        ):
            call()
    importlib.invalidate_caches()


@pytest.mark.parametrize("method", METHODS)
def test_no_setting_takes_a_value_with_which_it_cannot_run(space, method):
    """Of every method, every setting and every bad value, before anything is read."""
    for name in SETTINGS[method]:
        for value in (-1, 1.5, "x", None, True, 10**12, 10**400):
            with pytest.raises(ImportanceError, match=f"{method}: {name} = "):
                rank(pd.DataFrame(), method, space=space, **{name: value})
    with pytest.raises(ImportanceError, match=f"{method} has no setting 'sed'; did you mean seed"):
        rank(pd.DataFrame(), method, space=space, sed=1)
    with pytest.raises(ImportanceError, match="seed = -1"):
        ranking("no such folder", method, seed=-1)


@pytest.mark.parametrize("make", [morris.design, sobol.design])
@pytest.mark.parametrize(
    ("names", "settings"),
    [
        ([], {}),
        ("famine_effect", {}),
        (["a", "a"], {}),
        (["a"], {"seed": -1}),
        (["a"], {"count": 1}),
        (["a"], {"count": 2.5}),
        (["a"], {"count": 2**40}),
        (["a"], {"count": "9"}),
    ],
)
def test_a_design_that_cannot_be_is_refused(make, names, settings):
    count = "trajectories" if make is morris.design else "points"
    with pytest.raises(ImportanceError):
        make(names, **{{"count": count}.get(name, name): value for name, value in settings.items()})
