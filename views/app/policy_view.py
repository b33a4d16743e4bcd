"""The rule by which a province changed its repression, with the numbers of a week."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from defection import rules
from defection.state import PROVINCE

Numbers = Mapping[str, Any]


def adjusted(
    settings: np.ndarray, before: Numbers, after: Numbers, flows: Numbers, discontent: float
) -> float:
    """Return the repression that the policy in force puts in place of the week's, by its own rule.

    ``settings`` is a row of ``state.SETTINGS``; ``before`` and ``after`` are the states of the week
    and of the next, ``flows`` the week's.
    """
    row = np.zeros(1, PROVINCE)
    for numbers in (after, flows, {"repression": before["repression"], "discontent": discontent}):
        for name, number in numbers.items():
            row[name] = number
    rules.adjust(row, settings, 0)
    return float(row["repression"][0])


def number(value: float) -> str:
    """Return a number of a rule with as many digits as say something of it."""
    return f"{value:,.0f}" if value == int(value) else f"{value:.6g}"


ONE = {"attempts": "attempt", "successes": "success", "stopped": "stopped"}


def in_numbers(
    policy: str, p: Any, was: float, now: float, flows: Numbers, measure: str, discontent: float
) -> str:
    """Return what was observed, and the rule of a policy with the numbers of the week.

    A policy that is not among the model's own has its old and its new repression.
    """
    if policy == "stay_free":
        return f"This state does not react to what happens. Repression stays: {was:.4f}."
    observed, tolerated = int(flows[measure]), int(p["tolerated_attempts"])
    said = f"{observed:,} {ONE[measure] if observed == 1 else measure} "
    said += f"{'was' if observed == 1 else 'were'} observed, and {tolerated:,} are tolerated. "
    if policy not in _RULES:
        return said + moved(was, now)
    more, formula = _RULES[policy](p, was, observed, discontent)
    limit = ", the most there can be" if now == 1.0 else ""
    return f"{said}{more}{moved(was, now)} The rule: {formula} = {now:.{digits(was, now)}f}{limit}."


def digits(was: float, now: float) -> int:
    """Return how many decimals keep an old and a new repression apart."""
    return 4 if was == now or abs(now - was) >= 1e-4 else 7


def moved(was: float, now: float) -> str:
    """Return in a sentence from where to where repression moved."""
    if was == now:
        return f"Repression stays: {was:.4f}."
    way, kept = "rises" if now > was else "falls", digits(was, now)
    if abs(now - was) < 1e-7:
        return f"Repression {way} by less than 0.0000001: {now:.7f}."
    return f"Repression {way}: {was:.{kept}f}, then {now:.{kept}f}."


def _paper(p: Any, was: float, observed: int, _discontent: float) -> tuple[str, str]:
    return "", _step(was, observed > p["tolerated_attempts"], p["adjustment_rate"])


def _two_rates(p: Any, was: float, observed: int, _discontent: float) -> tuple[str, str]:
    more = observed > p["tolerated_attempts"]
    return "", _step(was, more, p["adjustment_rate"] if more else p["relaxation_rate"])


def _discontent(p: Any, was: float, observed: int, discontent: float) -> tuple[str, str]:
    response, tolerated = p["discontent_response"], int(p["tolerated_attempts"])
    limit = tolerated * (1.0 + response * (discontent - 1.0))
    said = f"Motivation is {discontent:.3f} times that of the first week, which changes the latter "
    said += f"to {tolerated:,} × (1 + {number(response)} × ({discontent:.3f} − 1)) = {limit:,.2f}. "
    return said, _step(was, observed > limit, p["adjustment_rate"])


def _history(p: Any, was: float, observed: int, discontent: float) -> tuple[str, str]:
    target, rate, weight = p["control_target"], p["adjustment_rate"], p["history_weight"]
    step = min(target, was * (1.0 + rate)) if was < target else max(target, was * (1.0 - rate))
    said = f"A step to the target {number(target)} would lead to {step:.6f}. "
    _, paper = _paper(p, was, observed, discontent)
    return said, f"(1 − {number(weight)}) × {paper} + {number(weight)} × {step:.6f}"


def _proportional(p: Any, was: float, observed: int, _discontent: float) -> tuple[str, str]:
    tolerated, gain = max(1, int(p["tolerated_attempts"])), number(p["gain"])
    share = f"({observed:,} − {tolerated:,}) / {tolerated:,}"
    return "", f"{was:.4f} × (1 + {gain} × {number(p['adjustment_rate'])} × {share})"


def _step(was: float, more: bool, rate: float) -> str:
    return f"{was:.4f} × (1 {'+' if more else '−'} {number(rate)})"


_RULES: dict[str, Callable[[Any, float, int, float], tuple[str, str]]] = {
    "paper": _paper,
    "two_rates": _two_rates,
    "discontent": _discontent,
    "history": _history,
    "proportional": _proportional,
}
"""How a policy's rule reads in numbers: a sentence before it, or nothing, and the formula."""
