"""A country's files are read, checked and refused with file, line and column."""

from __future__ import annotations

import copy
import pathlib

import numpy as np
import pytest

from defection import CountryError, ParameterError
from defection.country import load, shipped


def test_north_korea_has_720_categories_ten_provinces_and_1196_weeks(north_korea):
    assert north_korea.category_count == 720
    assert len(north_korea.provinces) == 10
    assert north_korea.weeks == 1196
    assert north_korea.provinces[0] == "Ryanggang"
    assert "north_korea" in shipped()


def test_four_provinces_border_china(north_korea):
    border = {
        name
        for name, weight in zip(north_korea.provinces, north_korea.border, strict=True)
        if weight
    }
    assert border == {"Ryanggang", "North Hamgyong", "Jagang", "North Phyongan"}


def test_shares_follow_the_census(north_korea):
    table = north_korea.categories()
    by = lambda column: table.groupby(column)["share"].sum()  # noqa: E731
    assert by("province")["Pyongyang"] == pytest.approx(3255288 / 23349859, rel=1e-12)
    assert by("gender")["female"] == pytest.approx(12290370 / 23349859, rel=1e-12)
    assert by("settlement")["urban"] == pytest.approx(14155393 / 23349859, rel=1e-12)
    assert by("status").round(12).to_dict() == {"low": 0.27, "middle": 0.45, "high": 0.28}
    assert by("sector").round(12).to_dict() == {"primary": 0.5, "secondary": 0.5}
    assert (100 * by("age")).round(1).to_dict() == {"young": 46.3, "middle": 41.0, "old": 12.7}


def test_head_counts_add_up_to_the_population_to_the_person_in_every_week(north_korea):
    for week in range(north_korea.weeks):
        assert north_korea.head_counts(week).sum() == north_korea.weekly_population[week]


def test_provinces_hold_their_categories_to_the_person(north_korea):
    for week in (0, 600, 1195):
        heads = north_korea.head_counts(week).reshape(10, 72).sum(axis=1)
        assert heads.tolist() == north_korea.province_populations(week).tolist()


def test_the_population_runs_from_20_8_to_24_5_million(north_korea):
    assert north_korea.weekly_population[0] == 20_800_000
    assert round(north_korea.weekly_population[-1] / 1e6, 1) == 24.5
    assert (np.diff(north_korea.weekly_population) > 0).all()


def test_impacts_are_the_sums_of_figure_2(north_korea):
    table = north_korea.categories()
    ability, motivation = north_korea.ability_impact.ravel(), north_korea.motivation_impact.ravel()
    row = table.index[
        (table.province == "Jagang")
        & (table.age == "young")
        & (table.gender == "female")
        & (table.sector == "secondary")
        & (table.status == "high")
        & (table.settlement == "rural")
    ][0]
    assert ability[row] == 3 + 5 + 5 + 3 + 5
    assert motivation[row] == 2 - 2
    row = table.index[
        (table.province == "Kangwon")
        & (table.age == "old")
        & (table.gender == "male")
        & (table.sector == "primary")
        & (table.status == "low")
        & (table.settlement == "rural")
    ][0]
    assert ability[row] == -3 - 2
    assert motivation[row] == -2 - 2 - 2


def test_the_record_is_table_1_with_2006_corrected_and_the_printed_figure_kept(north_korea):
    record = {year: (successes, printed) for year, successes, printed in north_korea.observed}
    assert record[2006] == (2028, 2091)
    assert record[2009] == (2914, 2914)
    assert (
        sum(printed for _, printed in record.values()) == 29638 - 1275 - 1418
    )  # the cells of Table 1 less 2015 and 2016


@pytest.mark.parametrize(
    ("reading", "years"),
    [
        ("country", [1995, 1998]),
        ("none", None),
        ("1994-1998", [1994, 1998]),
        ("standard", [1994, 1998]),
        ("arduous march", [1996, 2000]),
        ("1980-1992", [1992, 1992]),
    ],
)
def test_famine_years_follow_the_reading(north_korea, reading, years):
    famine = np.array(north_korea.years)[north_korea.famine(reading) == 1]
    assert ([famine[0], famine[-1]] if len(famine) else None) == years


