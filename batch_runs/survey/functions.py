"""Distress, work and wish as functions of what is known of a respondent, with drawn coefficients.

The digits of the survey's regressions cannot be read. So there is no estimate here: a number of
sets of coefficients is drawn evenly inside the bounds of the legible marks and the orders of the
text, and all that is said is said of these sets.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from scipy.special import ndtr

from defection.batch_runs.survey.interview import STAYS
from defection.batch_runs.survey.published import Coefficient, Margin, Published

SETS = 500
"""Admissible sets of coefficients."""

QUESTIONS = ("anxious", "fear", "fearfamily", "anger", "concentrate", "attain", "hope")
EXPERIENCES = ("food aid", "camp", "arrest", "trafficking", "death")
LARGEST = dict.fromkeys(QUESTIONS, "food aid") | {"concentrate": "death"}
"""The experience with the largest coefficient in each question, as the text says."""

DISTRESS = (
    *EXPERIENCES, "female", "age", "elementary", "farmer", "trader", "student", "other job",
)  # fmt: skip
WORK = (
    "avgpsych", "trafficking", "children", "in China", "female", "northeast", "Pyongyang", "age",
    "elementary", "farmer", "trader", "student", "other job",
)  # fmt: skip
WISH = (
    "camp", "trafficking", "death", "female", "northeast", "Pyongyang", "age", "secondary",
    "post-secondary", "farmer", "trader", "student", "other job",
)  # fmt: skip
WISHES = ("US", "SK")
SPECIFICATIONS = 4
LOST_COLUMN = {
    ("job", "trafficking"): ("entry 1 of 5",),
    ("US", "trafficking"): ("entry 2 of 5", "entry 3 of 5"),
    ("SK", "trafficking"): ("entry 4 of 5", "entry 5 of 5"),
    ("US", "camp"): ("entry 1 of 4", "entry 2 of 4"),
    ("SK", "camp"): ("entry 3 of 4", "entry 4 of 4"),
    ("US", "death"): ("entry 1 of 4", "entry 2 of 4"),
    ("SK", "death"): ("entry 3 of 4", "entry 4 of 4"),
}
"""Entries of rows of table 9 that have gaps: the text says to which equations they belong."""

NORTHEAST = ("North Hamgyong", "South Hamgyong", "Ryanggang")
HALVINGS = 40
"""Of the interval in which an intercept is looked for."""


@dataclasses.dataclass(frozen=True)
class Coefficients:
    """Sets of coefficients: distress [S, questions, D], work [S, W], wish [S, 2, V]."""

    distress: np.ndarray
    work: np.ndarray
    wish: np.ndarray

    def __len__(self) -> int:
        return len(self.work)

    def part(self, numbers: np.ndarray) -> Coefficients:
        """Return the sets of some numbers."""
        return Coefficients(self.distress[numbers], self.work[numbers], self.wish[numbers])


def admissible(found: Published, count: int, rng: np.random.Generator) -> Coefficients:
    """Return sets of coefficients inside the signs and bounds, and in the orders of the text."""
    known = found.coefficients
    distress = np.empty((count, len(QUESTIONS), len(DISTRESS)))
    for q, question in enumerate(QUESTIONS):
        own = [known[question, name] for name in DISTRESS]
        experiences, largest = len(EXPERIENCES), EXPERIENCES.index(LARGEST[question])
        accepted = np.empty((0, experiences))
        while len(accepted) < count:
            drawn = np.column_stack([_drawn(one, 4 * count, rng) for one in own[:experiences]])
            accepted = np.concatenate([accepted, drawn[drawn.argmax(axis=1) == largest]])
        distress[:, q, :experiences] = accepted[:count]
        for v, one in enumerate(own[experiences:], experiences):
            distress[:, q, v] = _drawn(one, count, rng)
    return Coefficients(distress, _work(found, count, rng), _wish(found, count, rng))


def _drawn(one: Coefficient, count: int, rng: np.random.Generator) -> np.ndarray:
    return one.sign * rng.uniform(one.low, one.high, count)


def _entry(found: Published, equation: str, variable: str, number: int) -> Coefficient:
    entries = LOST_COLUMN.get((equation, variable), (equation,))
    return found.coefficients[entries[number % len(entries)], variable]


def _work(found: Published, count: int, rng: np.random.Generator) -> np.ndarray:
    return np.column_stack([_drawn(_entry(found, "job", name, 0), count, rng) for name in WORK])


def _wish(found: Published, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return the coefficients of both wishes, each set of one of the four specifications.

    An experience stands in two of them, of which two is lost: a set has it with chance one half.
    """
    wish = np.empty((count, len(WISHES), len(WISH)))
    specification = rng.integers(SPECIFICATIONS, size=count)
    for w, equation in enumerate(WISHES):
        for v, name in enumerate(WISH):
            is_experience = name in EXPERIENCES
            entries = 2 if is_experience else SPECIFICATIONS
            drawn = np.column_stack([
                _drawn(
                    _entry(found, equation, name, n)
                    if is_experience
                    else found.coefficients[f"{equation}{n + 1}", name],
                    count, rng,
                )
                for n in range(entries)
            ])  # fmt: skip
            number = specification % entries
            wish[:, w, v] = drawn[np.arange(count), number]
            if is_experience:
                wish[:, w, v] *= rng.random(count) < 0.5
    return wish


