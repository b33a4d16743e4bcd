"""The default is a point of the fit: its numbers are written by it, and the pages say what it does."""

from __future__ import annotations

import pathlib
import re

import pytest

from defection.batch_runs import run_ensemble
from defection.replication import default_page, fitted_presets, journey_fit
from defection.replication.fitted_presets import DEFAULT_REGION, PRESETS
from defection.replication.kept import Kept, ReplicationError

ROOT = pathlib.Path(__file__).parents[2]
FILE = (ROOT / fitted_presets.FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tables():
    return Kept().tables("journey_fit")


@pytest.mark.parametrize("region", PRESETS)
def test_the_presets_have_the_numbers_that_were_found(north_korea, region):
    preset = next(one for one in north_korea.presets if one.name == PRESETS[region])
    assert preset.parameters() == journey_fit.fitted(region)
    assert preset.default == (region == DEFAULT_REGION)


def test_the_fit_writes_the_presets_and_nothing_else(tables):
    assert fitted_presets.renewed(FILE, tables) == FILE
    one = next(one for one in tables["journey.json"]["fitted"] if one["region"] == DEFAULT_REGION)
    point = one["parameters"]
    moved = {**tables["journey.json"], "fitted": [
        {**one, "parameters": {**point, "memory_weeks": 77}} if one["region"] == DEFAULT_REGION
        else one for one in tables["journey.json"]["fitted"]
    ]}  # fmt: skip
    new = fitted_presets.renewed(FILE, {**tables, "journey.json": moved})
    old = f"memory_weeks = {point['memory_weeks']}"
    differing = [pair for pair in zip(FILE.splitlines(), new.splitlines(), strict=True)
                 if len(set(pair)) > 1]  # fmt: skip
    assert differing == [(old, "memory_weeks = 77")]
    with pytest.raises(ReplicationError, match="has no preset 'After the border"):
        fitted_presets.renewed(FILE.replace("After the border: law", "Beyond: law"), tables)


def test_the_readme_says_what_the_tables_say_of_the_default(tables):
    said = " ".join(default_page.readme(tables).split())
    scores = tables["journey_scores"]
    own = scores[(scores["region"] == DEFAULT_REGION) & (scores["split"] == "rule")].iloc[0]
    found = re.search(r"fresh seeds lie ([\d.]+) ± ", said)
    assert float(found[1]) == pytest.approx(own["rms"], rel=5e-3)
    left = re.search(r"without the famine (\d+) % of these crossings are left", said)
    assert float(left[1]) == pytest.approx(100 * own["left_without_famine"], abs=0.5)
    years = tables["journey_years"]
    mine = years[(years["region"] == DEFAULT_REGION) & (years["split"] == "rule")]
    early = mine[mine["year"] <= 1998]
    assert f"{early['arrivals_median'].sum():,.0f} before 1999" in said
    assert f"(observed: {early['observed'].sum():,.0f})" in said
    inside = own["decline_low"] <= 0.55 <= own["decline_high"]
    assert ("is not reproduced" in said) != bool(inside)


def test_repression_falls_in_every_week_and_province_as_the_readme_says(tables, north_korea):
    data = run_ensemble({}, range(1, 6), record=["weekly_by_province", "states_by_province"])
    assert data["weekly_attempts_by_province"].max() < north_korea.defaults.tolerated_attempts
    _, last = default_page.repression(tables)
    ends = data["weekly_repression_by_province"].isel(week=-1).to_numpy()
    assert ends == pytest.approx(last, rel=0.01)


def test_the_description_has_every_year_and_known_facts(tables):
    said = default_page.description(tables)
    for year in range(1992, 2015):
        assert f"| {year} |" in said
    for name in default_page.KNOWN:
        assert f"| {name} |" in said
