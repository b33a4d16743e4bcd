"""The rivals of the timings tell the same law: the same distribution as the package."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from benchmarks.reference_loops import numpy_loop, plain_mesa
from defection import Parameters
from defection.batch_runs import run_ensemble
from tests.conftest import LIVELY

RUNS = 150


def same(ours, theirs):
    """Whether two samples could be of one distribution (Kolmogorov-Smirnov, one in 10,000 by chance)."""
    return scipy.stats.ks_2samp(ours, theirs).pvalue > 1e-4


@pytest.mark.parametrize(
    "changes",
    [{}, {"hearing": "nationwide"}, {"tolerated_measure": "stopped"}, {"initial_repression": 0.3}],
)
def test_the_numpy_loop_has_the_distribution_of_the_ensemble(tiny, changes):
    point = Parameters(**{**LIVELY, **changes})
    data = run_ensemble(point, range(RUNS), country=tiny, record=["yearly", "states_by_province"])
    loops = [numpy_loop(tiny, point, 10_000 + k) for k in range(RUNS)]
    for year in range(2):
        for flow in ("attempts", "stopped", "known_attempts"):
            theirs = [loop[flow][52 * year : 52 * (year + 1)].sum() for loop in loops]
            assert same(data[f"yearly_{flow}"].isel(year=year), theirs), (year, flow)
    theirs = np.array([loop["repression"][103] for loop in loops])
    ours = data["weekly_repression_by_province"].isel(week=103).to_numpy()
    for province in range(2):
        assert same(ours[:, province], theirs[:, province])


def test_plain_mesa_has_the_distribution_of_the_ensemble(tiny):
    point = Parameters(**LIVELY)
    data = run_ensemble(point, range(RUNS), country=tiny)
    frames = [
        plain_mesa(tiny, point, 10_000 + k).datacollector.get_model_vars_dataframe()
        for k in range(RUNS)
    ]
    for year in range(2):
        for flow in ("attempts", "stopped"):
            theirs = [frame[flow].iloc[52 * year : 52 * (year + 1)].sum() for frame in frames]
            assert same(data[f"yearly_{flow}"].isel(year=year), theirs), (year, flow)


def test_the_comparison_would_notice_another_law(tiny):
    point = Parameters(**LIVELY)
    data = run_ensemble(point.replace(observation_probability=0.1), range(RUNS), country=tiny)
    theirs = [numpy_loop(tiny, point, 10_000 + k)["attempts"][52:].sum() for k in range(RUNS)]
    assert not same(data["yearly_attempts"].isel(year=1), theirs)
