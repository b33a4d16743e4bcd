"""Keep the tables of a full report in ``docs/report`` and write the verdicts of ``docs/report.md`` from them.

``defection report --out report.html --data report-data`` and then ``python
scripts/describe_report.py report-data``; without a folder only the page is renewed from the tables
that are kept.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import sys

import pandas as pd

ROOT = pathlib.Path(__file__).parent.parent
PAGE, KEPT = ROOT / "docs" / "report.md", ROOT / "replication" / "tables" / "report"
BEGIN, END = "<!-- begin: scripts/describe_report.py -->\n", "<!-- end -->"
LARGEST = 60_000
"""Bytes of a table that is kept; weekly series are larger, and can be made again from their run's id."""


def keep(folder: pathlib.Path) -> None:
    """Copy the tables and the manifest of a report."""
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    for file in sorted([*folder.glob("*.csv"), folder / "manifest.json"]):
        if file.stat().st_size <= LARGEST:
            shutil.copy(file, KEPT / file.name)


def section() -> str:
    """Return the verdicts as Markdown."""
    about = json.loads((KEPT / "manifest.json").read_text(encoding="utf-8"))
    table = pd.read_csv(KEPT / "verdicts.csv", keep_default_na=False)
    shown = []
    for _, part in table.groupby("finding", sort=False):
        shown.append(part.iloc[1:] if len(part) > 1 else part[part["verdict"] != "shown"])
    rows = pd.concat(shown)
    counts = ", ".join(
        f"{count} {verdict}" for verdict, count in rows["verdict"].value_counts().items()
    )
    lines = [
        f"Made with defection {about['defection']} (law {about['law']}, data {about['country']}), root {about['root']}: {about['runs']} seeds of "
        f"each point, {about['runs_made']:,} runs, {about['seconds']} s on two cores. {counts[:1].upper()}{counts[1:]}.",
        "",
        "| finding | part | here | verdict |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row.finding} | {row.part} | {row.figure} | **{row.verdict}** |"
        for row in rows.itertuples()
    ]
    return "\n".join(lines) + "\n"


def main(given: list[str]) -> None:
    """Renew the page in place."""
    if given:
        keep(pathlib.Path(given[0]))
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        text[: text.index(BEGIN) + len(BEGIN)] + section() + text[text.index(END) :],
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(sys.argv[1:])
