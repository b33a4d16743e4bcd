"""What is written of importance is what was measured, and its code runs."""

from __future__ import annotations

import importlib.util
import re

import pytest

from tests.conftest import ROOT

PAGES = {"importance": "describe_importance", "posterior": "describe_posteriors"}


@pytest.mark.parametrize(("page", "script"), PAGES.items())
def test_the_figures_are_those_of_the_tables(page, script):
    spec = importlib.util.spec_from_file_location(script, ROOT / "scripts" / f"{script}.py")
    describe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(describe)
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert (
        text[text.index(describe.BEGIN) + len(describe.BEGIN) : text.index(describe.END)]
        == describe.section()
    )


def test_the_page_s_code_runs(capsys):
    (code,) = re.findall(
        r"```python\n(.*?)```",
        (ROOT / "docs" / "importance.md").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    exec(compile(code, "importance.md", "exec"), {})
    assert "sobol_total" in capsys.readouterr().out
