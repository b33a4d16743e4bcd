"""Going on where a search was cut off: what has been answered is answered again from what was kept."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from defection.batch_runs.execution.evaluation import Evaluate, SearchError
from defection.parameters import PARAMETERS


class Replay:
    """Answers from ``answers`` as long as they last, then asks, and keeps each new answer there.

    A search asks the same in the same order whenever its settings, its seed and the answers so far
    are the same. So a search that was killed is started again with what it had been answered, and
    nothing is run twice.

    Parameters
    ----------
    evaluate : function
        ``evaluate(first_point)`` makes the :class:`Evaluate` that answers what is not in
        ``answers``.
    answers : list of pandas.DataFrame
        The tables of runs of earlier questions, in order; new ones are appended.
    """

    def __init__(
        self, evaluate: Callable[[int], Evaluate], answers: list[pd.DataFrame] | None = None
    ) -> None:
        self.answers: list[pd.DataFrame] = [] if answers is None else answers
        self._asked = 0
        self._make = evaluate
        self._evaluate: Evaluate | None = None

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Answer from what was kept if the question is the same; ``SearchError`` if it is another."""
        if self._asked < len(self.answers):
            answer = self.answers[self._asked]
            self._check(points, replicates, answer)
        else:
            if self._evaluate is None:
                self._evaluate = self._make(sum(table["point"].nunique() for table in self.answers))
            answer = self._evaluate(points, replicates)
            self.answers.append(answer)
        self._asked += 1
        return answer

    def _check(self, points: pd.DataFrame, replicates: int, answer: pd.DataFrame) -> None:
        asked = points[list(PARAMETERS)].to_numpy(object).repeat(replicates, axis=0)
        same = len(answer) == len(asked) and bool(
            (asked == answer[list(PARAMETERS)].to_numpy(object)).all()
        )
        if not same or answer["point"].nunique() != len(points):
            raise SearchError(
                f"question {self._asked} is not the one that was answered: the search was started with other settings, another seed or "
                "another version; start it anew or with what it had"
            )
