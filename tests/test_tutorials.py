"""The tutorials are true: their code runs, prints what stands there, and the text quotes it."""

from __future__ import annotations

import re

import pytest

from defection.replication.pages import run_cells
from tests.conftest import ROOT

PAGES = sorted((ROOT / "docs" / "tutorials").glob("*.md"))


def test_there_are_the_tutorials_that_the_readme_names():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"\(docs/tutorials/(\w+)\.md\)", readme)
    assert (
        sorted(set(names))
        == [page.stem for page in PAGES]
        == ["after_the_border", "calibrate", "first_sweep"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_code_of_a_tutorial_runs_and_prints_what_stands_below_it(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    assert run_cells(text, tmp_path, page.stem) == text
    for figure in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text):
        assert (tmp_path / figure).stat().st_size > 10_000
        assert (page.parent / figure).stat().st_size > 10_000


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_text_of_a_tutorial_quotes_only_numbers_of_its_code_or_what_it_prints(page):
    text = page.read_text(encoding="utf-8")
    blocks = " ".join(re.findall(r"```\w+\n(.*?)```", text, re.DOTALL))
    printed = {number.replace(",", "") for number in re.findall(r"\d[\d,.]*\d|\d", blocks)}
    prose = re.sub(r"^#+ .*$|```\w+\n.*?```|\]\([^)]*\)", "", text, flags=re.DOTALL | re.MULTILINE)
    levels = {"50", "90", "95", "1", "2"}  # of bands and intervals, and counting words
    quoted = {number.replace(",", "") for number in re.findall(r"\d[\d,.]*\d|\d", prose)}
    assert quoted - levels <= printed
