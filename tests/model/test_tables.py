"""One strict reading of tables and TOML files, whoever reads them."""

from __future__ import annotations

import csv
import unicodedata

import pytest

from defection import interventions
from defection.batch_runs.designs import DESIGNS, DesignError, Space
from defection.batch_runs.scores import Target, TargetError
from defection.checks import cut, number_from, shown, whole, whole_from
from defection.country import CountryError, load
from defection.parameters import ParameterError, parameter
from defection.tables import read_rows, read_toml

GOOD = "year,successes\n2000,5\n2001,7\n"

BROKEN = [
    (GOOD.replace("5", '"5'), ", line 2: a quote is opened and not closed on this line"),
    (GOOD.replace("5", '"5" x'), ", line 2: ',' expected after '\"'"),
    (GOOD.replace("successes", "year"), ", line 1, column successes: this column is missing"),
    (GOOD.replace("successes", "successes,year").replace("5", "5,6").replace("7", "7,8"),
     ", line 1, column year: this column stands here twice"),
    ("\n" + GOOD, ", line 1: is empty, where the names of the columns must stand"),
    (GOOD.replace(",", ";"), "column year: this column is missing; cells must be separated by com"),
    (GOOD.replace("5", "5,"), ", line 2: has 3 cells where the header has 2"),
    (GOOD.replace("\n", ",\n"), ", line 1: column 3 of 3 has no name"),
    (GOOD.replace("5", "x" * 140_000), ", line 2: field larger than field limit"),
    (GOOD.replace("5", "\0"), ", line 2: holds the character U+0000, which is no text"),
    (GOOD.replace("5", "\u0665"), ", line 2, column successes: '\u0665' is not a whole number"),
    (GOOD.replace("5", "1_000"), ", line 2, column successes: '1_000' is not a whole number"),
    (GOOD.replace("5", "1.139"), ", line 2, column successes: '1.139' is not a whole number"),
    (GOOD.replace("5", "9" * 30), "9999999 must be at most 2,000,000,000"),
    (GOOD.replace("5", "9" * 500), ", line 2, column successes: has 500 characters, more than 200"),
    (GOOD.replace("2001", "2000"), ", line 3, column year: 2000 stands here twice"),
    (GOOD.replace("\n", "\u2028"), ", line 1, column successes: this column is missing"),
    ("year,successes\n", ": has a header but no rows"),
    ("", ": has no header and no rows"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=range(len(BROKEN)))
def test_a_table_that_does_not_mean_what_it_says_is_refused_with_its_line(tmp_path, text, words):
    file = tmp_path / "mine.csv"
    file.write_bytes(text.encode())
    with pytest.raises(TargetError) as error:
        Target.from_csv(file)
    assert f"{file}{words}" in str(error.value) or words in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_table_in_another_encoding_is_refused(tmp_path, encoding):
    (tmp_path / "mine.csv").write_bytes(GOOD.encode(encoding))
    with pytest.raises(TargetError, match=r"mine\.csv, line 1: "):
        Target.from_csv(tmp_path / "mine.csv")


@pytest.mark.parametrize("text", [GOOD, GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r"),
                                  "\ufeff" + GOOD, "# mine\n" + GOOD, GOOD + "\n,\n"])  # fmt: skip
def test_line_ends_a_byte_order_mark_and_empty_lines_do_not_matter(tmp_path, text):
    (tmp_path / "mine.csv").write_bytes(text.encode())
    assert Target.from_csv(tmp_path / "mine.csv").counts == (5.0, 7.0)


def test_no_other_character_than_a_line_end_ends_a_line(tmp_path):
    name = "New\u2028 Land\x85".strip("\x85")
    (tmp_path / "t.csv").write_text(f"name,note\n{name},a\nother,b\n", encoding="utf-8")
    rows = read_rows(tmp_path / "t.csv", ("name",))
    assert [(row.line, row.text("name")) for row in rows] == [(2, name), (3, "other")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = " + "[" * 5000 + "]" * 5000, ": lists or tables stand in each other too deeply"),
        ("x = " + "1" * 5000, ": holds a number of thousands of digits"),
        ("a = 1\nx = [1,", ", line 2: this is not TOML: "),
        ("a = 1\nx = \0", ", line 2: holds the character U+0000"),
        ("# a\u2028note\n=", ", line 2: this is not TOML: "),
    ],
)
def test_a_toml_file_that_cannot_be_read_is_refused(tmp_path, text, words):
    file = tmp_path / "x.toml"
    file.write_text(text, encoding="utf-8")
    for read in (lambda: read_toml(file, ParameterError), lambda: interventions.read(file)):
        with pytest.raises(ParameterError) as error:
            read()
        assert str(error.value).startswith(f"{file}{words}")


