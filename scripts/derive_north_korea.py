"""Derive the shipped tables of North Korea: ``python scripts/derive_north_korea.py``.

Reads ``scripts/sources/*.csv`` and writes ``provinces.csv``, ``counties.csv``, ``border.csv``,
``composition.csv``, ``dated_shares.csv``, ``years.csv`` and ``record.csv`` of
``model/data/north_korea``. A test runs it and compares. What is an assumption of the paper and not
a figure (``impacts.csv``, ``famine.csv``) is kept by hand.
Sources and marks: ``model/data/SOURCES.md``.
"""

import csv
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent
SOURCES = ROOT / "sources"
TARGET = ROOT.parent / "model" / "data" / "north_korea"

CENSUS = 2008.75  # 1 October 2008, on WPP's scale where its columns are the years' own numbers
AGES = (("young", 0, 29), ("middle", 30, 59), ("old", 60, 200))
STATUS = (("low", 0.27), ("middle", 0.45), ("high", 0.28))  # Collins (2012)
SECTOR = (("primary", 0.5), ("secondary", 0.5))  # the paper: "more or less equal"
SAMCHON = 86_042  # the county that COD-PS leaves out; with it South Hwanghae closes
FIRST_YEAR, LAST_YEAR = 1992, 2014
POPULATION_AT_START, POPULATION_AT_END = 20_800_000, 24_500_000  # paper, footnote 2
MINISTRY_2006 = 2006  # the one year in which Table 1 is corrected by the Ministry's figure


ON_THE_BORDER = {
    "Ryanggang": ("Hyesan City", "Samsu", "Kim Jong Suk", "Kim Hyong Jik", "Pochon", "Samjiyon",
                  "Taehongdan"),
    "North Hamgyong": ("Rason City", "Hoeryong City", "Musan", "Onsong", "Kyongwon", "Kyonghung"),
    "Jagang": ("Manpho City", "Junggang", "Jasong", "Wiwon", "Chosan", "Usi"),
    "North Phyongan": ("Sinuiju City", "Uiju", "Ryongchon", "Sakju", "Changsong", "Pyokdong"),
}  # fmt: skip
"""Counties at the rivers that are the border with China; from memory. Sindo, an island of 11,810
people, is left out with its row."""


WOMEN_TO_MEN = 2.0  # assumption: markets are dominated by women, and no source has a number
PRIVATE = (
    (1992, 0.175, "half of 1996: markets grow after 1995; no source has a number"),
    (1996, 0.35, "35 % of those active who left before 2000 [D]"),
    (2001, 0.445, "between 35 and 54 % [D]"),
    (2006, 0.54, "54 % of those active who left in 2006-2010 [D]"),
    (2011, 0.59, "59 % of those active who left in 2011-2015 [D]"),
)
"""From a year on, the share of the active in the private economy, alone or besides the state's."""


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
            corrected = row["total_mou"] if int(row["year"]) == MINISTRY_2006 else printed
            table.append((row["year"], corrected, printed))
    return table


def write(folder: pathlib.Path, name: str, header: str, table: list[tuple]) -> None:
    """Write one table."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(table)


def counties() -> list[tuple[str, str, int]]:
    """Return the rows province, county, people, with the two known faults of COD-PS mended.

    Sindo county (11,810 people) is counted twice in North Phyongan: its own row is left out.
    Samchon county is missing in South Hwanghae. Without both the ten provinces do not close.
    """
    table: list[tuple[str, str, int]] = []
    for row in rows("county2008.csv"):
        if (row["prov"], row["county"]) != ("North Phyongan", "Sindo"):
            table.append((row["prov"], row["county"].partition(" (HDX")[0], int(row["T"])))
        if row["county"] == "Sinchon":
            table.append(("South Hwanghae", "Samchon", SAMCHON))
    return table


def border() -> list[tuple[str, str, str, str]]:
    """Return the rows province, weight, mark, source.

    The weight is the share of a province's people who live in counties at the border, over the mean
    of this share among all people of the provinces that border China: their mean weight is the
    dummy's, 1.
    """
    census = rows("dprk_census2008_province.csv")
    people = {row["province"]: int(row["total"]) for row in census}
    near = dict.fromkeys(people, 0)
    for province, county, count in counties():
        near[province] += count * (county in ON_THE_BORDER.get(province, ()))
    mean = sum(near.values()) / sum(people[province] for province in ON_THE_BORDER)
    source = "census of 2008 by county; which counties are at the border: from memory"
    return [
        (name, f"{near[name] / people[name] / mean:.4f}", *(
            ("assumption", source) if name in ON_THE_BORDER else ("D", "no border with China")
        ))
        for name in people
    ]  # fmt: skip


def dated_shares() -> list[tuple[object, ...]]:
    """Return the rows from, dimension, value, of_dimension, of_value, share, mark, source.

    Women have twice the share of men, and both together that of ``PRIVATE``.
    """
    census = rows("dprk_census2008_province.csv")
    women, men = (sum(int(row[name]) for row in census) for name in ("female", "male"))
    table: list[tuple[object, ...]] = []
    for year, share, source in PRIVATE:
        of_men = share * (women + men) / (men + WOMEN_TO_MEN * women)
        said = f"{source}; women at twice the share of men: assumption"
        for gender, own in (("male", of_men), ("female", WOMEN_TO_MEN * of_men)):
            row = (year, "sector", "secondary", "gender", gender, f"{own:.4f}", "assumption", said)
            table.append(row)
    return table


def main(folder: pathlib.Path = TARGET) -> None:
    """Write the seven derived tables into ``folder``."""
    census = rows("dprk_census2008_province.csv")
    provinces = [(r["province"], r["total"], r["borders_china"]) for r in census]
    write(folder, "provinces.csv", "province population border", provinces)
    write(folder, "counties.csv", "province county population", counties())
    write(folder, "border.csv", "province weight mark source", border())
    write(folder, "composition.csv", "dimension value province count share", composition())
    header = "from dimension value of_dimension of_value share mark source"
    write(folder, "dated_shares.csv", header, dated_shares())
    write(folder, "years.csv", "year population growth_percent", years())
    write(folder, "record.csv", "year successes successes_printed", record())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
