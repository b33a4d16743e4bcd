"""Searches beside each other: under each reading, and for known parameters."""

from __future__ import annotations

import json

import pandas as pd

from defection.batch_runs.searches.shipped import FOUND, best_region, readings
from defection.batch_runs.searches.statements import held
from search_page.common import BASE, BASELINE, number, table


def compared() -> str:
    """Return the best score under each reading, best first."""
    about = {name: one for name, one in readings().items() if name not in (BASE, BASELINE)}
    control = about["once more"]["best"] if "once more" in about else None
    rows: list[list[object]] = []
    for name, one in sorted(about.items(), key=lambda item: item[1]["best"]["score"]):
        best = one["best"]
        p = best_region(name)
        gain = best["score"] - control["score"] if control else float("nan")
        holds = held(p) if name != "border of two provinces" else None
        rows.append(
            [name, f"{best['score']:.2f}", f"{best['standard_error']:.2f}", f"{gain:+.2f}", f"{best['stopped']:.3f}", f"{one['runs']:,}",
             "" if holds is None else f"{int(holds['holds'].sum())} of {len(holds)}", p.tolerated_attempts, number(p.economy_scale)]
        )  # fmt: skip
    header = ["reading", "score (200 fresh seeds)", "standard error", "against 'once more'", "stopped", "runs", "statements that hold"]
    return table(rows, [*header, "`tolerated_attempts`", "`economy_scale`"])


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
        rows, ["search", "fresh score", "best single run of the rough stage", "best of the screen", "runs", "as good as the truth"]
    )
    return (
        f"{text}\n\n{about['recovered']} of {about['searches']} searches came within the truth's own {about['truth_score']:.2f} plus its spread "
        f"over replicates, {about['truth_spread']:.2f} (noise floor {about['noise_floor']:.2f})."
    )
