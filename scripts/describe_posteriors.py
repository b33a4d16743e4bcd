"""Write the figures and the picture of ``docs/posterior.md`` from the tables that ``measure_posteriors.py`` has left in ``replication/tables/posterior/``."""

from __future__ import annotations

import json
import pathlib
import statistics
from collections.abc import Callable

import pandas as pd

ROOT = pathlib.Path(__file__).parent.parent
PAGE, TABLES, PICTURE = (
    ROOT / "docs" / "posterior.md",
    ROOT / "replication" / "tables" / "posterior",
    ROOT / "docs" / "images" / "posterior.png",
)
BEGIN, END = "<!-- begin: scripts/describe_posteriors.py -->\n", "<!-- end -->"
LEVEL = "90%"
CHOSEN = "particles"
"""The posterior whose draws are shipped."""


def section() -> str:
    """Return the figures as Markdown."""
    measured = json.loads((TABLES / "measured.json").read_text(encoding="utf-8"))
    parts = (
        _observation(measured),
        _record(measured),
        _answers(),
        _years(),
        _networks(measured),
        _swarms(measured),
        _apart(measured),
        _coverage(),
        _parameters(),
    )
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def _observation(measured: dict) -> list[str]:
    told = ", ".join(
        f"{value} with the size {size}"
        for size, value in measured["log_likelihood_of_the_defaults"].items()
    )
    return [
        f"**The size**: {measured['size']:g}, the likeliest around the median of 200 runs of the default parameters. Mean log likelihood of Table 1",
        f"given one of these runs: {told}. Usable runs of the sample of the whole space for light and neural: {measured['usable']} points;",
        f"of that for particles and sequential: {measured['begun_with']}.",
    ]


def _record(measured: dict) -> list[str]:
    """Say how near fresh runs of each posterior's draws come to the record."""
    rows = []
    for name, told in measured["record"].items():
        inside = [
            str(told.get(f"years_inside_{kind}", {}).get(LEVEL, "-")) for kind in ("runs", "counts")
        ]
        rows.append([name, str(told["runs"]), f"{100 * told['usable']:.0f} %", *inside])
    return _table(
        [
            "given Table 1",
            "fresh runs of draws",
            "usable",
            "years inside the 90 % band of runs",
            "of counts",
        ],
        rows,
    )


def _answers() -> list[str]:
    """Say which parameters each posterior leaves possible."""
    table = pd.read_csv(TABLES / "quantiles.csv")
    kinds, rows = list(table["posterior"].unique()), []
    for name, part in table.groupby("parameter", sort=False):
        by = part.set_index("posterior")
        rows.append(
            [
                f"`{name}`",
                *(
                    f"{by.loc[k, 'median']:.3g} ({by.loc[k, 'low']:.3g}, {by.loc[k, 'high']:.3g})"
                    for k in kinds
                ),
            ]
        )
    return _table(["median (5 %, 95 %)", *kinds], rows)


def _years() -> list[str]:
    """Set the shipped posterior beside the record, year by year."""
    table = pd.read_csv(TABLES / "predictive.csv")
    table = table[table["posterior"] == CHOSEN]
    runs, counts = (table[table["of"] == kind].set_index("year") for kind in ("runs", "counts"))
    rows = []
    for year in runs.index:
        cells = [
            f"{of.loc[year, 'low_90']:,.0f} to {of.loc[year, 'high_90']:,.0f}"
            for of in (runs, counts)
        ]
        marks = [
            ""
            if of.loc[year, "low_90"] <= of.loc[year, "record"] <= of.loc[year, "high_90"]
            else " (outside)"
            for of in (runs, counts)
        ]
        rows.append(
            [
                str(year),
                f"{runs.loc[year, 'record']:,.0f}",
                f"{runs.loc[year, 'median']:,.0f}",
                *(c + m for c, m in zip(cells, marks, strict=True)),
            ]
        )
    return _table(
        ["year", "record", f"{CHOSEN}: median of runs", "90 % of runs", "90 % of counts"], rows
    )


def _networks(measured: dict) -> list[str]:
    """Say what the sequential posterior took and what its draws are worth."""
    head = [
        "sequential",
        "runs",
        "seconds",
        "runs learned from, by round",
        "near, of a round's runs",
        "usable draws",
        "draws are worth",
    ]
    many = list(measured.get("sequential_synthetic", {}).values())
    one = measured["one_record"].get("sequential")
    if not one:
        return []
    each: list[tuple[str, Callable[[dict], float], str]] = [
        ("runs", lambda told: told["runs"], ",.0f"),
        ("seconds", lambda told: told["seconds"], ",.0f"),
        ("near", lambda told: told["rounds"][-1]["near"] / told["rounds"][-1]["runs"], ".1%"),
        ("usable", lambda told: told["usable"], ".0%"),
        ("worth", lambda told: told["effective"], ".1f"),
    ]
    rows = []
    for name, of in [("Table 1", [one])] + (
        [(f"{len(many)} synthetic records", many)] if many else []
    ):
        cells = [_span([of_one(told) for told in of], form) for _, of_one, form in each]
        rounds = zip(*([r["learned_from"] for r in told["rounds"]] for told in of), strict=True)
        rows.append(
            [
                name,
                *cells[:2],
                "; ".join(_span(list(r), ",.0f") for r in rounds),
                *cells[2:-1],
                f"{cells[-1]} of {of[0]['draws']:,}",
            ]
        )
    return _table(head, rows)


