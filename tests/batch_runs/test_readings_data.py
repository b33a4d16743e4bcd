"""Weights by province and dated shares are data of a plan where its runs read them, only there."""

from __future__ import annotations

import pytest

from defection import DefectionModel
from defection.batch_runs import open_results
from defection.batch_runs.designs.space import Space
from defection.batch_runs.errors import DesignError
from defection.country import load
from defection.provenance import manifest
from tests.batch_runs.test_news_data import is_not_extended, swept


@pytest.mark.parametrize(
    ("more", "file", "before", "after"),
    [
        ('border_measure = "by_province"', "border.csv", "0.75", "0.7"),
        ('interventions = "2000-02 border_measure=by_province"', "border.csv", "0.75", "0.7"),
        ("dated_shares = [0.0, 1.0]", "dated_shares.csv", "0.35", "0.3"),
    ],
)
def test_a_sweep_is_not_extended_with_other_weights_or_shares(
    tiny_folder, more, file, before, after
):
    is_not_extended(tiny_folder, more, file, before, after)


def test_a_sweep_that_reads_neither_goes_on(tiny_folder):
    results = swept(tiny_folder, "border_scale = 0.5")
    assert "readings_data" not in results.plan.about
    for name in ("border.csv", "dated_shares.csv"):
        (tiny_folder / name).unlink()
    assert open_results(results.path).is_current


def test_a_sweep_of_what_a_country_has_not_is_refused(tiny_folder):
    for name in ("border.csv", "dated_shares.csv"):
        (tiny_folder / name).unlink()
    for said in ('border_measure = ["dummy", "by_province"]', "dated_shares = 0.5"):
        with pytest.raises(DesignError, match=r"has (no weights by province|none): put a"):
            swept(tiny_folder, said)


def test_a_space_says_whether_it_depends_on_them():
    for said, holds in (
        ({}, False), ({"border_scale": 2.0}, False), ({"border_measure": "by_province"}, True),
        ({"dated_shares": {"low": 0.0, "high": 1.0}}, True), ({"dated_shares": 0.0}, False),
        ({"border_measure": ["dummy", "by_province"]}, True),
    ):  # fmt: skip
        assert Space.from_parameters(said).has_readings is holds


def test_a_manifest_has_them_where_they_were_read(tiny):
    for changes, holds in (({}, False), ({"border_measure": "by_province"}, True),
                           ({"dated_shares": 0.2}, True)):  # fmt: skip
        one = DefectionModel(country=tiny, weeks=1, seed=1, **changes)
        assert ("readings_data" in manifest(one)) is holds
    assert load("north_korea").border_weights
