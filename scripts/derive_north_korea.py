"""Derive the shipped tables of North Korea: ``python scripts/derive_north_korea.py``.

Reads ``scripts/sources/*.csv`` and writes ``provinces.csv``, ``composition.csv``, ``years.csv`` and
``record.csv`` of ``model/data/north_korea``. A test runs it and compares. What is an assumption of
the paper and not a figure (``impacts.csv``, ``famine.csv``) is kept by hand. Sources and marks:
``model/data/SOURCES.md``.
"""

from __future__ import annotations

import csv
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent
SOURCES = ROOT / "sources"
TARGET = ROOT.parent / "model" / "data" / "north_korea"

CENSUS = 2008.75  # 1 October 2008, on WPP's scale where its columns are the years' own numbers
AGES = (("young", 0, 29), ("middle", 30, 59), ("old", 60, 200))
STATUS = (("low", 0.27), ("middle", 0.45), ("high", 0.28))  # Collins (2012)
SECTOR = (
    ("primary", 0.5),
    ("secondary", 0.5),
)  # the paper: "more or less equal" where the census is silent
FIRST_YEAR, LAST_YEAR = 1992, 2014
POPULATION_AT_START, POPULATION_AT_END = 20_800_000, 24_500_000  # paper, footnote 2
MINISTRY_2006 = 2006  # the one year in which Table 1 is corrected by the Ministry's figure


def rows(name: str) -> list[dict[str, str]]:
    """Read one of the source tables."""
    with (SOURCES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def age_counts() -> list[tuple[str, int]]:
    """Return people by age group on the census day, between WPP 2019's columns 2005 and 2010."""
    weight = (CENSUS - 2005) / 5
    counts = dict.fromkeys((name for name, _, _ in AGES), 0.0)
    for row in rows("wpp2019_prk_age_sex_thousand.csv"):
        first = int(row["age"].split("-")[0].rstrip("+"))
        name = next(name for name, low, high in AGES if low <= first <= high)
        counts[name] += 1000 * ((1 - weight) * float(row["2005"]) + weight * float(row["2010"]))
    return [(name, round(count)) for name, count in counts.items()]


def composition() -> list[tuple[str, str, str, object, object]]:
    """Return the rows dimension, value, province, count, share."""
    census = rows("dprk_census2008_province.csv")
    table: list[tuple[str, str, str, object, object]] = [
        ("age", name, "", count, "") for name, count in age_counts()
    ]
    for value in ("male", "female"):
        table += [("gender", value, row["province"], row[value], "") for row in census]
    table += [("sector", value, "", "", share) for value, share in SECTOR]
    table += [("status", value, "", "", share) for value, share in STATUS]
    for value in ("urban", "rural"):
        table += [("settlement", value, row["province"], row[value], "") for row in census]
    return table


def years() -> list[tuple[int, int, str]]:
    """Return the rows year, population at its start, growth in percent.

    The last row only closes the last year.
    """
    growth = {int(row["year"]): row["growth_revised_pct"] for row in rows("bok_gdp_growth.csv")}
    closing = LAST_YEAR + 1
    step = (POPULATION_AT_END - POPULATION_AT_START) / (closing - FIRST_YEAR)
    return [
        (y, round(POPULATION_AT_START + step * (y - FIRST_YEAR)), growth[y])
        for y in range(FIRST_YEAR, closing + 1)
    ]


def record() -> list[tuple[str, str, str]]:
    """Return the rows year, Table 1 with 2006 corrected, Table 1 as printed."""
    table = []
    for row in rows("arrivals_sk.csv"):
        if FIRST_YEAR <= int(row["year"]) <= LAST_YEAR:
            printed = row["total_paper_table1"]
            table.append(
                (
                    row["year"],
                    row["total_mou"] if int(row["year"]) == MINISTRY_2006 else printed,
                    printed,
                )
            )
    return table


def write(folder: pathlib.Path, name: str, header: tuple[str, ...], table: list[tuple]) -> None:
    """Write one table."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(table)


def main(folder: pathlib.Path = TARGET) -> None:
    """Write the four derived tables into ``folder``."""
    census = rows("dprk_census2008_province.csv")
    write(
        folder,
        "provinces.csv",
        ("province", "population", "border"),
        [(r["province"], r["total"], r["borders_china"]) for r in census],
    )
    write(
        folder,
        "composition.csv",
        ("dimension", "value", "province", "count", "share"),
        composition(),
    )
    write(folder, "years.csv", ("year", "population", "growth_percent"), years())
    write(folder, "record.csv", ("year", "successes", "successes_printed"), record())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
