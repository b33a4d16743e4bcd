"""The scatter shows every point's mean, marked where half of its runs stopped early."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import stats

from defection.batch_runs.store.results import ResultsError
from defection.views.figures.scatter import scatter
from tests.views.conftest import kept


def _points(results):
    return kept(results).groupby("point").agg(
        x=("adjustment_rate", "first"), famine=("famine_effect", "first"), mean=("total_successes", "mean"), early=("stopped_early", "mean")
    )  # fmt: skip


def test_every_point_is_a_dot_at_its_mean(sampled):
    figure = scatter(sampled)
    axis = next(axis for axis in figure.axes if axis.get_xlabel().startswith("adjustment_rate"))
    points = _points(sampled)
    kinds = {collection.get_label(): collection.get_offsets() for collection in axis.collections}
    for label, which in (
        ("point (mean)", points["early"] < 0.5),
        ("half stopped early", points["early"] >= 0.5),
    ):
        assert which.any()
        assert np.allclose(kinds[label], points.loc[which, ["x", "mean"]])
    assert axis.get_xscale() == "log"
    assert len({round(axis.get_ylim()[1]) for axis in figure.axes}) == 1


def test_the_title_names_the_parameter_with_the_strongest_rank_correlation(sampled):
    points = _points(sampled)
    found = {
        name: stats.spearmanr(points[column], points["mean"]).statistic
        for name, column in (("adjustment_rate", "x"), ("famine_effect", "famine"))
    }
    first = max(found, key=lambda name: abs(found[name]))
    title = scatter(sampled).get_suptitle().replace("\n", " ")
    assert f"{first} orders it most (rank correlation {found[first]:+.2f})" in title
    assert f"at {(points['early'] >= 0.5).sum()} of them at least half" in title


def test_of_very_many_points_some_are_drawn_as_the_source_says(sampled, monkeypatch):
    monkeypatch.setattr(sys.modules[scatter.__module__], "MOST_DOTS", 25)
    figure = scatter(sampled)
    assert sum(len(collection.get_offsets()) for collection in figure.axes[0].collections) == 20
    assert "One point in 3 is drawn" in figure.get_supxlabel()


def test_the_line_holds_the_medians_of_slices(sampled):
    axis = next(axis for axis in scatter(sampled).axes if axis.get_xlabel().startswith("hearing"))
    points = (
        kept(sampled)
        .groupby("point")
        .agg(hearing=("hearing", "first"), mean=("total_successes", "mean"))
    )
    labels = [label.get_text() for label in axis.get_xticklabels()]
    medians = points.groupby("hearing")["mean"].median()
    line = axis.lines[0]
    assert [medians[labels[int(x)]] for x in line.get_xdata()] == line.get_ydata().tolist()


def test_what_cannot_be_drawn_is_refused(empty, sampled):
    with pytest.raises(ResultsError, match="no run of this sweep is done"):
        scatter(empty)
    with pytest.raises(ResultsError, match="did you mean successes_1999"):
        scatter(sampled, "sucesses_1999")
