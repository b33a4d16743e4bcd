"""One at a time: every drawing holds the points at which the other parameters have their base values."""

from __future__ import annotations

import numpy as np
import pytest

from defection import Parameters
from defection.batch_runs.store.results import ResultsError
from defection.views.figures.one_at_a_time import one_at_a_time
from tests.views.conftest import kept


def test_every_drawing_shows_medians_and_bands_of_its_parameter_alone(alone):
    figure = one_at_a_time(alone)
    base = Parameters()
    for axis, name, other in zip(
        figure.axes,
        ["famine_effect", "adjustment_rate"],
        ["adjustment_rate", "famine_effect"],
        strict=False,
    ):
        runs = kept(alone)
        runs = runs[(runs[other] == getattr(base, other)) & (runs["hearing"] == base.hearing)]
        groups = runs.groupby(name)["total_successes"]
        line = next(line for line in axis.lines if line.get_linestyle() == "-")
        assert line.get_xdata().tolist() == pytest.approx(sorted(groups.groups))
        assert line.get_ydata().tolist() == groups.median().tolist()
        drawn = {(round(x, 9), round(y, 4)) for x, y in axis.collections[0].get_paths()[0].vertices}
        for level in (0.05, 0.95):
            assert {(round(x, 9), round(y, 4)) for x, y in groups.quantile(level).items()} <= drawn
    assert figure.axes[1].get_xscale() == "log"
    assert [label.get_text() for label in figure.axes[2].get_xticklabels()] == [
        "province",
        "nationwide",
    ]


def test_points_at_which_half_of_the_runs_stopped_early_are_hollow(alone):
    axis = one_at_a_time(alone).axes[1]
    hollow = next(line for line in axis.lines if line.get_label() == "median, half stopped early")
    runs = kept(alone)
    runs = runs[
        (runs["famine_effect"] == Parameters().famine_effect) & (runs["hearing"] == "province")
    ]
    shares = runs.groupby("adjustment_rate")["stopped_early"].mean()
    assert 0 < len(hollow.get_xdata()) < len(shares)
    assert np.allclose(sorted(hollow.get_xdata()), shares[shares >= 0.5].index)


def test_the_base_point_is_marked_and_the_strongest_parameter_named(alone):
    figure = one_at_a_time(alone)
    dotted = [
        line.get_xdata()[0]
        for axis in figure.axes[:2]
        for line in axis.lines
        if line.get_linestyle() == ":"
    ]
    assert dotted == [Parameters().famine_effect, Parameters().adjustment_rate]
    assert "adjustment_rate moves the median most" in figure.get_suptitle()


def test_other_designs_and_unfinished_sweeps_are_refused(grid, empty):
    for results in (grid, empty):
        with pytest.raises(ResultsError, match="grid design, without a base point"):
            one_at_a_time(results)
    with pytest.raises(ResultsError, match="did you mean weeks_run"):
        one_at_a_time(grid, "week_run")
