"""Checks of settings that many parts of the package share."""

from __future__ import annotations

import numbers


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
        raise error(f"{name} = {value!r} must be a whole number {limits}")
    return int(value)  # type: ignore[call-overload]
