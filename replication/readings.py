"""What the paper leaves open: the best score under each reading, and which it may have used."""

from typing import Any

import numpy as np
import pandas as pd

from defection.parameters import PARAMETERS
from defection.replication.best_regions import parameters_of, regions_of, with_border
from defection.replication.best_regions import readings as stored
from defection.replication.markdown import shown
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.searches import READINGS
from defection.replication.statements import STATEMENTS, held
from defection.replication.verdicts import SHOWN, UNDECIDED

DEFAULT = "default readings"
WORSE, BETTER, OWN = "fits worse", "fits better", "the default"
RULE = (
    "No verdict on the paper, which names none. Every reading was searched once from nothing, with "
    "the budget of each of the searches under the default readings, which differ from each other "
    "by chance alone. Better: by more than two standard errors below the best of these. Worse: "
    "above the worst of them likewise. Otherwise undecided. That a reading fits better would not "
    "show that the paper used it."
)


def compared(scores: pd.DataFrame) -> list[str]:
    """Return how each row's score compares with the searches under the default readings."""
    own = scores["reading"].str.startswith(DEFAULT)
    ends = (scores[own].sort_values("score").iloc[i] for i in (0, -1))
    best, worst = (
        (one["score"], 2 * np.hypot(scores["standard_error"], one["standard_error"]))
        for one in ends
    )
    better, worse = scores["score"] < best[0] - best[1], scores["score"] > worst[0] + worst[1]
    return np.select([own, better, worse], [OWN, BETTER, WORSE], UNDECIDED).tolist()


def searches() -> list[dict[str, Any]]:
    """Return what was searched: the default readings, a search for each root, then the others."""
    known = stored()
    default, candidates = known.pop("baseline"), regions_of("baseline")
    rows = [
        {**one, "reading": f"{DEFAULT}, search {number}", "changed": {},
         "point": candidates[candidates["root"] == one["root"]].iloc[0]}
        for number, one in enumerate(default["searches"], 1)
    ]  # fmt: skip
    return rows + [{**about, "point": regions_of(name).iloc[0]} for name, about in known.items()]


def _text(value: object) -> str:
    """Return a value or a range as text."""
    if not isinstance(value, dict):
        return str(value)
    scale = ", log scale" if value.get("scale") == "log" else ""
    return f"{value.get('low')} to {value.get('high')}{scale}"


def compute(runs: Runs) -> Tables:
    """Return a row per search, best first."""
    rows, count = [], min(runs.replicates, 20)
    for about in searches():
        best, name, border = about["best"], about["reading"], about.get("border")
        runs.log(f"the statements under the reading {name}")
        point = parameters_of(about["point"])
        country = with_border(runs.country, border)
        kept = held(point, country=country, runs=count, threads=runs.threads)
        settings = about["changed"].items()
        changes = [f"{name} = {_text(to)}" for name, to in settings if name in PARAMETERS]
        changes += [f"border: {', '.join(border)}"] if border else []
        row = {"reading": name, "changed": ", ".join(changes) or "nothing"}
        row |= {key: best[key] for key in ("score", "standard_error", "stopped_early")}
        row |= {"searched with runs": about["runs"], "root": str(about["root"])}
        holds = f"{int(kept['holds'].sum())} of {len(STATEMENTS)}"
        rows.append(row | {"statements that hold": holds})
    runs.used.append(f"seeds 1 to {count} of the best point under each reading")
    table = pd.DataFrame(rows).sort_values("score", kind="stable", ignore_index=True)
    return {"readings": table.assign(**{"against the default": compared(table)})}


def _judge(tables: Tables) -> Judgement:
    table = tables["readings"]
    against = table.groupby("against the default")["reading"].agg(", ".join)
    others = table[table["against the default"] != OWN]
    as_well = int((others["against the default"] != WORSE).sum())
    counts = sorted(set(table["statements that hold"]))
    differ = "are the same under all" if len(counts) == 1 else "differ"
    return Judgement(
        SHOWN,
        f"Better than the default readings: {against.get(BETTER, 'none')}. Worse: "
        f"{against.get(WORSE, 'none')}. The others cannot be distinguished from them with searches "
        f"of this size. The paper's statements that hold {differ}: {', '.join(counts)}. Which "
        f"reading the paper used does not follow from the fit: {as_well} of {len(others)} others "
        "fit as well or better. If its runs follow Table 1 as it says, the least likely is "
        f"{others['reading'].iloc[-1]}, as far as one search of each shows.",
    )


RESULT = Result(
    name="readings", title="Readings compared", compute=compute, judge=_judge,
    needs=("baseline", *(name.replace(" ", "_") for name in READINGS)), seconds=5,
    texts={"search-readings": lambda tables: shown(tables["readings"])}, rule=RULE,
    paper="The text leaves open whose attempts are heard of, the unit of growth, the famine years, "
    "what is tolerated.",
)  # fmt: skip
