"""The timings measure what they say."""

from __future__ import annotations

from benchmarks.profile import counts
from benchmarks.regimes import REGIMES, TITLES
from defection.arrays import COUNTED
from defection.batch_runs import run_ensemble
from defection.parameters import Parameters


def test_what_happens_under_each_regime_is_what_its_title_says():
    assert set(TITLES) == set(REGIMES)
    a_year = {
        name: float(run_ensemble(Parameters(**changes), range(2))["yearly_attempts"].mean())
        for name, changes in REGIMES.items()
    }
    assert a_year["nobody"] == 0
    assert 0 < a_year["quiet"] < 1_000 < a_year["baseline"] < 100_000 < a_year["bursting"]


def test_with_the_baseline_nearly_every_decision_is_read_off_steps():
    """Of 861,120 category-weeks few need the exact probability, and still fewer an inversion."""
    _, probabilities, looks, inversions = counts(REGIMES["baseline"])
    assert len(COUNTED) == 4
    assert 50_000 < looks < 150_000
    assert probabilities < looks / 10
    assert inversions < looks / 30
