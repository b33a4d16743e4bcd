"""Checks of settings, and the one reading and writing of numbers, of the whole package."""

import math
import numbers
import re
import reprlib
import unicodedata
import warnings

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(
    r"[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|nan|inf|infinity)", re.IGNORECASE | re.ASCII
)
_MOST_DIGITS = 300


class Notice(UserWarning):
    """What a user should know of what was done; commands print it as a message."""


def notice(message: str) -> None:
    """Warn with a :class:`Notice`, in the name of who called the caller."""
    warnings.warn(message, Notice, stacklevel=3)


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxlong = 40
_SHORT.maxlevel = 4


def shown(value: object) -> str:
    """Return a value for a message: as Python writes it, in one line, cut where it is long."""
    try:
        return " ".join(_SHORT.repr(value).split("\n"))
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"


def cut(text: str, most: int = 600) -> str:
    """Return a message without the middle of what is too long to be read."""
    return text if len(text) <= most else f"{text[: most - 100]} ... {text[-90:]}"


def whole(
    name: str,
    value: object,
    least: int = 1,
    *,
    most: int | None = None,
    error: type[ValueError] = ValueError,
) -> int:
    """Return ``value`` as an int; raise ``error`` unless it is a whole number in the limits."""
    good = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not good or value < least or (most is not None and value > most):  # type: ignore[operator]
        limits = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
        raise error(f"{name} = {shown(value)} must be a whole number {limits}")
    return int(value)  # type: ignore[call-overload]


def number_from(text: str) -> float | int:
    """Read a number that a person has written: digits 0 to 9, a point, a power of ten.

    What Python would take as well (``1_000``, digits of other scripts) is refused (``ValueError``).
    ``nan``, ``inf`` and what is too large for a float are numbers that are not finite.
    """
    if _NUMBER.fullmatch(text):
        return whole_from(text) if _WHOLE.fullmatch(text) else float(text)
    raise ValueError(f"{shown(text)} is not a number")


def whole_from(text: str) -> float | int:
    """Read a whole number that a person has written in the digits 0 to 9, or ``ValueError``.

    One of more than 300 digits is infinite.
    """
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a whole number")
    return int(text) if len(text) <= _MOST_DIGITS else math.copysign(math.inf, float(text))


def formatted(value: float | None, missing: str = "") -> str:
    """Return a number with three significant digits, whole where it is large."""
    if value is None or not math.isfinite(value):
        return missing
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 run`` or ``2,000 runs``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def composed(text: str) -> str:
    """Return a name in the one form (NFC) in which names are compared.

    A letter with a mark can be written as one character or as two that look the same.
    """
    return unicodedata.normalize("NFC", text)
