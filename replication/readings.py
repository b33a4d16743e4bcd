"""What the paper leaves open: the best score under each reading, and which the paper is likely to have used."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from defection.parameters import PARAMETERS, Parameters
from defection.replication.best_regions import readings as stored
from defection.replication.best_regions import regions_of, with_border
from defection.replication.finding import SHOWN, UNDECIDED, Finding
from defection.replication.runs import Evidence
from defection.replication.search_statements import STATEMENTS, held

DEFAULT = "default readings"
RULE = (
    "Every reading was searched once from nothing, with the budget of each of the searches under the default readings, which differ from "
    "each other by luck alone. Better: by more than two standard errors below the best of these. Worse: above the worst of them likewise. "
    "Otherwise undecided. That a reading fits better would not show that the paper used it."
)
WORSE, BETTER = "fits worse", "fits better"


def judged(scores: pd.DataFrame) -> list[str]:
    """Return for each row of ``reading``, ``score``, ``standard_error`` how it compares with the searches under the default readings."""
    own = scores["reading"].str.startswith(DEFAULT)
    best, worst = (scores[own].sort_values("score").iloc[place] for place in (0, -1))
    said = []
    for row in scores.assign(own=own).to_dict("records"):
        under = best["score"] - 2 * float(np.hypot(row["standard_error"], best["standard_error"]))
        above = worst["score"] + 2 * float(np.hypot(row["standard_error"], worst["standard_error"]))
        judgement = BETTER if row["score"] < under else WORSE if row["score"] > above else UNDECIDED
        said.append("the default" if row["own"] else judgement)
    return said


def searches() -> list[dict[str, Any]]:
    """Return what was searched: the default readings, once for each root, then the others; ``best`` is on 200 fresh seeds."""
    known = stored()
    default = known.pop("baseline")
    tables = regions_of("baseline")
    rows = [
        {
            **one,
            "reading": f"{DEFAULT}, search {number + 1}",
            "given": {},
            "point": tables[tables["root"] == one["root"]].iloc[0],
        }
        for number, one in enumerate(default["searches"])
    ]
    return rows + [{**about, "point": regions_of(name).iloc[0]} for name, about in known.items()]


def _value(given: object) -> str:
    """Return a value or a range as text."""
    if not isinstance(given, dict):
        return str(given)
    return f"{given.get('low')} to {given.get('high')}" + (
        ", log scale" if given.get("scale") == "log" else ""
    )


def _statements(table: pd.DataFrame) -> str:
    """Say whether the paper's statements tell the readings apart."""
    counts = sorted(set(table["statements that hold"]))
    apart = "do not tell them apart" if len(counts) == 1 else "differ"
    return f"The paper's statements {apart}: {', '.join(counts)} hold."


def finding(evidence: Evidence) -> Finding:
    """Compare the readings that were searched."""
    rows = []
    for about in searches():
        best, name = about["best"], about["reading"]
        evidence.tell(f"the statements under the reading {name}")
        border = about.get("border")
        point = Parameters(**about["point"][list(PARAMETERS)].to_dict())
        kept = held(
            point,
            country=with_border(evidence.country, border),
            runs=min(evidence.runs, 20),
            threads=evidence.threads,
        )
        changed = ", ".join(
            f"{key} = {_value(value)}" for key, value in about["given"].items() if key in PARAMETERS
        )
        rows.append(
            {
                "reading": name,
                "changed": changed or (f"border: {', '.join(border)}" if border else "nothing"),
                "score": best["score"],
                "standard_error": best["standard_error"],
                "stopped": best["stopped"],
                "searched with runs": about["runs"],
                "root": str(about["root"]),
                "statements that hold": f"{int(kept['holds'].sum())} of {len(STATEMENTS)}",
            }
        )
    table = pd.DataFrame(rows).sort_values("score", kind="stable", ignore_index=True)
    table["against the default"] = judged(table)
    better = table[table["against the default"] == BETTER]["reading"].tolist()
    worse = table[table["against the default"] == WORSE]["reading"].tolist()
    others = table[table["against the default"] != "the default"]
    as_well = int((others["against the default"] != WORSE).sum())
    likely = (
        f"Which one the paper used cannot be told by fit: {as_well} of {len(others)} others fit as well or better. If its runs follow the "
        f"record as it says, the least likely is {others.iloc[-1]['reading']}, as far as one search of each can tell."
    )
    return Finding(
        "readings",
        "Readings compared",
        "The text leaves open whose attempts are heard of, the unit of growth, the famine years, what is tolerated.",
        f"Better than the default readings: {', '.join(better) or 'none'}. Worse: {', '.join(worse) or 'none'}. The others cannot be "
        f"told from them with searches of this size. {_statements(table)} {likely}",
        SHOWN,
        f"No verdict on the paper, which names none. {RULE}",
        {"readings": table},
        (
            "scores: replication/found/*.json (200 fresh seeds each)",
            f"statements: seeds 1 to {min(evidence.runs, 20)}",
        ),
    )
