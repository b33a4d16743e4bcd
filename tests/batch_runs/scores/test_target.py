"""What was observed: Table 1, a user's own counts, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.scores import Target, TargetError


def test_what_is_observed_is_table_1_with_2006_corrected_or_as_printed():
    corrected, printed = Target.from_country(), Target.from_country(printed=True)
    assert corrected.years == tuple(range(1992, 2015))
    differ = {
        year: (a, b)
        for year, a, b in zip(corrected.years, corrected.counts, printed.counts, strict=True)
        if a != b
    }
    assert differ == {2006: (2028, 2091)}


def test_smoothing_leaves_what_is_even_on_the_root_scale_and_the_two_ends():
    even = Target(tuple(range(2000, 2009)), tuple(float(i * i) for i in range(1, 10)))
    for window in (1, 3, 5, 7):
        assert even.smoothed(window).counts == pytest.approx(even.counts)
    bumpy = Target((2000, 2001, 2002, 2003), (4.0, 100.0, 0.0, 9.0)).smoothed(3)
    assert bumpy.counts == pytest.approx((4.0, 16.0, (13 / 3) ** 2, 9.0))


@pytest.mark.parametrize("window", [0, 2, -1, 2.0, True])
def test_a_window_that_has_no_middle_is_refused(window):
    with pytest.raises(TargetError, match=r"window = .* must be an odd whole number"):
        Target.from_country().smoothed(window)


def test_a_user_s_table_is_read_in_any_order(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("# my own count\nsuccesses, year\n7, 2001\n5, 2000\n")
    target = Target.from_csv(file)
    assert (target.years, target.counts, target.name) == ((2000, 2001), (5.0, 7.0), "mine")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"year": [2000, 2002], "successes": [1, 2]}, "has a gap: 2001 between 2000 and 2002"),
        ({"year": [2000, 2004], "successes": [1, 2]}, "has a gap: 2001 to 2003 between"),
        (
            {"year": [2000, 2001], "successes": [1, -2]},
            "count of 2001 is -2: it must be at least 0",
        ),
        ({"year": [2000, 2001], "successes": [1, np.nan]}, "count of 2001 is missing"),
        (
            {"year": [2000, 2001], "successes": [1, "many"]},
            "count of 2001 must be a number, not 'many'",
        ),
        ({"year": [2000, 2001], "successes": [1, "2"]}, "count of 2001 must be a number, not '2'"),
        ({"year": [2000, 2000], "successes": [1, 2]}, "the year 2000 twice"),
        ({"year": [2000.5, 2001], "successes": [1, 2]}, "2000.5 is not a year"),
        ({"year": ["soon", 2001], "successes": [1, 2]}, "'soon' is not a year"),
        ({"year": [2000, 2001], "successes": [0, 0]}, "nobody in any year"),
        ({"year": [], "successes": []}, "at least one year"),
        (
            {"year": [2000, 2001], "succeses": [1, 2]},
            "no column 'successes'; did you mean succeses",
        ),
    ],
)
def test_counts_that_cannot_be_a_target_is_refused_with_its_year_and_value(rows, message):
    with pytest.raises(TargetError, match=message):
        Target.from_table(pd.DataFrame(rows))


def test_a_table_with_a_column_twice_is_refused():
    table = pd.DataFrame([[2000, 5, 7]], columns=["year", "successes", "successes"])
    with pytest.raises(TargetError, match="has the column 'successes' twice"):
        Target.from_table(table)


def test_errors_of_a_file_name_the_file(tmp_path):
    with pytest.raises(TargetError, match=r"none\.csv: there is no such file"):
        Target.from_csv(tmp_path / "none.csv")
    file = tmp_path / "gap.csv"
    file.write_text("year,successes\n2000,1\n2002,1\n")
    with pytest.raises(TargetError, match=r"gap\.csv: the target has a gap"):
        Target.from_csv(file)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(TargetError, match=r"empty\.csv: "):
        Target.from_csv(tmp_path / "empty.csv")


def test_years_that_the_country_does_not_cover_are_refused(tiny):
    rows = {"year": [2000, 2001, 2002], "successes": [1, 2, 3]}
    with pytest.raises(TargetError, match="year 2002 is not run: the runs cover 2000 to 2001"):
        Target.from_table(rows, country=tiny)
    assert Target.from_table(rows).part(2001, 2002).counts == (2.0, 3.0)
    with pytest.raises(TargetError, match="nothing of it lies in 1990 to 1991"):
        Target.from_table(rows).part(1990, 1991)


def test_a_country_without_observed_counts_says_so(tiny):
    with pytest.raises(TargetError, match="has no observed counts"):
        Target.from_country(tiny.replace(observed=()))
