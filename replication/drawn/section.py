"""One finding as a section of the page."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from defection.replication import NOT, REPRODUCED, UNDECIDED, Finding
from defection.replication.drawn.drawn import Drawn
from defection.replication.finding import told
from defection.views.page import element, image, table

LOOK = {REPRODUCED: "#1b6e3c", NOT: "#a32014", UNDECIDED: "#8a5a00"}
"""Colours of verdicts; the words stand beside them."""

LONGEST = 40
"""Tables with more rows are only in the folder of data."""

WIDE = "white-space: normal; min-width: 9rem"


def badge(verdict: str) -> Element:
    """Return a verdict as a word that is set off."""
    return element("strong", verdict, style=f"color: {LOOK.get(verdict, '#555')}")


def section(finding: Finding, drawn: list[Drawn]) -> list[Element]:
    """Return the elements of a section: the paper, ours, the verdict and its rule, figures, tables, and what is behind them."""
    parts: list[Element] = [element("h2", finding.title, id=finding.name)]
    parts.append(element("p", element("strong", "The paper: "), finding.paper))
    parts.append(element("p", element("strong", "Here: "), finding.ours))
    verdicts: list[Element | str] = [element("strong", "Verdict: "), badge(finding.verdict), ". "]
    for what, verdict, _ in finding.parts if len(finding.parts) < 5 else ():
        verdicts += [f"{what[:1].upper()}{what[1:]}: ", badge(verdict), ". "]
    parts.append(element("p", *verdicts))
    parts.append(element("p", element("strong", "Rule: "), finding.rule, class_="small"))
    for one in drawn:
        parts.append(
            element(
                "figure",
                image(one.draw(), one.alt),
                element("figcaption", f"{one.title}. {one.caption} (file {one.name})"),
            )
        )
    for name, frame in finding.tables.items():
        if len(frame) <= LONGEST and not name.endswith("_values"):
            parts.append(framed(frame))
            parts.append(element("p", f"Table {name}.csv", class_="small"))
    parts.append(
        element(
            "p", element("strong", "Behind it: "), "; ".join(finding.behind) + ".", class_="small"
        )
    )
    return parts


def framed(frame: pd.DataFrame) -> Element:
    """Return a table of pandas, columns of text to the left."""
    words = [
        not pd.api.types.is_numeric_dtype(frame[column]) or frame[column].dtype == bool
        for column in frame.columns
    ]
    order = [c for c, word in zip(frame.columns, words, strict=True) if word] + [
        c for c, word in zip(frame.columns, words, strict=True) if not word
    ]
    rows = [
        [_cell(column, value) for column, value in row.items()]
        for row in frame[order].to_dict("records")
    ]
    made = table([str(column) for column in order], rows, texts=sum(words))
    for cell in made.iter("td"):
        if cell.get("class") == "text" and len(cell.text or "") > 30:
            cell.set("style", WIDE)
    return made


def _cell(column: object, value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if str(column) in ("year", "first_year", "last_year") and isinstance(
        value, int | float | np.number
    ):
        return f"{value:.0f}"
    return told(float(value)) if isinstance(value, int | float | np.number) else str(value)
