"""The second shipped country: sourced row by row, closed by arithmetic, and nothing of another."""

from __future__ import annotations

import csv
import re

import pytest

from defection.country import load
from defection.country_folders import DATA
from tests.conftest import ROOT

FOLDER = DATA / "east_germany"
SOURCES = ROOT / "scripts" / "sources"
MARKS = {"F", "F+C", "D", "M", "invented"}
OTHER = re.compile(
    r"korea|hamgy|ryanggang|pyong|phyong|chagang|jagang|kangwon|hwanghae|seoul|"
    r"famine|hunger|starv|china|chinese|\btable 1\b|the south\b|songbun",
    re.IGNORECASE,
)
"""Words that belong to the other country."""


def rows(file):
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def land():
    return load("east_germany")


def test_it_has_fifteen_districts_and_the_years_1961_to_1989(land):
    assert len(land.provinces) == 15
    assert (land.years[0], land.years[-1]) == (1961, 1989)
    assert [year for year, _, _ in land.observed] == list(range(1962, 1989))


def test_every_row_has_a_mark_and_a_source():
    for name in ("provinces", "composition", "impacts", "years", "record"):
        for row in rows(FOLDER / f"{name}.csv"):
            assert row["mark"] in MARKS, (name, row)
            assert name == "record" or row["source"], (name, row)
    assert {row["mark"] for row in rows(FOLDER / "thwarted.csv")} == {"F"}
    for name in ("leavers", "population", "output"):
        assert {row["mark"] for row in rows(SOURCES / f"gdr_{name}.csv")} <= MARKS


def test_what_is_invented_is_marked_in_the_file_and_said_by_the_country(land):
    assert {row["mark"] for row in rows(FOLDER / "impacts.csv")} == {"invented"}
    assert {row["border_mark"] for row in rows(FOLDER / "provinces.csv")} == {"invented"}
    assert "impacts on ability and motivation" in land.about.invented
    assert "district at the Western border" in land.about.invented


def test_the_leavers_close_on_published_sums():
    table = {int(row["year"]): row for row in rows(SOURCES / "gdr_leavers.csv")}

    def total(first, last):
        return sum(int(table[year]["total"]) for year in range(first, last + 1))

    assert (total(1970, 1979), total(1980, 1988)) == (148_695, 203_601)  # Wendt (1991)
    assert sum(int(row["through_the_border"]) for row in table.values()) == 40_101


def test_the_leavers_have_the_extremes_that_the_paper_quotes(land):
    assert min(refugees for _, refugees, _ in land.observed) == 3_512
    totals = [int(row["total"]) for row in rows(FOLDER / "record.csv")]
    assert (min(totals), max(totals)) == (11_343, 42_632)


def test_the_districts_close_on_the_published_population():
    people = sum(int(row["population"]) for row in rows(FOLDER / "provinces.csv"))
    at_end = {
        row["year"]: int(row["people_at_end"]) for row in rows(SOURCES / "gdr_population.csv")
    }
    assert abs(people - at_end["1984"]) < 15 * 500  # each is rounded to a thousand


def test_the_shares_are_the_published_ones(land):
    table = land.categories()

    def share(**traits):
        chosen = table
        for name, value in traits.items():
            chosen = chosen[chosen[name] == value]
        return chosen["share"].sum()

    assert share(age="child") == pytest.approx(0.226)
    assert share(gender="male") == pytest.approx(0.461)
    assert share(settlement="rural") == pytest.approx(0.261)
    assert share(province="East Berlin", settlement="rural") == 0
    assert share(party="member") == pytest.approx(2.3 / 16.433796)


def test_growth_over_each_decade_multiplies_to_the_published_levels(land):
    levels = {
        r["year"]: float(r["gdp_million_euro_1995"]) for r in rows(SOURCES / "gdr_output.csv")
    }
    growth = dict(zip(land.years, land.growth_percent, strict=True))
    for first, last in ((1960, 1970), (1970, 1980), (1980, 1989)):
        factor = 1.0
        for year in range(first + 1, last + 1):
            factor *= 1 + growth[year] / 100
        assert factor == pytest.approx(levels[str(last)] / levels[str(first)], rel=1e-3)


def test_it_has_no_famine_journey_survey_counties_nor_paper(land):
    assert not land.datings
    assert land.journey is None
    assert not land.facts
    assert not land.counties
    assert not land.paper
    assert not (FOLDER / "survey").exists()
    assert not (FOLDER / "programme").exists()
    assert not (FOLDER / "control.csv").exists()


def test_nothing_in_its_files_is_of_another_country():
    for file in FOLDER.iterdir():
        text = file.read_text(encoding="utf-8").replace("There is no famine", "")
        assert not OTHER.search(text), (file.name, OTHER.search(text))


def test_search_ranges_are_its_own(land):
    assert land.ranges["memory_weeks"].high == land.weeks
    assert "famine_effect" not in land.ranges
