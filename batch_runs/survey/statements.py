"""Statements of the survey's text, and whether samples of its size would show them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import bdtr, ndtr

from defection.batch_runs.survey.functions import (
    DISTRESS,
    EXPERIENCES,
    LARGEST,
    QUESTIONS,
    WISH,
    WORK,
    Outcomes,
)
from defection.batch_runs.survey.published import Coefficient

HOLDS, DIFFERENCE = 0.95, 1.96
"""Share of the sets and runs in which a statement must hold; standard deviations of a difference
that is significant."""
MISSED, LEVEL = 2.0 * float(ndtr(-DIFFERENCE)), 0.01
"""Share of samples with a significant difference where there is none; the chance with which a true
statement of no difference may be judged not to hold."""

RULE = (
    f"A statement holds where it is seen in at least {100 * HOLDS:.0f} % of the samples and sets "
    "of coefficients. One of a function is seen where a least-squares fit of the responses to all "
    "variables of its equation, in the sample, has the sign or the order; what has no star is not "
    "asked for."
)
NO_DIFFERENCE = (
    "A statement of no difference is judged otherwise: a sample whose two shares differ by more "
    f"than {DIFFERENCE} standard errors misses it, as about {100 * MISSED:.0f} % do by chance where"
    " it is true. It fails where more samples miss it than chance gives (a binomial number) "
    f"with a probability of at least {100 * LEVEL:.0f} %, so that a true one is judged wrongly at "
    f"most about {LEVEL * 100:.0f} time in 100; it is undecided where samples are too few for that."
)
SOURCE = "The text's note 15 says table 1 and means table 7; its note 13, table 8 for table 5."


@dataclasses.dataclass(frozen=True)
class Statement:
    """A statement: its words, its class, and how it is judged."""

    name: str
    said: str
    kind: str
    source: str
    note: str = ""
    is_difference_denied: bool = False


def _signs(variable: str, said: str, source: str) -> Statement:
    return Statement(f"distress: {variable}", said, "function", source, NOTES.get(variable, ""))


NOTES = {
    "trader": "the text says that it is so across all questions",
    "student": "the text names only their hope; that they are more anxious it leaves out",
}
TEXT = "Chang, Haggard & Noland (2008)"
STATEMENTS = (
    Statement("women stay longer", "more women than men have been in China for three years or more",
              "simulated", f"{TEXT}, III"),
    Statement("arrests do not differ", "no significant difference of arrests between the genders",
              "simulated", f"{TEXT}, IV", is_difference_denied=True),
    Statement("distress: largest experience", "the largest of five experiences is food aid in six "
              "of seven questions, and death of a relative in the seventh", "function",
              f"{TEXT}, V"),
    *(
        _signs(name, f"{said} in the questions with stars", f"{TEXT}, V and table 7")
        for name, said in (
            ("food aid", "food aid that was not received raises distress"),
            ("camp", "a political facility raises distress"),
            ("arrest", "arrest raises distress"),
            ("trafficking", "knowledge of trafficking raises distress"),
            ("death", "death of a relative by hunger raises distress"),
            ("female", "women are more anxious, and fear more for relatives,"),
            ("age", "age raises distress"),
            ("elementary", "little schooling lowers fear"),
            ("farmer", "farmers fear less and hope less"),
            ("trader", "traders are more distressed"),
            ("student", "students are more anxious, and less distressed otherwise,"),
        )
    ),
    *(
        Statement(f"work: {name}", said, "function", f"{TEXT}, VI")
        for name, said in (
            ("avgpsych", "distress lowers work"),
            ("in China", "a longer time in China lowers work"),
            ("children", "children raise work"),
            ("trafficking", "knowledge of trafficking raises work"),
        )
    ),
    *(
        Statement(f"wish {equation}: {name}", said, "function", f"{TEXT}, VI")
        for equation, name, said in (
            ("US", "age", "older people wish less to go to the United States"),
            ("US", "secondary", "schooling raises the wish for the United States"),
            ("US", "northeast", "people of the northeast wish less for the United States"),
            ("SK", "secondary", "schooling lowers the wish for South Korea"),
        )
    ),
)  # fmt: skip


def estimates(table: np.ndarray, responses: np.ndarray) -> np.ndarray:
    """Return least-squares coefficients of responses [..., N] on variables [N, V], [..., V].

    A variable that does not vary in the sample has none: it is not a number.

    Examples
    --------
    >>> estimates(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])).round(6).tolist()
    [2.0]
    """
    varies = table.std(axis=0) > 0
    design = table[:, varies] - table[:, varies].mean(axis=0)
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    found = np.full((*responses.shape[:-1], table.shape[1]), np.nan)
    found[..., varies] = responses @ design @ inverse
    return found


def simulated_truths(table: pd.DataFrame) -> dict[str, bool]:
    """Return whether a sample shows the statements that the simulation makes."""
    women = (table["gender"] == "female").to_numpy()
    longer = (table["time_in_china"] == "over 3 years").to_numpy()
    arrested = (table["arrested"] == "yes").to_numpy()
    counts = np.array([women.sum(), (~women).sum()])
    shares = np.array([longer[women].sum(), longer[~women].sum()]) / np.maximum(1, counts)
    arrests = np.array([arrested[women].sum(), arrested[~women].sum()])
    return {
        "women stay longer": bool(shares[0] > shares[1]),
        "arrests do not differ": bool(do_not_differ(arrests, counts)),
    }


def do_not_differ(yes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return whether two shares, ``yes`` of ``counts`` [..., 2], do not differ significantly."""
    counts = np.maximum(1, counts)
    shares, both = yes / counts, yes.sum(axis=-1) / counts.sum(axis=-1)
    error = np.sqrt(both * (1 - both) * (1 / counts).sum(axis=-1))
    return np.asarray(abs(shares[..., 0] - shares[..., 1]) <= DIFFERENCE * error)


