"""Write the figures of ``docs/importance.md`` from the tables that ``measure_importance.py`` has left in ``replication/tables/importance/``."""

from __future__ import annotations

import pathlib

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.table import is_dummy
from defection.replication import appendix
from defection.replication.measured import measured_with

ROOT = pathlib.Path(__file__).parent.parent
PAGE, TABLES = ROOT / "docs" / "importance.md", ROOT / "replication" / "tables" / "importance"
BEGIN, END = "<!-- begin: scripts/describe_importance.py -->\n", "<!-- end -->"
SHOWN = [
    ("score", "sobol_total", "whole box"),
    ("score", "permutation", "whole box"),
    ("score", "forest", "search"),
    ("score", "permutation", "search"),
    ("good", "permutation", "search"),
]
WORDS = {"sobol_total": "Sobol' total", "permutation": "permutation", "forest": "forest"}


def section() -> str:
    """Return the figures as Markdown."""
    table = pd.read_csv(TABLES / "importance.csv")
    return (
        "\n".join(
            [
                *_made(),
                "",
                *_ranking(table),
                "",
                *_outcomes(table),
                "",
                *_paper(),
                "",
                *_scenarios(),
            ]
        )
        + "\n"
    )


def _made() -> list[str]:
    """Say what the tables were measured with."""
    about = measured_with()
    fixed = ", ".join(f"`{name}` = {value}" for name, value in about["fixed"].items())
    return [
        f"Measured with defection {about['defection']} (law {about['law']}, data {about['country']}), root {about['root']}. All else varied; "
        f"fixed were {fixed}."
    ]


def _cell(row: pd.Series, floor: float) -> str:
    told = f"{row['value']:.2g} ({row['low']:.2g}, {row['high']:.2g})"
    return f"**{told}**" if row["low"] > floor else told


def _part(table: pd.DataFrame, outcome: str, method: str, runs_from: str) -> pd.DataFrame:
    return table[
        (table["outcome"] == outcome)
        & (table["method"] == method)
        & (table["runs_from"] == runs_from)
    ].set_index("parameter")


def _floor(part: pd.DataFrame) -> float:
    return float(part.loc[is_dummy(part.index.to_series()), "high"].max())


def _ranking(table: pd.DataFrame) -> list[str]:
    """Each parameter's importance for the score; bold: above the interval of every dummy."""
    parts = [_part(table, *shown) for shown in SHOWN]
    paper = appendix().set_index("parameter")["share"]
    names = [*paper.index, "utility_intercept"]
    head = ["parameter", "paper, share", *(f"{o}: {WORDS[m]}, {r}" for o, m, r in SHOWN)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name in names:
        cells = [_cell(part.loc[name], _floor(part)) for part in parts]
        lines.append(
            f"| `{name}` | {f'{paper[name]:.2f}' if name in paper else 'not listed'} | "
            + " | ".join(cells)
            + " |"
        )
    lines.append(
        "| largest dummy | none | "
        + " | ".join(f"{_largest(part):.2g} (to {_floor(part):.2g})" for part in parts)
        + " |"
    )
    told = [f"{part['quality'].iloc[0]:.2f} ({part['quality_name'].iloc[0]})" for part in parts]
    lines.append("| quality | none | " + " | ".join(told) + " |")
    lines.append(
        "| runs | | " + " | ".join(f"{int(part['runs'].iloc[0]):,}" for part in parts) + " |"
    )
    return lines


def _largest(part: pd.DataFrame) -> float:
    return float(part.loc[is_dummy(part.index.to_series()), "value"].max())


def _outcomes(table: pd.DataFrame) -> list[str]:
    """Each outcome's three most important parameters."""
    lines = [
        "| outcome | Morris, whole box | Sobol' total, whole box | sum of S1 | permutation, search |",
        "|---|---|---|---|---|",
    ]
    for outcome in ("score", "total", "peak_year", "onset_year", "stopped_early"):
        cells = []
        for method, runs_from in (
            ("morris", "whole box"),
            ("sobol_total", "whole box"),
            ("permutation", "search"),
        ):
            part = _part(table, outcome, method, runs_from)
            cells.append(
                ", ".join(
                    f"`{name}`"
                    for name in part[~is_dummy(part.index.to_series())]["value"].nlargest(3).index
                )
            )
        cells.insert(
            2, f"{_part(table, outcome, 'sobol_total', 'whole box')['quality'].iloc[0]:.2f}"
        )
        lines.append(f"| `{outcome}` | " + " | ".join(cells) + " |")
    return lines


def _paper() -> list[str]:
    table = pd.read_csv(TABLES / "rank_correlation.csv")
    wanted = table[
        table["outcome"].isin(["score", "good"])
        & ~table["method"].isin(["morris_spread", "sobol_first"])
    ]
    lines = [
        "| explained | method | runs from | rank correlation with the appendix | by chance | same top two |",
        "|---|---|---|---|---|---|",
    ]
    for row in wanted.itertuples():
        same = "yes" if row.same_top_two else "no"
        lines.append(
            f"| `{row.outcome}` | {row.method} | {row.runs_from} | {row.correlation:.2f} | {row.chance:.2f} | {same} |"
        )
    return lines


def _scenarios() -> list[str]:
    table = pd.read_csv(TABLES / "scenarios.csv")
    scores = table[table["outcome"] == "score"]
    told = scores[np.sign(scores["low"]) == np.sign(scores["high"])]
    base = scores["quality"].iloc[0]
    lines = [
        f"The defaults' mean score is {base:.1f} ({int(scores['runs'].iloc[0])} runs). Changes of the score whose interval excludes 0, the largest first ({len(told)} of {len(scores)}):"
    ]
    lines += ["", "| change | score (lower is nearer) | log10 of all successes |", "|---|---|---|"]
    totals = table[table["outcome"] == "total"].set_index("parameter")
    for row in (
        told.reindex(told["value"].abs().sort_values(ascending=False).index).head(12).itertuples()
    ):
        total = totals.loc[row.parameter]
        lines.append(
            f"| {row.parameter} | {row.value:+.2f} ({row.low:+.2f}, {row.high:+.2f}) | {total['value']:+.3f} ({total['low']:+.3f}, {total['high']:+.3f}) |"
        )
    group = scores.set_index("parameter")
    lines += ["", "| the whole of Figure 2, the economy and the famine | score |", "|---|---|"]
    for name in [n for n in group.index if n.startswith(("all_", "economy", "famine"))]:
        row = group.loc[name]
        lines.append(f"| {name} | {row['value']:+.2f} ({row['low']:+.2f}, {row['high']:+.2f}) |")
    return lines


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        text[: text.index(BEGIN) + len(BEGIN)] + section() + text[text.index(END) :],
        encoding="utf-8",
    )
