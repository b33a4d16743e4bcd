"""Write a section of ``docs/reliability.md``: every measurement of reliability renews its own.

A section stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``.
"""

import pathlib

from defection.files import replaced_file

PAGE = pathlib.Path(__file__).parent.parent / "docs" / "reliability.md"


def section(name: str, page: pathlib.Path = PAGE) -> str:
    """Return what stands in the section ``name`` of the page, without its heading.

    ``ValueError`` where the page has no such section, or has it twice.
    """
    return _parts(name, page)[1]


def write_section(name: str, text: str, page: pathlib.Path = PAGE) -> None:
    """Replace what stands in the section ``name`` of the page; everything else stays as it is.

    ``text`` is Markdown without the heading. ``ValueError`` as for :func:`section`.
    """
    before, _, after = _parts(name, page)
    with replaced_file(page, force=True) as beside:
        beside.write_text(f"{before}\n{text.strip()}\n\n{after}", encoding="utf-8")


def _parts(name: str, page: pathlib.Path) -> tuple[str, str, str]:
    """Return what stands before, in and behind a section."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    text = page.read_text(encoding="utf-8")
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(end) < text.index(begin):
        raise ValueError(f"{page} has no section {name!r}: {begin.strip()} ... {end.strip()}")
    before, _, rest = text.partition(begin)
    inside, _, after = rest.partition(end)
    return before + begin, inside.strip(), end + after