@pytest.mark.parametrize("reading", ["standrd", "1900-1910", "1995"])
def test_famine_years_that_the_data_do_not_know_are_refused(north_korea, reading):
    with pytest.raises(ParameterError, match="famine_years"):
        north_korea.famine(reading)


BREAKS = [
    ("years.csv", "2001,", "2003,", "years.csv, line 3, column year: 2003 does not follow 2000"),
    (
        "years.csv",
        "101000",
        "many",
        "years.csv, line 3, column population: 'many' is not a whole number",
    ),
    ("years.csv", "-2.5", "nan", "years.csv, line 2, column growth_percent: 'nan' is not finite"),
    ("years.csv", "-2.5", "", "years.csv, line 2, column growth_percent: is empty"),
    (
        "years.csv",
        "population",
        "populatoin",
        "years.csv, line 1, column population: this column is missing; did you mean populatoin?",
    ),
    (
        "years.csv",
        "2001,101000,1.5",
        "2001,101000",
        "years.csv, line 3: has 2 cells where the header has 3",
    ),
    (
        "composition.csv",
        "0.6",
        "0.7",
        "composition.csv, line 3, column share: the shares of age in Inland sum to 1.1, not to 1",
    ),
    (
        "composition.csv",
        "Inland,31000",
        "Inalnd,31000",
        "composition.csv, line 4, column province: there is no province 'Inalnd' in provinces.csv; did you mean Inland?",
    ),
    (
        "composition.csv",
        "31000",
        "31001",
        "composition.csv, line 5, column count: gender in Inland adds up to 60,001, not to the province's population of 60,000",
    ),
    (
        "composition.csv",
        ",,0.4",
        ",12,0.4",
        "composition.csv, line 2, column share: give either a count or a share",
    ),
    (
        "composition.csv",
        "age,old",
        "age,young",
        "composition.csv, line 3, column value: age 'young' stands here twice",
    ),
    (
        "composition.csv",
        "gender,male,Borderland,19500,\n",
        "",
        "gender has no row for 'male' in Borderland",
    ),
    (
        "impacts.csv",
        "age,young",
        "aeg,young",
        "impacts.csv, line 2, column dimension: there is no dimension 'aeg'; did you mean age?",
    ),
    (
        "impacts.csv",
        "age,young",
        "age,yuong",
        "impacts.csv, line 2, column value: age has no value 'yuong'; did you mean young?",
    ),
    (
        "impacts.csv",
        "age,young,3",
        "age,young,x",
        "impacts.csv, line 2, column ability: 'x' is not a number",
    ),
    (
        "provinces.csv",
        "Borderland",
        "Inland",
        "provinces.csv, line 3, column province: 'Inland' stands here twice",
    ),
    ("provinces.csv", ",1", ",-1", "provinces.csv, line 3, column border: -1 must be at least 0"),
    (
        "famine.csv",
        "2000,2001",
        "2001,2000",
        "famine.csv, line 3, column last_year: 2000 must be at least 2001",
    ),
    ("famine.csv", "both", "first", "famine.csv, line 3, column name: 'first' is taken"),
    ("famine.csv", "both", "none", "famine.csv, line 3, column name: 'none' is taken"),
    ("record.csv", "2001,7", "2000,7", "record.csv, line 3, column year: 2000 stands here twice"),
    (
        "composition.csv",
        "age,young",
        "seed,young",
        "composition.csv, line 2, column dimension: a dimension cannot be called 'seed'",
    ),
    (
        "famine.csv",
        "2000,2001",
        "1900,1901",
        "famine.csv, line 3, column first_year: 1900-1901 lies outside the years of the data, 2000-2001",
    ),
    (
        "composition.csv",
        "age,young",
        "week,young",
        "composition.csv, line 2, column dimension: a dimension cannot be called 'week'",
    ),
    (
        "record.csv",
        "2001,7",
        "2001,-7",
        "record.csv, line 3, column successes: -7 must be at least 0",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), BREAKS)
def test_a_broken_file_is_refused_with_file_line_and_column(tiny_folder, file, old, new, words):
    path = tiny_folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(CountryError) as error:
        load(tiny_folder)
    assert words in str(error.value)


