"""What is written of the report is what its kept tables say, and its code runs."""

from __future__ import annotations

import importlib.util
import json
import re

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def test_the_verdicts_are_those_of_the_tables():
    spec = importlib.util.spec_from_file_location(
        "describe_report", ROOT / "scripts" / "describe_report.py"
    )
    describe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(describe)
    assert (
        TEXT[TEXT.index(describe.BEGIN) + len(describe.BEGIN) : TEXT.index(describe.END)]
        == describe.section()
    )
    assert (
        json.loads(
            (ROOT / "replication" / "tables" / "report" / "manifest.json").read_text(
                encoding="utf-8"
            )
        )["quick"]
        is False
    )


def test_the_page_s_code_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, "report.md", "exec"), {})
    assert "[" in capsys.readouterr().out
