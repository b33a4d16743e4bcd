"""What is kept of the baseline is what it does."""

from __future__ import annotations

import numpy as np
import pytest

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.country import load
from defection.replication import baseline_runs
from defection.replication.kept import Kept


@pytest.fixture(scope="module")
def tables():
    return Kept().tables("baseline_runs")


def test_observed_totals_are_those_of_table_1():
    observed = {year: count for year, count, _ in load("north_korea").observed}
    assert baseline_runs.observed_total(1992, 2014) == sum(observed.values())
    assert baseline_runs.observed_total(2002, 2002) == observed[2002]


def test_the_kept_medians_of_a_change_are_those_of_its_runs(tables):
    kept = tables["changes"].set_index("change")
    for name in ("repression stays", "tolerance 3 a week"):
        point = Parameters(**baseline_runs.CHANGES[name])
        data = run_ensemble(point, range(1, baseline_runs.FEWER + 1))
        flow = data["yearly_successes"].median("run")
        for first, last in baseline_runs.PERIODS:
            mean = float(flow.sel(year=slice(first, last)).mean())
            assert kept.loc[name, f"{first}-{last}"] == pytest.approx(mean)


def test_shares_of_groups_add_up_to_all(tables):
    groups = tables["groups"].assign(dimension=lambda t: t["group"].str.split(":").str[0])
    sums = groups.groupby("dimension")[["median", "population"]].sum()
    np.testing.assert_allclose(sums["population"], 100)
    np.testing.assert_allclose(sums["median"], 100, atol=3)


def test_the_texts_quote_the_tables(tables):
    said = baseline_runs.description(tables)
    median = tables["quantities"].set_index("quantity").loc["1992-1998", "median"]
    assert f"{median:,.0f} (" in said
    assert str(Parameters().memory_weeks) in said
