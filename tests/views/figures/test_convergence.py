"""How the mean converges, and how many replicates are enough, judged by SciPy and by counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from defection.batch_runs.store.results import ResultsError
from defection.views.figures.convergence import convergence, enough, running
from tests.views.conftest import kept


def test_the_running_interval_is_scipy_s_interval_of_the_first_n(seed):
    values = np.random.default_rng(seed).lognormal(10, 1, (3, 9))
    mean, half = running(values)
    for row, n in [(row, n) for row in range(3) for n in range(2, 10)]:
        first = values[row, :n]
        low, high = stats.t.interval(0.9, n - 1, loc=first.mean(), scale=stats.sem(first))
        assert (
            mean[row, n - 1] - half[row, n - 1],
            mean[row, n - 1] + half[row, n - 1],
        ) == pytest.approx((low, high))
    assert np.isnan(half[:, 0]).all()


def test_a_large_mean_with_a_small_sd_loses_no_digit():
    assert running(np.array([1e12, 1e12 + 1, 1e12 + 2]))[1][-1] == pytest.approx(
        stats.t.ppf(0.95, 2) / math.sqrt(3)
    )


@given(sd=st.floats(0.01, 5), width=st.floats(0.05, 1))
def test_enough_is_the_first_number_for_which_the_interval_is_narrow_enough(sd, width):
    n = enough(1.0, sd, width)

    def half(n):
        return stats.t.ppf(0.95, n - 1) * sd / math.sqrt(n)

    assert half(n) <= width
    assert n == 2 or half(n - 1) > width


def test_enough_is_two_without_variation_and_none_where_nothing_would_do():
    assert enough(5.0, 0.0, 0.1) == 2
    assert enough(0.0, 1.0, 0.1) is None


def test_a_point_s_figure_draws_its_mean_and_interval_and_says_what_is_enough(grid):
    figure = convergence(grid, "total_successes", 4, half_width=0.2)
    values = kept(grid).query("point == 4")["total_successes"].to_numpy(float)
    axis = figure.axes[0]
    mean = next(line for line in axis.lines if line.get_label() == "mean of the first n")
    assert np.allclose(mean.get_ydata(), [values[:n].mean() for n in range(1, 7)])
    vertices = axis.collections[0].get_paths()[0].vertices
    for n in range(2, 7):
        interval = stats.t.interval(0.9, n - 1, loc=values[:n].mean(), scale=stats.sem(values[:n]))
        assert vertices[vertices[:, 0] == n, 1].min() == pytest.approx(interval[0])
        assert vertices[vertices[:, 0] == n, 1].max() == pytest.approx(interval[1])
    need = next(
        n
        for n in range(2, 10**6)
        if stats.t.ppf(0.95, n - 1) * values.std(ddof=1) / math.sqrt(n) <= 0.2 * values.mean()
    )
    assert f"for ± 20 %, {need:,} are enough" in figure.get_suptitle().replace("\n", " ")
    assert f"6 replicates give a mean of {values.mean():,.0f}" in figure.get_suptitle().replace(
        "\n", " "
    )


def test_the_figure_of_all_points_shows_quantiles_of_the_relative_half_width(grid):
    figure = convergence(grid)
    groups = [group["total_successes"].to_numpy(float) for _, group in kept(grid).groupby("point")]
    relative = [stats.t.ppf(0.95, 5) * stats.sem(values) / values.mean() for values in groups]
    median = figure.axes[0].lines[0]
    assert median.get_xdata().tolist() == [2, 3, 4, 5, 6]
    assert median.get_ydata()[-1] == pytest.approx(np.median(relative))
    needed = sorted(enough(values.mean(), values.std(ddof=1), 0.1) for values in groups)
    title = figure.get_suptitle().replace("\n", " ")
    assert (
        f"{needed[4]:,} replicates are enough at half of the points, {needed[8]:,} at nine of ten; 6 are there"
        in title
    )  # of nine points


def test_runs_that_failed_or_are_missing_are_left_out(broken):
    figure = convergence(broken)
    assert "10 of 16 runs done, 2 failed, 4 missing; damaged files: 1" in figure.get_supxlabel()
    assert len(convergence(broken, point=0).axes[0].lines[0].get_xdata()) == 2
    done = broken.runs(["point", "status"]).query("status == 'done'").groupby("point").size()
    assert f"median of {(done >= 2).sum()} points" in [
        line.get_label() for line in figure.axes[0].lines
    ]


def test_two_replicates_are_drawn_and_called_a_guess(sampled, grid):
    figure = convergence(sampled)
    assert figure.axes[0].lines[0].get_xdata().tolist() == [2]
    assert "a rough guess" in figure.get_supxlabel()
    assert "a rough guess" not in convergence(grid).get_supxlabel()


def test_one_replicate_is_refused(single):
    with pytest.raises(ResultsError, match="at least two replicates"):
        convergence(single)
    with pytest.raises(ResultsError, match=r"point 2 has 1 run\(s\) done"):
        convergence(single, "weeks_run", 2)


@pytest.mark.parametrize("half_width", [0, -0.1, float("nan"), float("inf"), "0.1", True])
def test_a_half_width_that_cannot_be_is_refused(grid, half_width):
    with pytest.raises(ResultsError, match="half_width"):
        convergence(grid, half_width=half_width)


def test_an_outcome_that_is_always_zero_has_no_relative_half_width(tmp_path):
    from defection.batch_runs import run_sweep

    parameters = {"initial_repression": 1.0, "adjustment_rate": 0.0, "famine_effect": [0.1, 0.2]}
    specification = {
        "seed": 1,
        "weeks": 20,
        "design": {"kind": "grid", "replicates": 3},
        "parameters": parameters,
    }
    with pytest.raises(ResultsError, match="is 0 in every run"):
        convergence(run_sweep(specification, tmp_path / "out", engine="serial"))
