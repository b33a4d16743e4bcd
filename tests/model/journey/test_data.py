"""The files of a journey: read in full, and refused with file, line and column."""

from __future__ import annotations

import numpy as np
import pytest

from defection.country import CountryError, load
from defection.country_folders import DATA
from defection.journey.data import journey_arrays
from defection.journey.rates import HAZARDS
from tests.conftest import TINY

KOREA = DATA / "north_korea" / "journey"


@pytest.fixture
def country(land_of_journeys):
    return land_of_journeys


def test_the_shipped_journey_covers_every_year():
    korea = load("north_korea")
    data = korea.journey
    assert data.years.tolist() == list(korea.years)
    assert data.destinations.sum(axis=0) == pytest.approx(np.ones(len(korea.years)))
    assert (data.months_held > 0).all()
    year = korea.years.index(2008)
    assert data.by_year[HAZARDS.index("return"), year] == 1.5
    assert data.by_year[HAZARDS.index("return"), year + 1] == 1.0


def test_every_assumption_and_figure_of_the_shipped_journey_has_a_source():
    for file in KOREA.glob("*.csv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].endswith("mark,source"), file
        assert all(len(line.split(",", lines[0].count(","))[-1]) > 3 for line in lines[1:]), file


def test_a_country_without_the_folder_has_no_journey():
    land = load(TINY)
    assert land.journey is None
    with pytest.raises(CountryError, match="has no journey"):
        journey_arrays(land)


def test_the_groups_are_those_of_each_province(country):
    land = load(country)
    journey = journey_arrays(land, ("gender", "age"))
    assert journey.size == 4
    assert journey.other_share.sum() == pytest.approx(2)
    assert np.bincount(journey.group, minlength=8).min() >= 1


def test_a_changed_file_is_read_again(country):
    before = load(country).journey
    file = country / "journey" / "events.csv"
    file.write_text("hazard,first_year,last_year,factor\nreturn,0,,2\n", encoding="utf-8")
    after = load(country).journey
    assert (after.by_year[HAZARDS.index("return")] == 2).all()
    assert before.fingerprint != after.fingerprint


def test_a_journey_does_not_change_what_the_law_reads(country):
    land = load(country)
    assert land.fingerprint == land.replace(journey=None).fingerprint


FAULTS = {
    "negative": ("events.csv", "hazard,first_year,last_year,factor\nreturn,0,,-1\n", "line 2, column factor"),
    "not finite": ("events.csv", "hazard,first_year,last_year,factor\nreturn,0,,inf\n", "line 2, column factor"),
    "no such hazard": ("events.csv", "hazard,first_year,last_year,factor\nretrun,0,,1\n", "did you mean return"),
    "no such gender": ("genders.csv", "hazard,gender,factor\nsettle,mail,1\n", "did you mean male"),
    "gender twice": ("genders.csv", "hazard,gender,factor\nsettle,male,1\nsettle,male,2\n", "line 3"),
    "ends before it begins": ("events.csv", "hazard,first_year,last_year,factor\nreturn,2001,2000,1\n", "line 2, column last_year"),
    "years missing": ("penalties.csv", "first_year,months\n9000,6\n", "line 2, column first_year"),
    "years out of order": ("penalties.csv", "first_year,months\n0,6\n0,7\n", "line 3, column first_year"),
    "shares": ("destinations.csv", "first_year,south,united_states,elsewhere\n0,0.9,0,0\n", "sum to 0.9"),
    "column missing": ("destinations.csv", "first_year,south,elsewhere\n0,0.9,0.1\n", "column united_states"),
    "file missing": ("penalties.csv", None, "this file is missing"),
    "people": ("other_ways.csv", "first_year,last_year,gender,people_per_year\n0,,male,-4\n", "line 2, column people_per_year"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_file_line_and_column(country, fault):
    name, text, said = FAULTS[fault]
    file = country / "journey" / name
    file.unlink(missing_ok=True)
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(CountryError, match=said) as error:
        load(country)
    assert name in str(error.value)


def test_a_country_without_genders_can_have_no_journey(country):
    file = country / "composition.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("gender", "sex"), encoding="utf-8")
    impacts = country / "impacts.csv"
    impacts.write_text(
        impacts.read_text(encoding="utf-8").replace("gender", "sex"), encoding="utf-8"
    )
    (country / "dated_shares.csv").unlink()  # which are of genders too
    with pytest.raises(CountryError, match="needs the dimension 'gender'"):
        load(country)
