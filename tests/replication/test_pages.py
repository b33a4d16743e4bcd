"""Generated sections of pages are what the kept tables say, and the code of the pages runs."""

from __future__ import annotations

import pytest

from defection.replication import pages
from defection.replication.kept import Kept

GENERATED = {
    "mechanisms",
    "README",
    "importance",
    "journey",
    "odd",
    "posterior",
    "report",
    "search",
    "survey",
}


def test_the_pages_with_generated_sections_are_known():
    assert {page.stem for page in pages.generated()} == GENERATED


def test_every_generated_section_is_what_its_tables_say():
    assert pages.renew_pages(Kept(), write=False) == []


def test_what_a_cell_prints_is_put_behind_it_and_an_error_names_the_line(tmp_path):
    text = (
        "A\n\n```python\nx = 2\nprint(x)\n```\n\n```text\n3\n```\n\nB\n\n```python\nx += 1\n```\n"
    )
    new = pages.run_cells(text, tmp_path)
    assert new == text.replace("\n3\n", "\n2\n")
    assert pages.run_cells(new, tmp_path) == new
    with pytest.raises(ZeroDivisionError) as error:
        pages.run_cells("A\n\n```python\nx = 1\n1 / 0\n```\n", tmp_path)
    assert error.traceback[-1].lineno + 1 == 5