@pytest.mark.parametrize("file", ["provinces.csv", "composition.csv", "impacts.csv", "years.csv"])
def test_a_missing_file_is_named(tiny_folder, file):
    (tiny_folder / file).unlink()
    with pytest.raises(CountryError, match=f"{file}: this file is missing"):
        load(tiny_folder)


@pytest.mark.parametrize("file", ["record.csv", "famine.csv"])
def test_a_country_may_have_no_record_and_no_famine(tiny_folder, file):
    (tiny_folder / file).unlink()
    country = load(tiny_folder)
    assert country.famine("country").sum() == (0 if file == "famine.csv" else 1)
    assert len(country.observed) == (0 if file == "record.csv" else 2)


def test_a_file_without_rows_and_one_that_is_no_text_are_refused(tiny_folder):
    (tiny_folder / "years.csv").write_text("year,population,growth_percent\n")
    with pytest.raises(CountryError, match="has a header but no rows"):
        load(tiny_folder)
    (tiny_folder / "years.csv").write_bytes(b"\xff\xfe\x00year")
    with pytest.raises(CountryError, match="cannot be read"):
        load(tiny_folder)


def test_a_country_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(CountryError, match="did you mean north_korea"):
        load("north_korae")
    with pytest.raises(CountryError, match="must be a name"):
        load(3)


def test_a_changed_file_is_read_again(tiny_folder):
    before = load(tiny_folder)
    path = tiny_folder / "years.csv"
    path.write_text(path.read_text().replace("-2.5", "-12.5"))
    assert load(tiny_folder).growth_percent[0] == -12.5
    assert before.growth_percent[0] == -2.5


def test_a_variant_has_other_border_weights_and_another_fingerprint(tiny):
    variant = tiny.replace(border=np.array([0.0, 0.25]))
    assert variant.ability_impact[1, 0] == tiny.ability_impact[1, 0] - 5 * 0.75
    assert variant.fingerprint != tiny.fingerprint
    assert tiny.replace().fingerprint == tiny.fingerprint


def test_a_variant_that_does_not_fit_is_refused(tiny):
    with pytest.raises(CountryError, match="did you mean border"):
        tiny.replace(boder=1)
    with pytest.raises(CountryError, match=r"border must have shape \(2,\), not \(1,\)"):
        tiny.replace(border=np.array([1.0]))
    with pytest.raises(CountryError, match="at least 0"):
        tiny.replace(border=[0.0, -1.0])
    with pytest.raises(CountryError, match="sum to 1"):
        tiny.replace(shares=tiny.shares * 2)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("growth_percent", [np.nan, 1.0], "growth_percent must be finite"),
        ("economy_motivation", float("nan"), "economy_motivation must be a finite number"),
        ("populations", [0, 1, 2], "populations must lie between 1 and 2,000,000,000"),
        ("populations", [1e11, 1e11, 1e11], "populations must lie between 1 and 2,000,000,000"),
        ("trait_ability", np.zeros(3), "trait_ability must have shape"),
        ("border", "abc", "border must be numbers, not 'abc'"),
        ("provinces", ("Inland", "Inland"), "provinces must not be empty nor hold anything twice"),
    ],
)
def test_a_variant_is_checked_as_the_files_are(tiny, field, value, words):
    with pytest.raises(CountryError, match=words):
        tiny.replace(**{field: value})


def test_a_variant_copies_what_it_is_given(tiny):
    weights = np.array([0.0, 0.5])
    tiny.replace(border=weights)
    weights[0] = 1.0  # still the caller's own
    assert tiny.replace(border=[0, 1]).border.tolist() == [0.0, 1.0]


def test_a_country_cannot_be_changed(tiny):
    with pytest.raises(ValueError, match="read-only"):
        tiny.border[0] = 1
    assert copy.deepcopy(tiny) is tiny


def test_nothing_about_a_country_is_in_the_code():
    root = pathlib.Path(__file__).parents[2]
    for folder in ("model", "agents", "batch_runs", "views", "commands"):
        for file in (root / folder).glob("*.py"):
            text = file.read_text()
            for name in ("Hamgyong", "Pyongyang", "Ryanggang", "1995-1998", "2028", "20800000"):
                assert name not in text, f"{file.name} knows of {name}"
