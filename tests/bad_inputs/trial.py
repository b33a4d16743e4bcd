"""A kind of bad input tried: how many ended how, and what is wrong with its files."""

import warnings

from tests.bad_inputs.cases import COUNTRY, KINDS
from tests.bad_inputs.hunt import hunt
from tests.bad_inputs.judge import Case

TENTHS = {"country": 150, "design": 60, "points": 60, "flag": 380, "link": 400}
"""Examples of a kind in two thousand; 190 of any other."""


def shown(said: str, case: Case) -> str:
    """Return a complaint with the files that led to it."""
    changed = {name: body for name, body in case.files.items() if COUNTRY.get(name) != body}
    text = "".join(f"--- {name}\n{body[:600]!r}\n" for name, body in changed.items())
    act = "a call" if callable(case.act) else " ".join(map(str, case.act))[:300]
    return f"{case.kind}: {said}\n  {act}\n{text if case.kind not in ('folder', 'flag') else ''}"


def tried(kind: str, examples: int, seed: int) -> tuple[list[int], list[str]]:
    """Return how many of a kind were tried, refused, accepted and wrong, and what is wrong."""
    warnings.simplefilter("ignore")
    ends, wrong = hunt(KINDS[kind], examples * TENTHS.get(kind, 190) // 2000, seed)
    counts = [ends.total(), ends["refused"], ends["accepted"], ends["wrong"]]
    return counts, [shown(said, case) for said, case in wrong.items()]
