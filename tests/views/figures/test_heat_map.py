"""The heat map shows the mean of every cell, and what the mean hides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs import run_sweep
from defection.batch_runs.store.results import ResultsError
from defection.parameters import PARAMETERS
from defection.views.figures.heat_map import heat_map
from tests.views.conftest import RATE, kept


def _drawn(axis):
    return np.ma.filled(axis.collections[0].get_array().astype(float), np.nan)


def _wide(series):
    """Return a row for each value of the first level of the index, a column for each of the second."""
    return series.reset_index(name="value").pivot_table(
        index=series.index.names[0], columns=series.index.names[1], values="value"
    )


def _drawings(figure):
    return {
        axis.get_title(loc="left").split(" (")[0]: axis
        for axis in figure.axes
        if axis.get_title(loc="left")
    }


def test_a_grid_s_cells_hold_mean_sd_and_share_stopped_early(grid):
    figure = heat_map(grid, "adjustment_rate", "famine_effect")
    mean, sd, early = _drawings(figure).values()
    table = kept(grid).groupby(["famine_effect", "adjustment_rate"])
    assert np.allclose(_drawn(mean), _wide(table["total_successes"].mean()))
    assert np.allclose(_drawn(sd), _wide(table["total_successes"].std()))
    assert np.allclose(_drawn(early), _wide(table["stopped_early"].mean()))
    often = int((table["stopped_early"].mean() >= 0.5).sum())
    assert often == 3
    assert (
        f"in {often} of 9 cells at least half of the runs stopped early"
        in figure.get_suptitle().replace("\n", " ")
    )
    assert len(mean.collections) - 1 == often  # hatched
    assert {text.get_text() for text in mean.texts} == {
        f"{value:,.0f}" for value in table["total_successes"].mean()
    }


def test_a_log_range_stands_on_a_log_axis_with_its_values_in_the_middle_of_cells(grid):
    axis = heat_map(grid, "adjustment_rate", "famine_effect").axes[0]
    assert axis.get_xscale() == "log"
    assert axis.get_yscale() == "linear"
    edges = np.log(axis.collections[0].get_coordinates()[0, :, 0])
    assert np.allclose(
        (edges[1:] + edges[:-1]) / 2, np.log(sorted(kept(grid)["adjustment_rate"].unique()))
    )
    assert "share per week" in axis.get_xlabel()


def test_sampled_points_are_put_into_cells_in_which_each_weighs_the_same(sampled):
    drawings = _drawings(heat_map(sampled, "adjustment_rate", "famine_effect", bins=4))
    runs = kept(sampled)
    points = runs.groupby("point").agg(x=("adjustment_rate", "first"), y=("famine_effect", "first"), mean=("total_successes", "mean"),
                                       variance=("total_successes", "var"), early=("stopped_early", "mean"))  # fmt: skip
    x = pd.cut(
        np.log(points["x"]), np.linspace(np.log(RATE["low"]), np.log(RATE["high"]), 5), labels=False
    )
    y = pd.cut(points["y"], [0, 0.5, 1, 1.5, 2], labels=False)
    cells = points.groupby([y, x])

    def full(series):
        return (
            _wide(series.rename_axis(["y", "x"]))
            .reindex(index=range(4), columns=range(4))
            .to_numpy()
        )

    assert np.allclose(
        _drawn(drawings["Mean successes in the whole run"]),
        full(cells["mean"].mean()),
        equal_nan=True,
    )
    replicates = full(np.sqrt(cells["variance"].mean()))
    assert np.allclose(
        _drawn(drawings["Standard deviation over the replicates of a point"]),
        replicates,
        equal_nan=True,
    )
    assert np.allclose(
        _drawn(drawings["Standard deviation between the points of a cell"]),
        full(cells["mean"].std()),
        equal_nan=True,
    )
    assert np.allclose(
        _drawn(drawings["Share of runs that stopped early"]),
        full(cells["early"].mean()),
        equal_nan=True,
    )
    often = int((cells["early"].mean() >= 0.5).sum())
    assert often > (cells["early"].mean() == 1).sum()  # some are mixed
    assert len(drawings["Mean successes in the whole run"].collections) - 1 == often  # hatched
    counts = sorted(
        int(text.get_text().split("(")[1].rstrip(")"))
        for text in drawings["Mean successes in the whole run"].texts
    )
    assert counts == sorted(cells.size())


def test_cells_without_a_point_are_masked_and_counted(sampled):
    figure = heat_map(sampled, "adjustment_rate", "famine_effect", bins=30)
    drawn = _drawn(figure.axes[0])
    filled = int(np.isfinite(drawn).sum())
    assert 0 < filled < 60 < drawn.size == 900
    assert f"{900 - filled} grey cells without a run" in figure.get_supxlabel()


def test_words_have_a_row_each(sampled):
    axis = heat_map(sampled, "adjustment_rate", "hearing", "weeks_run").axes[0]
    choices = PARAMETERS["hearing"].choices
    assert {label.get_text() for label in axis.get_yticklabels()} == set(choices)
    assert _drawn(axis).shape[0] == len(choices)


def test_one_replicate_gives_no_sd_and_the_figure_notes_it(single):
    sd = _drawings(heat_map(single, "memory_weeks", "famine_effect"))[
        "Standard deviation over the replicates of a point"
    ]
    assert np.isnan(_drawn(sd)).all()
    assert "not known" in sd.texts[0].get_text()


def test_an_outcome_of_one_number_is_drawn(tmp_path):
    specification = {
        "seed": 1,
        "weeks": 1,
        "design": {"kind": "grid", "replicates": 2},
        "parameters": {"famine_effect": [0, 1], "memory_weeks": [1, 2]},
    }
    figure = heat_map(
        run_sweep(specification, tmp_path / "out", engine="serial"),
        "memory_weeks",
        "famine_effect",
        "weeks_run",
    )
    assert (_drawn(figure.axes[0]) == 1).all()


@pytest.mark.parametrize(
    ("x", "y", "outcome", "says"),
    [
        (
            "adjustment_rat",
            "famine_effect",
            "weeks_run",
            "adjustment_rat is not a parameter; did you mean adjustment_rate",
        ),
        ("memory_weeks", "famine_effect", "weeks_run", "memory_weeks does not vary in this sweep"),
        ("famine_effect", "famine_effect", "weeks_run", "needs two parameters"),
        (
            "famine_effect",
            "adjustment_rate",
            "total_succeses",
            "no outcome 'total_succeses'; did you mean total_successes",
        ),
        ("famine_effect", "adjustment_rate", "famine_effect", "is a parameter, not an outcome"),
        ("famine_effect", "adjustment_rate", "seed", "not an outcome"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_the_nearest_named(grid, x, y, outcome, says):
    with pytest.raises(ResultsError, match=says):
        heat_map(grid, x, y, outcome)


@pytest.mark.parametrize("bins", [0, 1.5, True, 201])
def test_a_number_of_bins_that_cannot_be_is_refused(sampled, bins):
    with pytest.raises(ResultsError, match="bins"):
        heat_map(sampled, "adjustment_rate", "famine_effect", bins=bins)


def test_a_sweep_of_which_nothing_is_done_is_refused(empty):
    with pytest.raises(ResultsError, match="no run of this sweep is done"):
        heat_map(empty, "memory_weeks", "famine_effect")
