"""Numbers in words: chances and counts of people that a reader can take in."""

import math

SCALE = ((1e-9, "billion"), (1e-6, "million"))
"""Chances below which only their size is said."""

VERDICTS = (
    (1e-9, "Practically never."),
    (1e-6, "Hardly ever."),
    (1e-4, "Rarely."),
    (1e-2, "Some do."),
    (math.inf, "Many do."),
)
"""What is said first of a weekly chance below each limit."""


def verdict(chance: float) -> str:
    """Return in a word or two how often somebody attempts with this chance a week."""
    return next(words for limit, words in VERDICTS if chance < limit)


def chance_words(chance: float) -> str:
    """Return a chance as ``1 in 2,300``, as a percentage from a tenth on, or as its size."""
    for limit, name in SCALE:
        if chance < limit:
            return f"less than one in a {name}"
    if chance >= 0.1:
        return f"{100 * chance:.0f} %"
    return f"1 in {significant(1 / chance):,}"


def significant(number: float, digits: int = 2) -> int:
    """Return a whole number of at least 1 with so many digits that count."""
    whole = max(1, round(number))
    return round(whole, min(0, digits - len(str(whole))))


def people(number: float) -> str:
    """Return a number of people that is expected, which need not be whole."""
    if number == 0:
        return "0"
    if number < 0.001:
        return "less than 0.001"
    limits = (100, 10, 0.1, 0.01)
    digits = sum(number < limit for limit in limits)
    return f"{number:,.{digits}f}"


def percent(share: float) -> str:
    """Return a share in percent, whole or, below ten percent, with a digit more.

    What is not all is never said to be 100 %, and what is something never 0 %.
    """
    if share == 0:
        return "0 %"
    if share < 0.0005:
        return "less than 0.1 %"
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{100 * share:.{0 if share >= 0.0995 else 1}f} %"


def different(first: float, second: float, digits: int = 2, most: int = 6) -> tuple[str, str]:
    """Return two numbers with so many decimals, or as many more as tell them apart."""
    said = f"{first:.{digits}f}", f"{second:.{digits}f}"
    if said[0] != said[1] or first == second or digits >= most:
        return said
    return different(first, second, digits + 1, most)


def in_hundred(chance: float) -> str:
    """Return a chance in percent, with two digits that count, down to one in a million."""
    if chance < SCALE[1][0]:
        return chance_words(chance)
    digits = max(0, 1 - math.floor(math.log10(100 * chance)))
    return f"{100 * chance:.{digits}f} %"


def capital(text: str) -> str:
    """Return a sentence with its first letter in capitals."""
    return text[:1].upper() + text[1:]
