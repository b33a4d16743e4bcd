"""The tutorials are true: their code runs, prints what stands there, and the text quotes it."""

from __future__ import annotations

import re

import pytest

from defection.replication.pages import executed, run_page
from tests.conftest import ROOT

PAGES = executed(ROOT)
TUTORIALS = [page for page in PAGES if page.parent.name == "tutorials"]


def test_there_are_the_tutorials_that_the_readme_names():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"\(docs/tutorials/(\w+)\.md\)", readme)
    assert (
        sorted(set(names))
        == [page.stem for page in TUTORIALS]
        == [
            "a_rescue_programme", "after_the_border", "calibrate", "compare_scenarios", "first_sweep", "step_by_step",
            "your_own_country", "your_own_policy",
        ]
    )  # fmt: skip


@pytest.mark.parametrize("page", TUTORIALS, ids=[page.stem for page in TUTORIALS])
def test_a_tutorial_says_how_long_it_takes(page):
    head = " ".join(page.read_text(encoding="utf-8").partition("\n## ")[0].split())
    assert re.search(r"\bIt takes [^.]*\bcomputer needs [^.]*\.", head)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_code_of_a_tutorial_runs_and_prints_what_stands_below_it(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    assert run_page(text, tmp_path, page.stem) == text
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)
    drawn = re.findall(r"savefig\(\"([^\"]+)\"", text)
    assert {figure for figure in shown if not figure.endswith("_app.png")} == set(drawn)
    for figure in shown:
        assert (page.parent / figure).stat().st_size > 10_000
    for figure in drawn:
        assert (tmp_path / figure).stat().st_size > 10_000


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_the_text_of_a_tutorial_quotes_only_numbers_of_its_code_or_what_it_prints(page):
    text = page.read_text(encoding="utf-8")
    blocks = " ".join(re.findall(r"```\w+\n(.*?)```", text, re.DOTALL))
    printed = {number.replace(",", "") for number in re.findall(r"\d[\d,.]*\d|\d", blocks)}
    prose = re.sub(r"^#+ .*$|```\w+\n.*?```|\]\([^)]*\)", "", text, flags=re.DOTALL | re.MULTILINE)
    levels = {"50", "90", "95", "1", "2"}  # of bands and intervals, and counting words
    quoted = {number.replace(",", "") for number in re.findall(r"\d[\d,.]*\d|\d", prose)}
    assert quoted - levels <= printed
