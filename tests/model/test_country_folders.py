"""One name, one country: on the command line, in Python and in a design file."""

from __future__ import annotations

import json
import pathlib
import shutil

import pytest

from defection.batch_runs.designs import DesignError
from defection.batch_runs.inputs import broadcast
from defection.batch_runs.scores import Target
from defection.batch_runs.sweeps.specification import Specification
from defection.commands.main import main
from defection.country import load
from defection.country_folders import resolved


@pytest.fixture
def beside(tiny_folder, tmp_path, monkeypatch):
    """Make a folder called like the shipped country, where the user stands."""
    shutil.copytree(tiny_folder, tmp_path / "stand" / "north_korea")
    monkeypatch.chdir(tmp_path / "stand")
    return tmp_path / "stand"


DESIGN = {"seed": 1, "design": {"kind": "grid"}, "weeks": 1}


def test_a_shipped_name_is_the_shipped_country_whatever_lies_beside(beside, north_korea):
    for name in ("north_korea", pathlib.Path("north_korea")):
        assert load(name).fingerprint == north_korea.fingerprint
        assert broadcast({}, 1, name).countries[0].fingerprint == north_korea.fingerprint
        assert Target.from_country(name).years == tuple(range(1992, 2015))
    design = Specification.from_mapping({**DESIGN, "country": "north_korea"}, folder=beside)
    assert design.about(dict)["data"] == north_korea.fingerprint
    out = ["--out", str(beside / "out.csv"), "--quiet"]
    how = ["--country", "north_korea", "--runs", "1", "--weeks", "52"]
    assert main(["ensemble", *how, *out]) == 0
    assert (beside / "out.csv").read_text().split("\n")[1].count("1992")


def test_a_path_is_the_folder_also_where_it_is_called_like_a_shipped_country(beside, tiny):
    absolute = beside / "north_korea"
    for name in ("./north_korea", str(absolute), absolute, "north_korea/"):
        assert load(name).provinces == tiny.provinces, name
    for stated in ("./north_korea", str(absolute)):
        design = Specification.from_mapping({**DESIGN, "country": stated}, folder=beside)
        assert design.about(dict)["provinces"] == list(tiny.provinces)


def test_a_design_s_folders_start_at_the_design_and_nowhere_else(beside, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    shutil.copytree(beside / "north_korea", beside / "land")
    made = Specification.from_mapping({**DESIGN, "country": "land"}, folder=beside)
    assert pathlib.Path(made.country) == beside / "land"
    with pytest.raises(DesignError, match="there is no country"):
        Specification.from_mapping({**DESIGN, "country": "land"}, folder=tmp_path / "elsewhere")


def test_what_a_plan_keeps_of_a_country_is_a_shipped_name_or_an_absolute_path(beside):
    assert json.dumps(resolved(pathlib.Path("north_korea"))) == '"north_korea"'
    assert resolved("./north_korea") == str(beside / "north_korea")
    assert resolved("land", "x") == str(beside / "x" / "land")