def function_truths(
    values: Mapping[str, np.ndarray],
    found: Outcomes,
    coefficients: Mapping[tuple[str, str], Coefficient],
) -> dict[str, np.ndarray]:
    """Return whether each set of coefficients shows each statement of functions, each [S]."""
    table = np.column_stack([values[name] for name in DISTRESS])
    distress = estimates(table, found.distress)  # [questions, S, D]
    truths = {"distress: largest experience": _largest(distress)}
    for v, name in enumerate(DISTRESS):
        starred = [(q, coefficients[one, name].sign) for q, one in enumerate(QUESTIONS)
                   if coefficients[one, name].stars > 0]  # fmt: skip
        right = [np.sign(distress[q, :, v]) == sign for q, sign in starred]
        truths[f"distress: {name}"] = np.all(right, axis=0)
    mean = found.distress.mean(axis=0)
    others = np.column_stack([values[name] for name in WORK[1:]])
    work = np.array([
        estimates(np.column_stack([one, others]), responses.astype(float))
        for one, responses in zip(mean, found.employed, strict=True)
    ])  # fmt: skip
    for name, sign in (("avgpsych", -1), ("in China", -1), ("children", 1), ("trafficking", 1)):
        truths[f"work: {name}"] = np.sign(work[:, WORK.index(name)]) == sign
    table = np.column_stack([values[name] for name in WISH])
    for equation, destination in (("US", 0), ("SK", 1)):
        wish = estimates(table, (found.wish == destination).astype(float))
        for name in ("age", "secondary", "northeast"):
            sign = coefficients[f"{equation}1", name].sign
            truths[f"wish {equation}: {name}"] = np.sign(wish[:, WISH.index(name)]) == sign
    wanted = {one.name for one in STATEMENTS}
    return {name: truth for name, truth in truths.items() if name in wanted}


def _largest(distress: np.ndarray) -> np.ndarray:
    experiences = np.nan_to_num(distress[:, :, : len(EXPERIENCES)], nan=-np.inf)
    largest = experiences.argmax(axis=2)
    wanted = np.array([EXPERIENCES.index(LARGEST[question]) for question in QUESTIONS])
    return np.all(largest == wanted[:, None], axis=0)


def verdict(shown: np.ndarray, *, is_difference_denied: bool) -> str:
    """Return whether a statement holds that some samples (or sets) show and others do not."""
    if not is_difference_denied:
        return "holds" if shown.size and shown.mean() >= HOLDS else "does not hold"
    chances = bdtr(np.arange(count := shown.size), count, MISSED)  # of so many missed, or fewer
    if (most := np.searchsorted(chances, 1.0 - LEVEL)) == count:
        return "undecided"
    return "holds" if count - shown.sum() <= most else "does not hold"


def statements_table(
    truths: Mapping[str, list[np.ndarray]], coefficients: Mapping[tuple[str, str], Coefficient]
) -> pd.DataFrame:
    """Return a row per statement: what is said, the share of sets and runs, whether it holds."""
    rows = []
    for one in STATEMENTS:
        shown = np.concatenate(truths.get(one.name) or [np.zeros(0)])
        share = float(shown.mean()) if shown.size else np.nan
        denied, notes = one.is_difference_denied, [one.note] if one.note else []
        if (variable := one.name.removeprefix("distress: ")) in DISTRESS:
            stars = sum(coefficients[question, variable].stars > 0 for question in QUESTIONS)
            notes.insert(0, f"stars in {stars} of {len(QUESTIONS)} questions")
        judged = verdict(shown, is_difference_denied=denied)
        rule = NO_DIFFERENCE if denied else RULE
        rows.append((one.name, one.said, one.kind, share, shown.size, judged, rule, one.source,
                     "; ".join(notes)))  # fmt: skip
    columns = ["statement", "said", "class", "share", "samples", "verdict", "rule", "source"]
    return pd.DataFrame(rows, columns=[*columns, "note"])
