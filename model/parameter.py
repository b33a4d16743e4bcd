"""One parameter: what is known of it, and which values it takes."""

import dataclasses
import difflib
import math
import numbers
import re
from collections.abc import Iterable
from typing import NamedTuple

from defection.checks import composed, number_from, shown

SPAN = re.compile(r"([0-9]{1,4})\s*-\s*([0-9]{1,4})")
"""A span of years as text, such as ``1994-1998``."""


class ParameterError(ValueError):
    """A parameter has an unknown name, a wrong type or a value outside its range."""


class SearchRange(NamedTuple):
    """Where a parameter is looked for, and whether evenly in its logarithm."""

    low: float
    high: float
    log: bool = False


@dataclasses.dataclass(frozen=True)
class Reported:
    """What the paper reports of one parameter in its good region: numbers where it has them."""

    value: float | None = None
    sd: float | None = None
    """Standard deviation over good runs."""
    low: float | None = None
    high: float | None = None
    says: str = ""
    """What the numbers do not say."""

    def __str__(self) -> str:
        limits = [f">= {self.low:g}"] if self.low is not None else []
        limits += [f"<= {self.high:g}"] if self.high is not None else []
        typical = [] if self.value is None else [f"{'typically ' if limits else ''}{self.value:g}"]
        text = ", ".join([*limits, *typical]) + (f" (s.d. {self.sd:g})" if self.sd else "")
        return "; ".join(part for part in (text, self.says) if part) or "not reported"

    def span(self, deviations: float = 1.0) -> tuple[float, float] | None:
        """Return its limits, or so many standard deviations around its value; None without both."""
        if self.value is not None and self.sd is not None:
            return self.value - deviations * self.sd, self.value + deviations * self.sd
        if self.low is None and self.high is None:
            return None
        return (
            -math.inf if self.low is None else self.low,
            math.inf if self.high is None else self.high,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parameter:
    """What is known of one parameter: name, meaning, unit, default, ranges and source."""

    name: str
    default: float | int | str
    symbol: str = ""
    meaning: str
    unit: str = ""
    group: str
    low: float = -math.inf
    high: float = math.inf
    search: tuple[float, float] | None = None
    log_search: bool = False
    paper: Reported = Reported()
    """What the paper reports of its good region."""
    choices: tuple[str, ...] = ()
    text: str = ""
    """Kind of a text that is no choice: ``years`` (a span) or ``interventions``."""
    national: bool = False
    """Whether it cannot differ between provinces."""
    policy: str = ""
    """The policy of the state that reads it; all do if left out."""
    circles: bool = False
    """Whether it is read only where a province has several news circles."""
    needs: str = ""
    """The number that must be above 0 for it to be read."""
    extension: bool = False
    """Whether it stands for something that the paper's law has not."""
    constant: bool = False
    """Whether it is the same in all weeks and in all runs of a design."""
    from_start: bool = False
    """Whether it holds for a whole run: no intervention changes it."""
    source: str

    @property
    def kind(self) -> str:
        """``number``, ``whole``, ``choice`` (of a list), ``years`` or ``interventions``."""
        if self.choices:
            return "choice"
        return self.text or ("whole" if isinstance(self.default, int) else "number")

    @property
    def is_text(self) -> bool:
        """Whether a value is text that compiled code cannot read."""
        return bool(self.text)

    def checked(self, value: object) -> float | int | str:
        """Return ``value`` as a plain Python value of this kind, or raise ``ParameterError``."""
        if self.kind == "interventions":
            from defection.interventions import canonical

            return canonical(value)
        if self.kind in ("choice", "years"):
            return self._checked_text(value)
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise ParameterError(
                f"{self.name} must be a number, not {shown(value)} ({type(value).__name__})"
            )
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ParameterError(f"{self.name} must be finite, not {shown(value)}")
        if self.kind == "whole" and number != int(number):
            raise ParameterError(f"{self.name} must be a whole number, not {shown(value)}")
        if not self.low <= number <= self.high:
            limit = "at least" if number < self.low else "at most"
            bound = self.low if number < self.low else self.high
            raise ParameterError(
                f"{self.name} = {shown(value)} is out of range: it must be {limit} {bound:g}"
            )
        return int(number) if self.kind == "whole" else number

    def _checked_text(self, value: object) -> str:
        if not isinstance(value, str):
            raise ParameterError(
                f"{self.name} must be text, not {shown(value)} ({type(value).__name__})"
            )
        if self.choices and value not in self.choices:
            raise ParameterError(
                f"{self.name} = {shown(value)} is not one of {', '.join(self.choices)}"
                + nearest(value, self.choices)
            )
        value = composed(value)
        span = SPAN.fullmatch(value)
        if self.kind == "years" and span and int(span[1]) > int(span[2]):
            raise ParameterError(f"{self.name} = {shown(value)} ends before it begins")
        return value

    def from_text(self, text: str) -> float | int | str:
        """Read a value typed by a person, such as ``0.49`` or ``nationwide``, and check it."""
        if self.kind not in ("number", "whole"):
            return self.checked(text)
        try:
            number = number_from(text.strip())
        except ValueError:
            raise ParameterError(f"{self.name} must be a number, not {shown(text)}") from None
        return self.checked(number)


def nearest(name: object, names: Iterable[str]) -> str:
    """Return ``; did you mean NAME?`` for the nearest of ``names``, or nothing if none is near."""
    if not isinstance(name, str):
        return ""
    close = difflib.get_close_matches(name[:80], list(names), n=1)
    return f"; did you mean {close[0]}?" if close else ""
