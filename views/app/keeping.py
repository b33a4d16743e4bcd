"""What a learner keeps over a reload: predictions, the runs of lessons and the notebook.

It stands in the browser's own storage, and nowhere else. What comes back from there is checked:
anything may have been written into it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from defection.views.app.lesson import Lesson, lessons

COLUMNS = (
    "run", "lesson", "prediction", "seed", "changes", "weeks", "attempts", "successes", "score",
    "stopped_early",
)  # fmt: skip
"""Columns of the notebook; ``score`` is left out where nothing was observed or the run goes on."""

MOST_RUNS = 200
"""Runs that the notebook keeps, the latest."""

LONGEST = 4000
"""Characters of a text that are taken back."""

_TEXTS = ("lesson", "prediction", "changes")
_NUMBERS = ("run", "weeks", "attempts", "successes")

Row = dict[str, Any]


@dataclasses.dataclass
class Kept:
    """What is kept: by lesson the prediction and the runs that were made, and the notebook.

    Parameters
    ----------
    predictions : dict
        The option that was committed to, by lesson.
    done : dict
        The runs of each lesson that were made.
    revealed : set
        The lessons that have explained themselves.
    notebook : list of dict
        Rows with ``COLUMNS``.

    Examples
    --------
    >>> Kept.from_browser({"predictions": {"belief": 1, "no lesson": 0}}).predictions
    {'belief': 1}
    """

    predictions: dict[str, int] = dataclasses.field(default_factory=dict)
    done: dict[str, set[int]] = dataclasses.field(default_factory=dict)
    revealed: set[str] = dataclasses.field(default_factory=set)
    notebook: list[Row] = dataclasses.field(default_factory=list)

    @classmethod
    def from_browser(cls, data: Any) -> Kept:
        """Return what of the browser's data can be used."""
        data = data if isinstance(data, dict) else {}
        kept = cls()
        predictions, done = (_mapping(data.get(name)) for name in ("predictions", "done"))
        for name, lesson in lessons().items():
            option: Any = predictions.get(name)
            if not _is_whole(option) or not 0 <= option < len(lesson.options):
                continue
            kept.predictions[name] = option
            kept.done[name] = _numbers(done.get(name), lesson)
            if name in _list(data.get("revealed")) and len(kept.done[name]) == len(lesson.runs):
                kept.revealed.add(name)
        rows = [_row(row) for row in _list(data.get("notebook"))]
        kept.notebook = [row for row in rows if row][-MOST_RUNS:]
        return kept

    def for_browser(self) -> dict[str, Any]:
        """Return it as plain data. Seeds are texts: the browser's numbers have 53 bits."""
        return {
            "predictions": dict(self.predictions),
            "done": {name: sorted(numbers) for name, numbers in self.done.items()},
            "revealed": sorted(self.revealed),
            "notebook": [{**row, "seed": str(row["seed"])} for row in self.notebook],
        }


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbers(value: Any, lesson: Lesson) -> set[int]:
    there = range(len(lesson.runs))
    return {number for number in _list(value) if _is_whole(number) and number in there}


def _row(row: Any) -> Row | None:
    """Return a row of the notebook, or None where it is none."""
    if not isinstance(row, dict) or any(name not in row for name in COLUMNS):
        return None
    seed, score = row["seed"], row["score"]
    fits = isinstance(seed, str) and seed.isdecimal() and seed.isascii() and len(seed) <= 40
    fits &= all(isinstance(row[name], str) and len(row[name]) <= LONGEST for name in _TEXTS)
    fits &= all(_is_whole(row[name]) and row[name] >= 0 for name in _NUMBERS)
    fits &= score == "" or (isinstance(score, (int, float)) and not isinstance(score, bool))
    fits &= isinstance(row["stopped_early"], bool)
    if not fits:
        return None
    score = score if score == "" else float(score)
    return {**{name: row[name] for name in COLUMNS}, "seed": int(seed), "score": score}