def _swarms(measured: dict) -> list[str]:
    """Say what the particles took, and how many families of the first draws are left of them."""
    head = [
        "particles",
        "runs",
        "seconds",
        "first power",
        "levels to the posterior",
        "moves accepted in the last",
        "families left",
    ]
    given = [
        (name, [measured["one_record"][key]])
        for name, key in (("Table 1", "particles"), ("Table 1, another seed", "particles_again"))
    ]
    many = list(measured.get("particles_synthetic", {}).values())
    rows = []
    for name, of in given + ([(f"{len(many)} synthetic records", many)] if many else []):
        cells = [
            _span([told["runs"] for told in of], ",.0f"),
            _span([told["seconds"] for told in of], ",.0f"),
            _span([told["levels"][0]["power"] for told in of], ".2g"),
            _span([sum(level["power"] < 1 for level in told["levels"]) + 1 for told in of], ".0f"),
            _span([told["levels"][-1]["accepted"] for told in of], ".0%"),
            _span([told["levels"][-1]["families"] for told in of], ".0f"),
        ]
        rows.append([name, *cells])
    return _table(head, rows)


def _span(values: list[float], form: str) -> str:
    """Return one value, or the median of several and their ends."""
    middle, low, high = (
        format(of(values), form).replace("%", " %") for of in (statistics.median, min, max)
    )
    return middle if low == high else f"{middle} ({low} to {high})"


def _apart(measured: dict) -> list[str]:
    """Say how far two runs of the particles given Table 1 have ended from each other."""
    told = measured["apart"]
    rows = [
        [f"`{name}`", f"{one['means']:.2f}", f"{one['ratio']:.2f}"] for name, one in told.items()
    ]
    return _table(
        [
            "two seeds of the particles, Table 1",
            "means apart, in standard deviations",
            "ratio of standard deviations",
        ],
        rows,
    )


def _coverage() -> list[str]:
    table, calibration = (
        pd.read_csv(TABLES / "coverage.csv"),
        pd.read_csv(TABLES / "calibration.csv"),
    )
    rows = []
    for name, part in table.groupby("posterior", sort=False):
        half, most = (part[part["level"] == level].set_index("parameter") for level in (0.5, 0.9))
        own, told = most.drop(index="all"), most.loc["all"]
        curves = calibration[calibration["posterior"] == name]["inside"]
        rows.append(
            [
                str(name),
                str(int(told["records"])),
                f"{half.loc['all', 'covered']:.3f}",
                f"{told['covered']:.3f} ({told['low']:.3f}, {told['high']:.3f})",
                f"{own['covered'].min():.2f} `{own['covered'].idxmin()}`",
                f"{own['covered'].max():.2f} `{own['covered'].idxmax()}`",
                f"{curves.sum()} of {len(curves)}" if len(curves) else "too few records",
            ]
        )
    return _table(
        [
            "posterior",
            "records",
            "50 % intervals cover",
            "90 % cover, all",
            "lowest parameter",
            "highest",
            "curves inside the band",
        ],
        rows,
    )


def _parameters() -> list[str]:
    """Say what the records tell of each parameter."""
    table = pd.read_csv(TABLES / "recovery.csv")
    kinds, rows = list(table["posterior"].unique()), []
    for name, part in table.groupby("parameter", sort=False):
        by = part.set_index("posterior")
        rows.append(
            [
                f"`{name}`",
                *(
                    f"{by.loc[k, 'error']:.2f}, {by.loc[k, 'shrinkage']:.2f}, {by.loc[k, 'covered']:.2f}"
                    for k in kinds
                ),
            ]
        )
    return _table(["error, shrinkage, 90 % cover", *kinds], rows)


def picture() -> None:
    """Draw the bands of the shipped posterior and the record."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    table = pd.read_csv(TABLES / "predictive.csv")
    figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
    for kind, colour, label in (
        ("counts", "#d9e2ee", "counts: runs and their scatter around the record"),
        ("runs", "#8fabcc", "runs of the model"),
    ):
        part = table[(table["posterior"] == CHOSEN) & (table["of"] == kind)]
        axes.fill_between(
            part["year"],
            part["low_90"].clip(lower=1),
            part["high_90"],
            color=colour,
            label=f"90 % of {label}",
            linewidth=0,
        )
        if kind == "runs":
            axes.plot(
                part["year"], part["median"].clip(lower=1), color="#27496d", label="median of runs"
            )
            axes.plot(
                part["year"],
                part["record"],
                "o",
                color="#b03a2e",
                label="record, Table 1",
                markersize=4,
            )
    axes.set(
        yscale="log",
        ylim=(1, 2e4),
        xlabel="year",
        ylabel="successes in a year",
        title="What the posterior given Table 1 expects",
    )
    axes.legend(frameon=False, loc="lower right", fontsize=8)
    figure.savefig(PICTURE, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        text[: text.index(BEGIN) + len(BEGIN)] + section() + text[text.index(END) :],
        encoding="utf-8",
    )
    picture()
