"""Markdown of generated sections: tables, numbers, and their sections in pages."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from defection.checks import formatted as number

SECTION = "<!-- begin: {0} -->\n{1}<!-- end: {0} -->\n"
SECTIONS = re.compile(r"<!-- begin: (?P<name>[\w-]+) -->\n.*?<!-- end: (?P=name) -->\n", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[object]], *, right: bool = False) -> str:
    """Return a Markdown table; with ``right`` all columns but the first go to the right."""
    first, *others = head
    line = ["---", *("---:" if right else "---" for _ in others)]
    lines = [[first, *others], line, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in cells) + " |" for cells in lines)


def interval(values: Iterable[float], form: str) -> str:
    """Return one value, or the median of several with the smallest and the largest."""
    every = np.asarray(list(values), float)
    middle, low, high = (
        format(float(statistic(every)), form) for statistic in (np.median, np.min, np.max)
    )
    text = middle if low == high else f"{middle} ({low} to {high})"
    return text.replace("%", " %")


def shown(frame: pd.DataFrame) -> str:
    """Return a kept table as it is, numbers with three digits."""
    rows = (
        [number(cell) if isinstance(cell, float) else cell for cell in row]
        for row in frame.itertuples(index=False)
    )
    return table([str(column).replace("_", " ") for column in frame.columns], rows)


def four_digits(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose numbers have four significant digits."""
    floats = frame.select_dtypes("float")
    return frame.assign(**floats.map(lambda value: float(f"{value:.4g}")))


def section_names(text: str) -> list[str]:
    """Return the names of the generated sections of a page."""
    return [found["name"] for found in SECTIONS.finditer(text)]


def renewed(text: str, sections: Mapping[str, str]) -> str:
    """Return a page with its generated sections replaced, as far as ``sections`` has them."""

    def put(found: re.Match[str]) -> str:
        name = found["name"]
        return SECTION.format(name, sections[name].strip() + "\n") if name in sections else found[0]

    return SECTIONS.sub(put, text)
