"""Searches beside each other: under each reading, and for known parameters."""

from __future__ import annotations

import json

import pandas as pd

from defection import PARAMETERS, Parameters
from defection.country import load
from defection.replication.best_regions import FOUND, with_border
from defection.replication.readings import judged, searches
from defection.replication.search_statements import held
from search_page.common import number, table


def compared() -> str:
    """Return the best score under each reading, best first, beside those of the searches under the default readings."""
    found = sorted(searches(), key=lambda one: one["best"]["score"])
    scores = [
        {
            "reading": one["reading"],
            **{name: one["best"][name] for name in ("score", "standard_error")},
        }
        for one in found
    ]
    rows: list[list[object]] = []
    for one, said in zip(found, judged(pd.DataFrame(scores)), strict=True):
        best, p = one["best"], Parameters(**one["point"][list(PARAMETERS)].to_dict())
        holds = held(p, country=with_border(load("north_korea"), one.get("border")))["holds"]
        rows.append(
            [one["reading"], f"{best['score']:.2f}", f"{best['standard_error']:.2f}", said, f"{best['stopped']:.3f}", f"{one['runs']:,}",
             f"{int(holds.sum())} of {len(holds)}", number(p.memory_weeks), number(p.famine_effect), p.tolerated_attempts, number(p.economy_scale)]
        )  # fmt: skip
    header = [
        "reading",
        "score (200 fresh seeds)",
        "standard error",
        "against the default",
        "stopped",
        "runs",
        "statements that hold",
    ]
    return table(
        rows,
        [*header, "`memory_weeks`", "`famine_effect`", "`tolerated_attempts`", "`economy_scale`"],
    )


def recovery() -> str:
    """Return what the searches for known parameters came to."""
    file = FOUND / "recovery.json"
    if not file.exists():
        return "Not measured yet."
    about, found = json.loads(file.read_text(encoding="utf-8")), pd.read_csv(FOUND / "recovery.csv")
    rows = [
        [int(r["search"]), f"{r['score']:.2f}", f"{r['best_of_rough']:.2f}", f"{r['best_of_screen']:.2f}", f"{r['runs']:,}", "yes" if r["recovered"] else "no"]
        for r in found.to_dict("records")
    ]  # fmt: skip
    text = table(
        rows,
        [
            "search",
            "fresh score",
            "best single run of the rough stage",
            "best of the screen",
            "runs",
            "as good as the truth",
        ],
    )
    return (
        f"{text}\n\n{about['recovered']} of {about['searches']} searches came within the truth's own {about['truth_score']:.2f} plus its spread "
        f"over replicates, {about['truth_spread']:.2f} (noise floor {about['noise_floor']:.2f})."
    )
