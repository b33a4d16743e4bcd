"""The page of performance says what was measured."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from benchmarks import page
from benchmarks.__main__ import PARTS
from tests.conftest import ROOT


def test_the_table_of_aims_follows_from_what_is_kept():
    text = page.PAGE.read_text(encoding="utf-8")
    assert f"<!-- aims: begin -->\n{page.aims(page.kept())}\n<!-- aims: end -->" in text
    marked = re.findall(r"<!-- (\w+): begin -->", text)
    assert sorted(marked) == sorted({*PARTS, "aims", "sweeps"})
    assert {aim.part for aim in page.AIMS} <= set(PARTS)


@pytest.mark.parametrize("aim", page.AIMS, ids=lambda aim: aim.said)
def test_an_aim_is_met_from_its_limit_on(aim):
    def said(*measured):
        row = page.aims({aim.part: {aim.name: measured}}).splitlines()[2 + page.AIMS.index(aim)]
        return row.split("|")[-2].strip()

    better, worse = (1.01, 0.99) if aim.above else (0.99, 1.01)
    assert said(aim.limit, aim.limit * 0.9, aim.limit * 1.1) == "met"
    assert said(*[aim.limit * better] * 3) == "met"
    assert said(*[aim.limit * worse] * 3) == "not met"
    assert page.aims({}).count("not shown") == len(page.AIMS)


def test_a_part_is_renewed_and_the_others_stay(tmp_path, monkeypatch):
    before = page.PAGE.read_text(encoding="utf-8")
    for name, place in (("PAGE", tmp_path / "page.md"), ("KEPT", tmp_path / "kept.json")):
        place.write_bytes(getattr(page, name).read_bytes())
        monkeypatch.setattr(page, name, place)
    page.keep("cores", "two are better", {"two": (1.9, 1.8, 2.0)})
    after = page.PAGE.read_text(encoding="utf-8")
    assert "<!-- cores: begin -->\ntwo are better\n<!-- cores: end -->" in after
    assert "| 1.9 (1.8 to 2) | met |" in after

    def outside(text):
        return re.sub(r"<!-- (cores|aims): begin -->.*?<!-- \1: end -->", "", text, flags=re.S)

    assert outside(after) == outside(before)


def test_a_part_that_there_is_not_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "core"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 2
    assert "there is no part 'core'; there are engines, " in done.stderr