def variables(table: pd.DataFrame, ages: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return what the equations read of respondents, by the survey's names, each [N].

    Ages are the number of the age group, time in China that of the survey's interval: the units of
    the survey are not known.
    """

    def is_yes(column: str) -> np.ndarray:
        return (table[column] == "yes").to_numpy(float)

    unheard = (table["knows_of_food_aid"] == "yes") & (table["received_food_aid"] != "yes")
    jobs = table["occupation"]
    return {
        "food aid": unheard.to_numpy(float),
        "camp": is_yes("held_in_political_facility"),
        "arrest": is_yes("arrested"),
        "trafficking": is_yes("knows_of_trafficking"),
        "death": is_yes("relative_died_of_hunger"),
        "children": is_yes("children_in_china"),
        "female": (table["gender"] == "female").to_numpy(float),
        "age": np.array([ages.index(one) for one in table["age"]], float),
        "in China": np.array([[*STAYS].index(one) for one in table["time_in_china"]], float),
        "northeast": table["province"].isin(NORTHEAST).to_numpy(float),
        "Pyongyang": (table["province"] == "Pyongyang").to_numpy(float),
        **{n: (table["schooling"] == n).to_numpy(float)
           for n in ("elementary", "secondary", "post-secondary")},
        "farmer": (jobs == "farmer").to_numpy(float),
        "trader": (jobs == "trader").to_numpy(float),
        "student": (jobs == "student").to_numpy(float),
        "other job": (jobs == "other").to_numpy(float),
    }  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Outcomes:
    """What S sets of coefficients say of N respondents."""

    distress: np.ndarray  # [questions, S, N], of no unit: only the order within a sample is read
    rank: np.ndarray  # [S, N], position of the mean over questions within the sample, 0..1
    employed: np.ndarray  # [S, N]
    wish: np.ndarray  # [S, N], positions in DESTINATIONS


DESTINATIONS = ("United States", "South Korea", "China", "North Korea", "another country")


def outcomes(
    values: dict[str, np.ndarray],
    sets: Coefficients,
    shares: dict[str, float],
    rng: np.random.Generator,
) -> Outcomes:
    """Return distress, work and wish of respondents under sets of coefficients.

    ``shares`` are those of the employed and of the five destinations, in percent; intercepts are
    set so that the sample has the first and the two of the wishes.
    """
    table = np.column_stack([values[name] for name in DISTRESS])
    noise = rng.standard_normal((len(QUESTIONS), len(sets), len(table)))
    distress = np.einsum("nd,sqd->qsn", table, sets.distress, optimize=True) + noise
    mean = distress.mean(axis=0)
    rank = (mean.argsort(axis=1).argsort(axis=1) + 1.0) / max(1, mean.shape[1])
    scaled = (mean - mean.mean(axis=1, keepdims=True)) / np.maximum(
        mean.std(axis=1, keepdims=True), 1e-12
    )
    others = np.column_stack([values[name] for name in WORK[1:]])
    index = sets.work[:, :1] * scaled + sets.work[:, 1:] @ others.T
    chance = probabilities(index, shares["employed"] / 100.0)
    employed = rng.random(chance.shape) < chance
    return Outcomes(distress, rank, employed, _wished(values, sets, shares, rng))


def probabilities(index: np.ndarray, share: float, most: np.ndarray | float = 1.0) -> np.ndarray:
    """Return the probit's probabilities, at most ``most``, with the intercept that gives a share.

    Examples
    --------
    >>> float(probabilities(np.array([[0.0, 1.0, 5.0]]), 0.25).mean().round(6))
    0.25
    """
    low = np.full((len(index), 1), -8.0) - np.abs(index).max(initial=0.0)
    high = -low
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        below = np.minimum(ndtr(index + middle), most).mean(axis=1, keepdims=True) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.minimum(ndtr(index + high), most)


def _wished(
    values: dict[str, np.ndarray],
    sets: Coefficients,
    shares: dict[str, float],
    rng: np.random.Generator,
) -> np.ndarray:
    table = np.column_stack([values[name] for name in WISH])
    first, second = DESTINATIONS[:2]
    states = probabilities(sets.wish[:, 0] @ table.T, shares[first] / 100.0)
    south = probabilities(sets.wish[:, 1] @ table.T, shares[second] / 100.0, 1.0 - states)
    rest = np.array([shares[name] for name in DESTINATIONS[2:]])
    edges = np.cumsum(rest / rest.sum())
    uniform, other = rng.random(states.shape), rng.random(states.shape)
    others = 2 + np.minimum((other[..., None] >= edges).sum(axis=-1), len(rest) - 1)
    return np.where(uniform < states, 0, np.where(uniform < states + south, 1, others))


def check(found: Published) -> None:
    """Refuse a survey that lacks what the functions read."""
    needed = [(question, name) for question in QUESTIONS for name in DISTRESS]
    for equation, names in (("job", WORK), *((one, WISH) for one in WISHES)):
        for name in names:
            numbers = range(1, SPECIFICATIONS + 1) if equation in WISHES else ("",)
            entries = LOST_COLUMN.get((equation, name), [f"{equation}{n}" for n in numbers])
            needed += [(entry, name) for entry in entries]
    traits = (
        "schooling", "occupation", "knows_of_trafficking", "relative_died_of_hunger",
        "knows_of_food_aid", "received_food_aid", "children_in_china",
        "held_in_political_facility",
    )  # fmt: skip
    found.check(needed, traits, ("employed", *DESTINATIONS))


def set_shares(margins: tuple[Margin, ...], rng: np.random.Generator) -> dict[str, float]:
    """Return the shares that intercepts are set to, each drawn inside its interval, in percent."""
    found = {}
    for one in margins:
        if one.kind == "set":
            name = "employed" if one.share.column == "employed" else one.share.choices[0]
            found[name] = rng.uniform(one.low, one.high)
    return found
