"""Write a section of ``docs/reliability.md``: every measurement of reliability renews its own.

A section stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``. A module of ``tests`` imports
``write_section`` from ``scripts.reliability_page``, a script beside this one from
``reliability_page``.
"""

from __future__ import annotations

import pathlib

from defection.files import replaced_file

PAGE = pathlib.Path(__file__).parent.parent / "docs" / "reliability.md"


def write_section(name: str, text: str, page: pathlib.Path = PAGE) -> None:
    """Replace what stands in the section ``name`` of the page; everything else stays as it is.

    Parameters
    ----------
    name : str
        Name of the section: ``environments``, ``bad inputs``, ``kills`` or ``app``.
    text : str
        Markdown of the section, without its heading.
    page : Path
        The page.

    Raises
    ------
    ValueError
        The page has no such section, or has it twice.
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    old = page.read_text(encoding="utf-8")
    if old.count(begin) != 1 or old.count(end) != 1 or old.index(end) < old.index(begin):
        raise ValueError(f"{page} has no section {name!r}: {begin.strip()} ... {end.strip()}")
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    new = f"{before}{begin}\n{text.strip()}\n\n{end}{after}"
    with replaced_file(page, force=True) as beside:
        beside.write_text(new, encoding="utf-8")
