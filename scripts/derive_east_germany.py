"""Derive the shipped tables of East Germany: ``python scripts/derive_east_germany.py``.

Reads ``scripts/sources/gdr_*.csv`` and writes ``provinces.csv``, ``composition.csv``,
``years.csv``, ``record.csv`` and ``outlines.json`` of ``model/data/east_germany``, each row with
its mark and source. A test runs it and compares. What is invented (``impacts.csv``) or chosen
(``ranges.csv``, ``presets.toml``, ``about.toml``) is kept by hand. Sources:
``model/data/SOURCES.md``.
"""

import csv
import itertools
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent
SOURCES = ROOT / "sources"
TARGET = ROOT.parent / "model" / "data" / "east_germany"

FIRST_YEAR, LAST_YEAR = 1961, 1989
FIRST_COMPARED, LAST_COMPARED = 1962, 1988  # whole years between the Wall and the open border
AGES = (("child", 0.226), ("working", 0.579), ("pension", 0.195))  # 1970
MEN = 0.461  # 1970
RURAL = 0.261  # in municipalities of up to 2,000 people, census of 1971
CITY = "East Berlin"  # one municipality
PARTY = 2_300_000  # members of the ruling party, October 1989
DIGITS = 12
YEARBOOK = "Statistical Yearbook of the GDR"
IN_1984 = f"{YEARBOOK}: end of 1984 through Wikipedia (Bezirk); sums to the published total"
BORDER = {
    "F": "Wikipedia on the district: it borders on the West",
    "M": "course of the border from memory",
}

Table = list[tuple[object, ...]]


def rows(name: str) -> list[dict[str, str]]:
    """Read one of the source tables."""
    with (SOURCES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def provinces() -> Table:
    """Return a row per district: people at the end of 1984 in whole thousands, and the border."""
    return [
        (
            row["district"], 1000 * int(row["thousand_1984"]), row["borders_the_west"],
            "F+C", IN_1984, "invented", f"weight 1 or 0; {BORDER[row['border_mark']]}",
        )
        for row in rows("gdr_districts.csv")
    ]  # fmt: skip


def composition() -> Table:
    """Return the rows dimension, value, province, count, share, mark, source."""
    districts = {row["district"]: int(row["thousand_1984"]) for row in rows("gdr_districts.csv")}
    total = sum(districts.values())
    rural = round(RURAL * total / (total - districts[CITY]), DIGITS)
    people = {row["year"]: int(row["people_at_end"]) for row in rows("gdr_population.csv")}
    member = round(PARTY / people["1989"], DIGITS)
    ages = "born-in-the-gdr.de, 1970; CIA, National Intelligence Survey 1973, has 57.8 % for 57.9"
    towns = "Rahlf (2015), Deutschland in Daten, table 5, census of 1971: 26.1 % in municipalities"
    table: Table = [("age", name, "", "", share, "F", ages) for name, share in AGES]
    survey = "CIA, National Intelligence Survey, East Germany, 1973: 1970"
    for name, share in (("male", MEN), ("female", round(1 - MEN, DIGITS))):
        table.append(("gender", name, "", "", share, "F", survey))
    for name, share in (("urban", round(1 - rural, DIGITS)), ("rural", rural)):
        said = f"{towns} of up to 2,000 people; spread evenly outside {CITY}"
        table.append(("settlement", name, "", "", share, "D", said))
    for name, share in (("urban", 1), ("rural", 0)):
        table.append(("settlement", name, CITY, "", share, "D", "one municipality"))
    party = "2.3 million members of the SED in October 1989 (Wikipedia) by 16,433,796 people"
    for name, share in (("member", member), ("other", round(1 - member, DIGITS))):
        table.append(("party", name, "", "", share, "D", party))
    return table


def growth() -> dict[int, float]:
    """Return the mean growth in percent of each span between two published levels, by year."""
    levels = [(int(r["year"]), float(r["gdp_million_euro_1995"])) for r in rows("gdr_output.csv")]
    found = {}
    for (first, low), (last, high) in itertools.pairwise(levels):
        mean = 100 * ((high / low) ** (1 / (last - first)) - 1)
        found |= dict.fromkeys(range(first + 1, last + 1), round(mean, 2))
    return found


def years() -> Table:
    """Return the rows year, people at its start, growth; the last only closes the last year."""
    at_end = {int(row["year"]): row["people_at_end"] for row in rows("gdr_population.csv")}
    means = growth()
    people = f"{YEARBOOK}: end of the year before (d-d-r.de)"
    output = "mean of the decade from GDP of 1960, 1970, 1980 and 1989 (Heske 2009)"
    table: Table = [
        (year, at_end[year - 1], means[year], "F", people, "D", output)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]
    return [*table, (LAST_YEAR + 1, at_end[LAST_YEAR], "", "F", people, "", "")]


def record() -> Table:
    """Return the rows year, refugees, all who left, with a permit, across the border, mark."""
    table: Table = []
    for row in rows("gdr_leavers.csv"):
        if FIRST_COMPARED <= int(row["year"]) <= LAST_COMPARED:
            refugees = int(row["total"]) - int(row["permitted"])
            names = ("total", "permitted", "through_the_border", "mark")
            table.append((row["year"], refugees, *(row[name] for name in names)))
    return table


def outlines() -> str:
    """Return a square for each district, placed roughly as on a map."""
    squares = {}
    for row in rows("gdr_districts.csv"):
        x, y = int(row["column"]), -int(row["row"])
        squares[row["district"]] = [[
            [x, y], [x + 0.94, y], [x + 0.94, y - 0.94], [x, y - 0.94],
        ]]  # fmt: skip
    said = "A scheme, not a map: a square for each district, none to scale."
    return json.dumps({"credit": said, "steps_per_degree": 100, "provinces": squares}) + "\n"


def write(folder: pathlib.Path, name: str, header: str, table: Table) -> None:
    """Write one table."""
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(table)


def main(folder: pathlib.Path = TARGET) -> None:
    """Write the derived tables and the scheme into ``folder``."""
    head = "province population border mark source border_mark border_source"
    write(folder, "provinces.csv", head, provinces())
    head = "dimension value province count share mark source"
    write(folder, "composition.csv", head, composition())
    head = "year population growth_percent mark source growth_mark growth_source"
    write(folder, "years.csv", head, years())
    head = "year successes total permitted through_the_border mark"
    write(folder, "record.csv", head, record())
    (folder / "outlines.json").write_text(outlines(), encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
