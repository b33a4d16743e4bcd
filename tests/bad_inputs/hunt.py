"""Trying many cases and collecting what is wrong with them."""

from __future__ import annotations

import collections
import functools
import tomllib
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.batch_runs.programme import TEMPLATE, run_programme
from defection.batch_runs.survey import run_survey
from defection.commands import parser
from tests.bad_inputs.judge import Case, complaint

ROUNDS = 5
"""How often cases are drawn anew, until there are as many as are wanted."""


def hunt(
    strategy: SearchStrategy[Case], examples: int, number: int = 1
) -> tuple[collections.Counter[str], dict[str, Case]]:
    """Try so many different cases; return how they ended, and the first case of each complaint.

    Where Hypothesis repeats itself, the next cases are drawn with the next ``number``.
    """
    _compile()
    ends: collections.Counter[str] = collections.Counter()
    wrong: dict[str, Case] = {}
    known: set[int] = set()

    @settings(
        max_examples=2 * examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def tried(case: Case) -> None:
        if case.key in known or len(known) == examples:
            return
        known.add(case.key)
        end, said = complaint(case)
        ends["wrong" if said else end] += 1
        if said:
            wrong.setdefault(said, case)

    built = functools.cache(parser.parser)  # building it takes longer than most cases
    with mock.patch.object(parser, "parser", built):
        for round_ in range(ROUNDS):
            if len(known) < examples:
                seed(number + 1000 * round_)(tried)()
    return ends, wrong


@functools.cache
def _compile() -> None:
    """Have the law compiled, so that no case waits for it."""
    DefectionModel(seed=1, weeks=1).run()
    DefectionModel(seed=1, weeks=1, news_circles=2).run()
    run_ensemble({}, 1, weeks=1)
    run_survey(runs=1, size=5, first="1992-01", last="1992-03", threads=1)
    least = {"chance.points": 1, "chance.runs": 1}
    run_programme(tomllib.loads(TEMPLATE), changes=least, threads=1)
