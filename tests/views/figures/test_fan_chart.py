"""The fan chart shows the quantiles of the runs that are still going, and what was observed."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from defection.batch_runs import run_sweep
from defection.batch_runs.store.results import ResultsError
from defection.views.figures.fan_chart import fan_chart, yearly
from tests.conftest import TINY
from tests.views.conftest import kept


def _line(axis, label):
    return next(line for line in axis.lines if line.get_label().startswith(label))


def _yearly(results, point):
    table = kept(results)
    table = table[table["point"] == point]
    columns = [f"successes_{year}" for year in range(1992, 2015)]
    flows = table[columns].astype(float).to_numpy(copy=True)
    for row, weeks in enumerate(table["weeks_run"]):
        flows[row, -(-weeks // 52) :] = np.nan  # the year in which it stops is its last
    return flows


def test_median_and_bands_are_the_quantiles_of_the_runs_in_every_year(grid):
    axis = fan_chart(grid, 1).axes[0]
    flows = _yearly(grid, 1)
    assert np.isfinite(flows[:, :20]).all()
    assert (
        _line(axis, "median of 6 runs").get_ydata().tolist() == np.nanmedian(flows, axis=0).tolist()
    )
    for band, (low, high) in zip(axis.collections, [(0.05, 0.95), (0.25, 0.75)], strict=True):
        drawn = {(round(x), round(y, 6)) for x, y in band.get_paths()[0].vertices}
        for y, year in enumerate(range(1992, 2015)):
            assert {(year, round(np.nanquantile(flows[:, y], q), 6)) for q in (low, high)} <= drawn


def test_what_was_observed_is_drawn_beside_the_runs(grid):
    observed = _line(fan_chart(grid, 0).axes[0], "observed (Table 1)")
    assert list(zip(observed.get_xdata(), observed.get_ydata(), strict=True)) == [
        (year, n) for year, n, _ in grid.country.observed
    ]


def test_runs_that_stopped_early_have_no_later_years_and_are_counted(grid):
    figure = fan_chart(grid, 8)
    flows = _yearly(grid, 8)
    assert np.isnan(flows[:, -1]).all()  # all have stopped by then
    drawn = np.asarray(_line(figure.axes[0], "median").get_ydata(), float)
    assert np.isnan(drawn).tolist() == np.isnan(flows).all(axis=0).tolist()
    assert [bar.get_height() for bar in figure.axes[1].patches] == np.isfinite(flows).sum(
        axis=0
    ).tolist()
    assert "6 of 6 runs of this point stopped early" in figure.get_supxlabel()


def test_a_run_counts_in_every_year_that_it_has_begun():
    flows = yearly(np.array([[1.0, 2.0, 0.0]] * 4), np.array([1, 52, 53, 156]))
    assert np.isfinite(flows).sum(axis=1).tolist() == [1, 1, 2, 3]


def test_the_title_says_how_many_observed_years_the_band_holds(grid):
    flows = _yearly(grid, 4)
    low, high = np.nanquantile(flows, [0.05, 0.95], axis=0)
    inside = sum(
        a <= n <= b for a, b, (_, n, _) in zip(low, high, grid.country.observed, strict=True)
    )
    title = fan_chart(grid, 4).get_suptitle().replace("\n", " ")
    assert (
        title
        == f"Point 4 (famine_effect = 0.8, adjustment_rate = 0.000447): what was observed lies within the 90 % band of its 6 runs in {inside} of 23 years"
    )


def test_few_runs_are_drawn_one_by_one_without_bands(sampled):
    figure = fan_chart(sampled, 3)
    assert not figure.axes[0].collections
    assert "fewer than 5: no bands" in figure.get_suptitle().replace("\n", " ")
    singles = [line for line in figure.axes[0].lines if line.get_label() in ("single runs", "_run")]
    assert np.allclose([line.get_ydata() for line in singles], _yearly(sampled, 3), equal_nan=True)


def test_a_country_without_observations_and_a_year_cut_short_are_named(tmp_path):
    country = shutil.copytree(TINY, tmp_path / "without")
    (country / "record.csv").unlink()
    specification = {
        "seed": 1,
        "country": str(country),
        "weeks": 60,
        "design": {"kind": "grid", "replicates": 2},
        "parameters": {"famine_effect": [0.1]},
    }
    figure = fan_chart(run_sweep(specification, tmp_path / "out", engine="serial"), 0)
    assert "has no observed numbers" in figure.get_suptitle()
    assert "The last year has 8 weeks" in figure.get_supxlabel()


@pytest.mark.parametrize(
    ("point", "says"),
    [
        (9, "0 to 8"),
        (-1, "point = -1 must be a whole number from 0 to 8"),
        ("3", "point = '3' must be a whole number"),
        (True, "must be a whole"),
    ],
)
def test_a_point_that_is_not_there_is_refused(grid, point, says):
    with pytest.raises(ResultsError, match=says):
        fan_chart(grid, point)


def test_a_point_without_a_run_is_refused(empty):
    with pytest.raises(ResultsError, match="point 1 has no run that is done"):
        fan_chart(empty, 1)