@pytest.mark.parametrize("text", ["1_000", "１", "0x10", "1e", "", "1 000", "²", "--1", "1d3"])
def test_what_python_or_another_script_would_take_as_a_number_is_none(text):
    with pytest.raises(ValueError, match="is not a number"):
        number_from(text)
    with pytest.raises(ParameterError, match="famine_effect must be a number, not "):
        parameter("famine_effect").from_text(text)
    with pytest.raises(ValueError, match="is not a whole number"):
        whole_from(text)


def test_what_is_too_long_is_cut_in_messages():
    deep: list = []
    for _ in range(3000):
        deep = [deep]
    assert max(len(shown(deep)), len(shown("x" * 1000))) < 100
    assert shown(10**5000) == "a number of thousands of digits"
    with pytest.raises(ValueError, match="weeks = a number of thousands of digits must be"):
        whole("weeks", 10**5000, most=3)
    assert len(cut("x" * 10_000)) < 700
    assert cut("short") == "short"


def test_a_dating_that_does_not_exist_is_refused_in_a_file_of_points(tmp_path, tiny):
    (tmp_path / "points.csv").write_text("famine_years\nboth\nsoon\n")
    points = DESIGNS["points"](tmp_path / "points.csv")
    with pytest.raises(DesignError, match=r"points\.csv, line 3, column famine_years: .*'soon'"):
        points.check(tiny, Space.from_parameters())
    assert len(points.table(Space.from_parameters(), 0)) == 2


def _rewritten(folder, name, change):
    file = folder / name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def test_names_are_one_name_in_whatever_unicode_form_they_were_typed(tiny_folder):
    one, other = (unicodedata.normalize(form, "Inlánd") for form in ("NFC", "NFD"))
    assert one != other
    _rewritten(tiny_folder, "provinces.csv", lambda text: text.replace("Inland", one))
    for name in ("composition.csv", "counties.csv", "neighbours.csv", "border.csv"):
        _rewritten(tiny_folder, name, lambda text: text.replace("Inland", other))
    country = load(tiny_folder)
    assert country.provinces[0] == one
    text = interventions.canonical(f"2000 adjustment_rate=0.5 in {other}")
    interventions.check_interventions(text, country)


def test_counts_are_compared_to_one_part_in_a_thousand_million(tiny_folder):
    def thirds(text):
        return text.replace("31000", "30000.1").replace("29000", "29999.9")

    _rewritten(tiny_folder, "composition.csv", thirds)
    assert load(tiny_folder).provinces == ("Inland", "Borderland")
    _rewritten(tiny_folder, "composition.csv", lambda text: text.replace("29999.9", "29999.9001"))
    with pytest.raises(CountryError, match=r"adds up to 60,000\.0001, not to .* of 60,000$"):
        load(tiny_folder)


def test_more_categories_than_can_be_held_are_refused_before_they_are_made(tiny_folder):
    with (tiny_folder / "composition.csv").open("a", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        for dimension in "abcdefgh":
            rows.writerows([dimension, value, "", "", 0.1] for value in range(10))
    with pytest.raises(CountryError, match="make 800,000,000 categories in 2 provinces, more than"):
        load(tiny_folder)
