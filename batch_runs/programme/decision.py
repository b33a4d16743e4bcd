"""At which value of an input the effect or its cost passes a threshold; what knowing it is worth.

Both need a threshold of the user: what an additional arrival may cost. None is put in here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import interpolate, optimize

from defection.batch_runs.programme.assumptions import ASSUMPTIONS, ORDER
from defection.batch_runs.programme.effects import NOTHING, headline
from defection.batch_runs.programme.inputs import Input
from defection.batch_runs.programme.plan import NO_CHANGE
from defection.batch_runs.programme.tables import MILLION, Drawn
from defection.batch_runs.programme.world import Found, World


@dataclasses.dataclass(frozen=True)
class Tried:
    """An input: its name, what it means, what is put in, and the values that are tried."""

    name: str
    words: str
    now: str
    points: np.ndarray


BUDGETS = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)  # times the funds, or the rescues, of the file
TRIED = 7
"""Values between the ends of an input, of which the first interval with a change is searched."""
INNER_KNOTS = (0.25, 0.5, 0.75)
FOLDS = 8
POINTS_AT_LEAST = 64
"""Points without which what information is worth is not estimated."""
NOT_FROM_0 = "not to be told from 0"
COLUMNS = ("input", "meaning", "now", "from", "to", "what", "at")
SIGN, COST = "no additional arrival", "an additional arrival costs the threshold"
HIGHEST = {"referral": 20.0, "china_response": 1.0}
"""Up to where assumptions that are off and no shares are tried."""


def tried(world: World) -> list[Tried]:
    """Return the inputs whose thresholds are looked for, with the values that are tried."""
    read, rows = world.read, []
    for one in read.inputs:
        changes = one.name.split(".")[-1] in ORDER or not one.name.startswith("assumptions.")
        if changes and not (read.rescues is not None and one.name.startswith("costs.")):
            rows.append(Tried(one.name, one.words, one.text, _values(one)))
    for name in ("mission_failure", "other_groups", "referral", "china_response"):
        if not read.on(name):
            own = ASSUMPTIONS[name]
            ends = NO_CHANGE.get(name, 0.0), HIGHEST.get(name, own.limits[1])
            full = f"assumptions.{name}"
            rows.append(Tried(full, own.words, "off", np.linspace(*ends, TRIED)))
    return rows


def thresholds(
    world: World, medians: Mapping[str, float], inputs: Sequence[Tried], found: Sequence[Found]
) -> pd.DataFrame:
    """Return for each input the value at which the effect ends, or costs the threshold.

    Other inputs are at their medians. The outcome is the median over runs, by the later horizon;
    ``found`` is what was found at the values of ``inputs``, one after the other. Shares are tried
    from 0 to 1 (or their limits), other inputs from a tenth to ten times of what is plausible, and
    assumptions that are off as well. It is the direct effect alone that is tried, without news.
    """
    usd, rows = world.read.threshold_usd, []
    for number, one in enumerate(inputs):
        known = dict(zip(one.points.tolist(), found[number * TRIED :], strict=False))
        wanted: list[tuple[str, Callable[[Found], float]]] = [(SIGN, _additional)]
        if usd is not None:
            wanted.append((COST, lambda own, usd=usd: _additional(own) * usd - own.spent))  # type: ignore[misc]
        for what, of_found in wanted:

            def function(
                value: float, name: str = one.name, known: dict[float, Found] = known,
                of_found: Callable[[Found], float] = of_found,
            ) -> float:  # fmt: skip
                if value not in known:
                    known[value] = world.at({**medians, name: value}, ORDER)
                return of_found(known[value])

            ends = float(one.points[0]), float(one.points[-1])
            rows.append((one.name, one.words, one.now, *ends, what, passes(function, one.points)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def budgets(world: World, medians: Mapping[str, float]) -> pd.DataFrame:
    """Return rescues and additional arrivals by budget, and how many more further funds bring.

    Inputs are at their medians, outcomes medians over runs: rescues by the first horizon, arrivals
    by the second, without news. The first row is beside no funds, the others beside the one before.
    """
    read, rows = world.read, []
    for times in BUDGETS:
        name = "rescues" if read.funds_usd is None else "funds_usd"
        changed = dataclasses.replace(read, **{name: times * getattr(read, name)})
        found = dataclasses.replace(world, read=changed).at(medians, ORDER)
        rescues = float(np.median(found.effects["rescues"][0]))
        rows.append((times, found.spent, rescues, _additional(found)))
    table = pd.DataFrame(rows, columns=["times", "spent_usd", "rescues", "additional_arrivals"])
    more = table.diff().fillna(table)
    for name in ("rescues", "additional_arrivals"):
        table[f"{name}_per_further_million"] = more[name] / more["spent_usd"] * MILLION
    return table


def _additional(found: Found) -> float:
    return float(np.median(found.effects["additional_arrivals"][1]))


def passes(function: Callable[[float], float], values: np.ndarray) -> float:
    """Return where a function of one number is 0, in the first interval in which it gets there.

    Not a number where it does not. A value at or below a millionth of the largest counts as 0.
    """
    found = np.array([function(float(value)) for value in values])
    large = float(np.abs(found).max())
    found = np.where(np.abs(found) <= NOTHING * large, 0.0, found)
    if large == 0.0 or found[0] == 0.0:
        return float("nan") if large == 0.0 else float(values[0])
    for i in range(1, len(values)):
        if found[i] == 0.0:
            return float(values[i])
        if found[i - 1] * found[i] < 0:
            low, high = float(values[i - 1]), float(values[i])
            return float(optimize.brentq(function, low, high, xtol=1e-4 * abs(high - low)))
    return float("nan")


def _values(one: Input) -> np.ndarray:
    low, high = one.limits
    if one.is_share:
        return np.linspace(max(low, 1e-3) if low > 0 else low, high, TRIED)
    ends = np.asarray(one.quantiles(np.array([0.05, 0.95])), float)
    low, high = max(low, float(ends[0]) / 10), min(high, float(ends[1]) * 10)
    if low <= 0:
        return np.linspace(low, max(high, 1e-9), TRIED)
    return np.geomspace(low, high, TRIED)


def information(
    inputs: list[Input], cube: np.ndarray, drawn: Drawn, threshold_usd: float | None
) -> pd.DataFrame:
    """Return what knowing each input alone would be worth, in USD at the user's threshold.

    The decision is to spend or not: additional arrivals x threshold - funds, against 0. Knowing an
    input (EVPPI), it is made at each point by a cubic spline of this difference over the input's
    quantiles that was fitted without the point; knowing everything (EVPI), by the point itself. The
    gain is the mean over the points, with its standard error.
    """
    columns = ["input", "meaning", "usd", "standard_error", "verdict"]
    if threshold_usd is None or len(cube) < POINTS_AT_LEAST or not inputs:
        return pd.DataFrame([], columns=columns)
    effect = drawn.effects[headline(drawn.effects)][:, 1].mean(axis=1)
    benefit = effect * threshold_usd - drawn.spent
    known = [("everything", "all inputs at once", benefit)]
    known += [
        (one.name, one.words, smooth(at, benefit)) for one, at in zip(inputs, cube.T, strict=True)
    ]
    rows = []
    for name, words, expected in known:
        more = benefit * ((expected > 0.0).astype(float) - float(benefit.mean() > 0.0))
        gain, error = float(more.mean()), float(more.std(ddof=1) / np.sqrt(len(more)))
        rows.append((name, words, max(0.0, gain), error, NOT_FROM_0 if gain <= 2 * error else ""))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("usd", ascending=False, kind="stable", ignore_index=True)


def smooth(at: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return cubic splines of values by their places in 0..1, each where it was not fitted.

    Points that follow each other are left out together: these are as even as all of them.
    """
    fold, found = np.arange(len(at)) * FOLDS // len(at), np.empty(len(at))
    order = np.argsort(at, kind="stable")
    knots = np.r_[(0.0,) * 4, INNER_KNOTS, (1.0,) * 4]
    for number in range(FOLDS):
        own = order[fold[order] != number]
        spline = interpolate.make_lsq_spline(at[own], values[own], knots, k=3)
        found[fold == number] = spline(at[fold == number])
    return found
