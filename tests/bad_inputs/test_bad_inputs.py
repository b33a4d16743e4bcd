"""Two thousand generated inputs: no traceback, no silent acceptance, nothing left behind."""

from __future__ import annotations

import pytest

from tests.bad_inputs.cases import KINDS
from tests.bad_inputs.hunt import hunt
from tests.bad_inputs.judge import Case, complaint

EXAMPLES = {
    "country": 150, "design": 60, "points": 60, "space": 230, "target": 250, "interventions": 200,
    "setting": 300, "flag": 120, "link": 550, "folder": 80,
}  # fmt: skip
"""How many of each kind are tried; ``python -m tests.bad_inputs`` tries ten times as many."""


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_bad_input_is_refused_in_one_line_or_accepted_and_meant(kind):
    ends, wrong = hunt(KINDS[kind], EXAMPLES[kind], 2)
    assert not wrong, next(iter(wrong.items()))
    assert ends["refused"] > EXAMPLES[kind] / 3
    assert ends["accepted"]


def test_the_judge_sees_a_traceback_a_silent_acceptance_and_litter(tmp_path):
    def broken() -> None:
        raise ZeroDivisionError("of ours")

    def differs(folder) -> None:
        raise AssertionError("another value")

    assert "ZeroDivisionError" in complaint(Case("", {}, broken))[1]
    assert "another value" in complaint(Case("", {}, lambda: None, meant=differs))[1]
    made = ["run", "--country", "nowhere", "--out", "x"]
    assert complaint(Case("", {}, made, "nowhere")) == ("refused", "")
    assert "does not name" in complaint(Case("", {}, made, "elsewhere"))[1]
