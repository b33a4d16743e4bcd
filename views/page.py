"""HTML pages as trees of elements: text is escaped, and the page is well formed as XML too."""

import base64
import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

from defection.views.figures.figure import Figure

EMPTY = ("img", "meta")
"""Elements without content."""

BLANK = "\u00a0"

NARROW = 3
"""Columns that a narrow page has room for."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 70rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem }
h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid #ccc }
table { border-collapse: collapse; font-size: .85rem; display: block; overflow-x: auto;
  max-width: 100% }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #ddd;
  vertical-align: top }
th { text-align: left } thead th { border-bottom: 2px solid #888; text-align: right }
.text { text-align: left } td:not(.text) { white-space: nowrap }
figure { margin: 1.5rem 0 } img { max-width: 100%; height: auto }
figcaption, .small { font-size: .85rem; color: #555 }
.caution { border-left: .3rem solid #e76300; padding: .1rem .8rem; background: #fdf3ea }
nav ul { columns: 22rem; padding-left: 1.2rem } a { color: #1f5f99 }
@media (max-width: 70rem) { table { font-size: .8rem } th, td { padding: .2rem .3rem } }
@media (max-width: 45rem) { /* each row of a wide table is a list of its columns */
  table td, table td:not(.text) { white-space: normal; overflow-wrap: anywhere }
  .rows thead { display: none } .rows tr { display: block; border-bottom: 2px solid #888 }
  .rows td { display: flex; justify-content: space-between; gap: 1rem; text-align: right }
  .rows td::before { content: attr(data-label); font-weight: bold; text-align: left;
    flex: none; max-width: 45% }
}
code, pre { background: #f2f2f2; padding: .1rem .3rem; overflow-x: auto; overflow-wrap: anywhere }
"""

Content = str | ElementTree.Element


def element(name: str, /, *content: Content, **attributes: str) -> ElementTree.Element:
    """Return an element with text and elements in it; the attribute ``class_`` is ``class``."""
    texts = {key.rstrip("_"): clean(value) for key, value in attributes.items()}
    made = ElementTree.Element(name, texts)
    last: ElementTree.Element | None = None
    for part in content or ("" if name in EMPTY else BLANK,):
        if not isinstance(part, str):
            made.append(part)
            last = part
        elif last is None:
            made.text = (made.text or "") + clean(part)
        else:
            last.tail = (last.tail or "") + clean(part)
    return made


def clean(text: str) -> str:
    """Replace characters that a page cannot hold, such as the zero byte of an error text."""
    return _FORBIDDEN.sub("\ufffd", text)


def facts(rows: Mapping[str, str]) -> ElementTree.Element:
    """Return a table of names and a text for each."""
    lines = [
        element("tr", element("th", name), element("td", text, class_="text"))
        for name, text in rows.items()
    ]
    return element("table", element("tbody", *lines))


def table(
    head: Iterable[str], rows: Iterable[Iterable[Content]], *, texts: int = 1
) -> ElementTree.Element:
    """Return a table; the first ``texts`` columns are set as text, the others as numbers.

    On a narrow page a row of more than ``NARROW`` columns becomes a list of them.
    """
    head = list(head)

    def line(kind: str, row: Iterable[Content]) -> ElementTree.Element:
        cells = [element(kind, BLANK if cell == "" else cell) for cell in row]
        for cell in cells[:texts]:
            cell.set("class", "text")
        return element("tr", *cells)

    body = element("tbody", *(line("td", row) for row in rows))
    for row in body:
        for cell, name in zip(row, head, strict=True):
            cell.set("data-label", clean(name))
    kind = "rows" if len(head) > NARROW else "short"
    return element("table", element("thead", line("th", head)), body, class_=kind)


def image(figure: Figure, alt: str, *, resolution: int = 110) -> ElementTree.Element:
    """Return a figure as an image that is in the page itself."""
    data = base64.b64encode(figure.in_bytes(format="png", dpi=resolution)).decode()
    return element("img", src=f"data:image/png;base64,{data}", alt=alt)


def page(title: str, *body: ElementTree.Element) -> str:
    """Return a whole page."""
    viewport = element("meta", name="viewport", content="width=device-width, initial-scale=1")
    charset = element("meta", charset="utf-8")
    head = element("head", charset, viewport, element("title", title), element("style", STYLE))
    root = element("html", head, element("body", *body), lang="en")
    ElementTree.indent(root)
    return "<!DOCTYPE html>\n" + ElementTree.tostring(root, encoding="unicode", method="xml") + "\n"
