"""Write the figures of ``docs/posterior.md`` from the tables that ``measure_posteriors.py`` has left in ``docs/posterior/``."""

from __future__ import annotations

import json
import pathlib

import pandas as pd

ROOT = pathlib.Path(__file__).parent.parent
PAGE, TABLES = ROOT / "docs" / "posterior.md", ROOT / "docs" / "posterior"
BEGIN, END = "<!-- begin: scripts/describe_posteriors.py -->\n", "<!-- end -->"


def section() -> str:
    """Return the figures as Markdown."""
    measured = json.loads((TABLES / "measured.json").read_text(encoding="utf-8"))
    return "\n".join([*_coverage(measured), "", *_parameters(), "", *_answers()]) + "\n"


def _coverage(measured: dict) -> list[str]:
    table = pd.read_csv(TABLES / "coverage.csv")
    calibration = pd.read_csv(TABLES / "calibration.csv")
    lines = [f"Usable runs of the sample of the whole space: {measured['usable']}.", ""]
    lines += [
        "| posterior | records | 50 % intervals cover | 90 % cover, all | lowest parameter | highest | curves inside the band |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, part in table.groupby("posterior", sort=False):
        half, most = (part[part["level"] == level].set_index("parameter") for level in (0.5, 0.9))
        own, told = most.drop(index="all"), most.loc["all"]
        curves = calibration[calibration["posterior"] == name]["inside"]
        inside = f"{curves.sum()} of {len(curves)}" if len(curves) else "too few records"
        lines.append(
            f"| {name} | {int(told['records'])} | {half.loc['all', 'covered']:.3f} | {told['covered']:.3f} ({told['low']:.3f}, {told['high']:.3f}) "
            f"| {own['covered'].min():.2f} `{own['covered'].idxmin()}` | {own['covered'].max():.2f} `{own['covered'].idxmax()}` | {inside} |"
        )
    return lines


def _parameters() -> list[str]:
    """Say what the records tell of each parameter."""
    table = pd.read_csv(TABLES / "recovery.csv")
    kinds = list(table["posterior"].unique())
    lines = [
        "| parameter | " + " | ".join(f"{kind}: error, shrinkage, 90 % cover" for kind in kinds) + " |",
        "|" + "---|" * (len(kinds) + 1),
    ]
    for name, part in table.groupby("parameter", sort=False):
        rows = part.set_index("posterior")
        cells = [f"{rows.loc[k, 'error']:.2f}, {rows.loc[k, 'shrinkage']:.2f}, {rows.loc[k, 'covered']:.2f}" for k in kinds]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return lines


def _answers() -> list[str]:
    """Say what the posteriors make of the record itself."""
    table, predictive = pd.read_csv(TABLES / "quantiles.csv"), pd.read_csv(TABLES / "predictive.csv")
    kinds = list(table["posterior"].unique())
    lines = ["| given Table 1 | " + " | ".join(f"{kind}: median (5 %, 95 %)" for kind in kinds) + " |", "|" + "---|" * (len(kinds) + 1)]
    for name, part in table.groupby("parameter", sort=False):
        rows = part.set_index("posterior")
        cells = [f"{rows.loc[k, 'median']:.3g} ({rows.loc[k, 'low']:.3g}, {rows.loc[k, 'high']:.3g})" for k in kinds]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    cells = []
    for kind in kinds:
        part = predictive[predictive["posterior"] == kind]
        inside = ((part["record"] >= part["low_90"]) & (part["record"] <= part["high_90"])).sum()
        cells.append(f"{inside} of {len(part)}" if len(part) else "no usable run")
    lines.append("| years inside the 90 % predictive band | " + " | ".join(cells) + " |")
    return lines


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(BEGIN) + len(BEGIN)] + section() + text[text.index(END) :], encoding="utf-8")
