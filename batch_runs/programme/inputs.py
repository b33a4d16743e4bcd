"""Uncertain inputs of a programme: one value, a 90 % interval, or an even range, with a source."""

from __future__ import annotations

import dataclasses
import math
import numbers
from typing import Any

import numpy as np
from scipy import special

from defection.batch_runs.designs.sampled import generator
from defection.batch_runs.errors import check_known
from defection.checks import shown

FORMS = ("value", "ninety", "between")
NORMAL_95 = float(special.ndtri(0.95))
LONGEST = 300
"""Characters of a source."""


class ProgrammeError(ValueError):
    """A programme cannot be computed with these settings."""


def number(name: str, value: object, low: float, high: float) -> float:
    """Return a finite number inside limits, or raise ``ProgrammeError``."""
    good = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not good or not low <= value <= high:  # type: ignore[operator]
        raise ProgrammeError(f"{name} = {shown(value)} must be a number from {low:g} to {high:g}")
    return float(value)  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True)
class Input:
    """A number that is not known well: its name, its words, its interval, and who says so."""

    name: str
    words: str
    form: str
    low: float
    high: float
    source: str
    mark: str
    limits: tuple[float, float]
    is_share: bool

    @property
    def varies(self) -> bool:
        """Whether it has more than one value."""
        return self.low < self.high

    def quantiles(self, at: np.ndarray | float) -> np.ndarray:
        """Return its values at these probabilities."""
        u = np.asarray(at, float)
        if self.form != "ninety":
            return self.low + (self.high - self.low) * u
        to, back = (special.logit, special.expit) if self.is_share else (np.log, np.exp)
        middle, half = (to(self.low) + to(self.high)) / 2, (to(self.high) - to(self.low)) / 2
        return np.clip(back(middle + half / NORMAL_95 * special.ndtri(u)), *self.limits)

    @property
    def text(self) -> str:
        """The interval in words."""
        if self.form == "value":
            return f"{self.low:,.10g}"
        kind = "90 % from" if self.form == "ninety" else "evenly from"
        return f"{kind} {self.low:,.10g} to {self.high:,.10g}"


def read_input(
    name: str, said: Any, words: str, limits: tuple[float, float], *, is_share: bool,
    more: tuple[str, ...] = (), mark: str = "the user's",
) -> Input:  # fmt: skip
    """Return an input as a file says it: ``{ ninety = [1600, 3000], source = "..." }``.

    Raises
    ------
    ProgrammeError
        It has no source, no interval or two, unknown keys, or values outside its limits.
    """
    if not isinstance(said, dict):
        raise ProgrammeError(
            f"{name} = {shown(said)} has no source: write {{ value = ..., source = '...' }}"
        )
    for key in said:
        known = (*FORMS, "source", *more)
        check_known(f"{name} has no key {shown(key)}", key, known, ProgrammeError)
    source = said.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > LONGEST:
        raise ProgrammeError(
            f"{name} needs a source: source = 'who says so', a text of at most {LONGEST} characters"
        )
    forms = [form for form in FORMS if form in said]
    if len(forms) != 1:
        raise ProgrammeError(f"{name} needs one of value, ninety and between, not {len(forms)}")
    form = forms[0]
    ends = [said[form]] if form == "value" else said[form]
    if not isinstance(ends, (list, tuple)) or (form != "value" and len(ends) != 2):
        raise ProgrammeError(f"{name}.{form} = {shown(ends)} must be two numbers, low and high")
    values = [number(f"{name}.{form}", one, *limits) for one in ends]
    low, high = values[0], values[-1]
    if form != "value" and low >= high:
        raise ProgrammeError(f"{name}.{form}: {low:g} must be less than {high:g}")
    if form == "ninety" and (low <= 0 or (is_share and high >= 1)):
        inside = "between 0 and 1, without the ends" if is_share else "above 0"
        raise ProgrammeError(f"{name}.ninety must be {inside}; for other intervals use between")
    return Input(name, words, form, low, high, source.strip(), mark, limits, is_share)


def sobol(dimensions: int, points: int, seed: int) -> np.ndarray:
    """Return points of a scrambled Sobol' sequence, [points, dimensions]."""
    if dimensions == 0:
        return np.zeros((1, 0))
    from scipy.stats import qmc  # slow to load

    sequence = qmc.Sobol(dimensions, rng=generator(seed, 5))
    drawn = sequence.random_base2(int(math.log2(points)))
    return np.clip(np.asarray(drawn, float), 1e-9, 1 - 1e-9)


def stratified(points: int, seed: int, key: int) -> np.ndarray:
    """Return one number in each of so many equal parts of 0..1, in an order by chance."""
    rng = generator(seed, key)
    return np.asarray((rng.permutation(points) + rng.random(points)) / points)
