"""The page of reliability: sections that commands renew, one by one."""

from __future__ import annotations

import pytest

from tests.reliability_page import PAGE, write_section


def test_a_section_is_replaced_and_the_rest_of_the_page_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# P\n\n<!-- kills -->\n\nold\n\n<!-- /kills -->\n\nrest\n", encoding="utf-8")
    for text in ("new 개성", "newer"):
        write_section("kills", text, page)
        assert page.read_text(encoding="utf-8") == (
            f"# P\n\n<!-- kills -->\n\n{text}\n\n<!-- /kills -->\n\nrest\n"
        )


def test_a_section_that_is_not_there_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("<!-- /kills -->\n<!-- kills -->\n", encoding="utf-8")
    for name in ("kills", "kicks"):
        with pytest.raises(ValueError, match=f"no section '{name}'"):
            write_section(name, "", page)


@pytest.mark.parametrize("name", ["environments", "bad inputs", "kills", "app"])
def test_the_page_has_the_sections_that_commands_renew(name, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write_section(name, "| a |", page)
    assert f"<!-- {name} -->\n\n| a |\n" in page.read_text(encoding="utf-8")
