"""Seeds that the program draws survive every tool; those that a float has changed are refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from defection.batch_runs import replay, run_ensemble, run_sweep
from defection.streams import SeedError, checked_seed
from tests.conftest import TINY


@pytest.mark.parametrize(
    "changed", [2.0**53, 6716045083268726496.0, np.float64(2**60), float("inf")]
)
def test_a_seed_that_may_have_been_changed_by_a_float_is_refused(changed):
    with pytest.raises(SeedError, match="went through a float"):
        checked_seed(changed)


def test_seeds_that_a_float_holds_are_taken_from_one():
    assert checked_seed(float(2**53 - 1)) == 2**53 - 1
    drawn = [checked_seed(rng=np.random.default_rng(n)) for n in range(50)]
    assert max(drawn) < 2**53


def test_runs_of_a_sweep_survive_the_way_through_rows_of_pandas(tmp_path):
    """``iterrows`` makes floats of all numbers of a row."""
    design = {"seed": 7, "country": str(TINY), "weeks": 52, "design": {"kind": "grid"}}
    results = run_sweep(design, tmp_path, engine="serial")
    numbers = results.runs(["seed", "weeks_run"]).astype({"weeks_run": float})
    (seed,) = [row["seed"] for _, row in numbers.iterrows()]
    assert isinstance(seed, float)
    assert checked_seed(seed) == replay(results, "0-0").seed


@pytest.mark.parametrize(
    "seeds", [[1, 2], [2**31, 5], [2**53 - 1, 7], [2**53 + 1, 3], [2**63 + 5, 1]]
)
def test_an_ensemble_s_seeds_are_written_as_netcdf_and_read_back(tmp_path, seeds):
    data = run_ensemble({}, seeds, country=TINY, weeks=2)
    data.to_netcdf(tmp_path / "data.nc")
    with xr.open_dataset(tmp_path / "data.nc") as read:
        kept = [one if isinstance(one, str) else one.item() for one in read["seed"].to_numpy()]
    assert [checked_seed(one) for one in kept] == seeds
