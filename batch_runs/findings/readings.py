"""What the paper leaves open: the best score under each reading, and which the paper is likely to have used."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.findings.evidence import Evidence
from defection.batch_runs.findings.finding import SHOWN, UNDECIDED, Finding
from defection.batch_runs.searches.shipped import best_region
from defection.batch_runs.searches.shipped import readings as stored
from defection.batch_runs.searches.statements import STATEMENTS, held
from defection.parameters import PARAMETERS

CONTROL, TWIN, BASE = "once more", "refined", "the paper's ranges"
RULE = (
    f"Every reading was searched with the budget of '{CONTROL}', which changes nothing. Better or worse: the scores differ by more than "
    f"two standard errors and by more than twice as much as '{CONTROL}' and '{TWIN}' differ, two searches of one and the same model. "
    f"Otherwise undecided. That a reading fits better would not show that the paper used it."
)
WORSE, BETTER = "fits worse", "fits better"


def judged(scores: pd.DataFrame) -> list[str]:
    """Return for each row of ``reading``, ``score``, ``standard_error`` how it compares with the control."""
    rows = scores.set_index("reading")
    control = rows.loc[CONTROL]
    luck = 2 * abs(rows.loc[TWIN, "score"] - control["score"]) if TWIN in rows.index else np.inf
    said = []
    for name, row in rows.iterrows():
        gap = row["score"] - control["score"]
        limit = max(luck, 2 * float(np.hypot(row["standard_error"], control["standard_error"])))
        said.append("the control" if name == CONTROL else WORSE if gap > limit else BETTER if gap < -limit else UNDECIDED)
    return said


def _value(given: object) -> str:
    """Return a value or a range as text."""
    if not isinstance(given, dict):
        return str(given)
    return f"{given.get('low')} to {given.get('high')}" + (", log scale" if given.get("scale") == "log" else "")


def _statements(table: pd.DataFrame) -> str:
    """Say whether the paper's statements tell the readings apart."""
    counts = sorted({said for said in table["statements that hold"] if said})
    apart = "do not tell them apart" if len(counts) == 1 else "differ"
    return f"The paper's statements {apart}: {', '.join(counts)} hold."


def finding(evidence: Evidence) -> Finding:
    """Compare the readings that were searched."""
    known = {name: about for name, about in stored().items() if name not in (BASE, "baseline")}
    rows = []
    for name, about in known.items():
        best = about["best"]
        evidence.tell(f"the statements under the reading {name}")
        kept = held(best_region(name), runs=min(evidence.runs, 20)) if not about.get("border") else None
        changed = ", ".join(f"{key} = {_value(value)}" for key, value in about["given"].items() if key in PARAMETERS) or "nothing"
        rows.append(
            {
                "reading": name,
                "changed": changed,
                "score": best["score"],
                "standard_error": best["standard_error"],
                "stopped": best["stopped"],
                "searched with runs": about["runs"],
                "root": str(about["root"]),
                "statements that hold": "" if kept is None else f"{int(kept['holds'].sum())} of {len(STATEMENTS)}",
            }
        )
    table = pd.DataFrame(rows).sort_values("score", kind="stable", ignore_index=True)
    table["against the control"] = judged(table)
    others = table[~table["reading"].isin([CONTROL, TWIN])]
    better = others[others["against the control"] == BETTER]["reading"].tolist()
    worse = others[others["against the control"] == WORSE]["reading"].tolist()
    return Finding(
        "readings",
        "Readings compared",
        "The text leaves open whose attempts are heard of, the unit of growth, the famine years, what is tolerated.",
        f"Better than the default reading: {', '.join(better) or 'none'}. Worse: {', '.join(worse) or 'none'}. The others cannot be told "
        f"from it with searches of this size. {_statements(table)} Readings that were not searched are not here.",
        SHOWN,
        f"No verdict on the paper, which names none. {RULE}",
        {"readings": table},
        ("scores: batch_runs/searches/found/*.json (200 fresh seeds each)", f"statements: seeds 1 to {min(evidence.runs, 20)}"),
    )
