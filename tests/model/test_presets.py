"""What a country brings for its users: presets and ranges of its own, or none."""

from __future__ import annotations

import re

import pytest

from defection.batch_runs.designs import DesignError, Space
from defection.batch_runs.sweeps.specification import Specification
from defection.country import CountryError, load
from defection.parameters import ALL_PARAMETERS, RANGES, ParameterError
from defection.presets import preset_called

PRESETS = """[[preset]]
name = "Mild"
notice = "What to look at."
[preset.changes]
adjustment_rate = 0.0
"""

RANGES_FILE = "parameter,low,high,scale\nmemory_weeks,2,104,\nadjustment_rate,0.001,0.1,log\n"


def test_north_korea_s_presets_ranges_and_the_paper_s_region_are_not_another_country_s(
    tiny, north_korea
):
    assert north_korea.paper
    assert dict(north_korea.ranges) == RANGES
    assert len(north_korea.presets) >= 6
    assert (tiny.paper, tiny.presets, dict(tiny.ranges)) == (False, (), {})


def test_a_country_brings_its_own_presets_and_ranges(tiny_folder):
    before = load(tiny_folder).fingerprint
    (tiny_folder / "presets.toml").write_text(PRESETS)
    (tiny_folder / "ranges.csv").write_text(RANGES_FILE)
    country = load(tiny_folder)
    assert not country.paper
    assert [(p.name, p.parameters().adjustment_rate) for p in country.presets] == [("Mild", 0.0)]
    assert dict(country.ranges) == {
        "memory_weeks": (2, 104, False),
        "adjustment_rate": (0.001, 0.1, True),
    }
    assert country.fingerprint == before
    space = Space.from_parameters(vary="all", ranges=country.ranges)
    assert {one.name: (one.low, one.high, one.log) for one in space.varied} == dict(country.ranges)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("presets.toml", PRESETS.replace("rate", "rat"), "presets.toml, preset 1: there is no par"),
        ("presets.toml", PRESETS.replace("notice", "notiz"), "presets.toml, preset 1: must have a"),
        ("presets.toml", f"\n{PRESETS}{PRESETS.replace('Mild', 'mild ')}",
         "presets.toml, line 7: a preset of the name 'mild ' stands above"),
        ("presets.toml", "preset = 3", "presets.toml: must hold paper = true or false, "),
        ("ranges.csv", RANGES_FILE.replace("2,104", "104,2"), "line 2, column high: 2 must be at"),
        ("ranges.csv", RANGES_FILE.replace("0.001", "0"), "line 3, column scale: 'log' must be li"),
        ("ranges.csv", RANGES_FILE.replace("memory", "memry"), "line 2, column parameter: there is"),
        ("ranges.csv", RANGES_FILE.replace("0.1", "2"), "line 3, column high: 2 must be at most 1"),
    ],
)  # fmt: skip
def test_presets_and_ranges_that_cannot_be_used_are_refused(tiny_folder, file, text, words):
    (tiny_folder / file).write_text(text)
    with pytest.raises(CountryError) as error:
        load(tiny_folder)
    assert words in str(error.value)


@pytest.mark.parametrize("how", [{"vary": "all"}, {"vary": ["memory_weeks"]}])
def test_a_design_of_a_country_without_ranges_must_say_them(tiny_folder, how):
    design = {"seed": 1, "country": str(tiny_folder), "design": {"kind": "random", "points": 3}}
    design["design"].update(how)
    with pytest.raises(DesignError, match=r"ranges\.csv"):
        Specification.from_mapping(design)
    (tiny_folder / "ranges.csv").write_text(RANGES_FILE)
    made = Specification.from_mapping(design)
    assert "memory_weeks" in made.space.names
    assert Specification.from_mapping(made.described(), check=False).space == made.space


def test_every_preset_s_parameters_are_those_of_the_registry(north_korea):
    for preset in north_korea.presets:
        assert set(preset.changes) <= set(ALL_PARAMETERS)
        assert preset_called(f" {preset.name.upper()}", north_korea.presets, "") is preset


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no", "preset = 'no' begins several names; there are No famine; No learning (K = 0)"),
        ("no famin e", "preset = 'no famin e' is none; did you mean no famine?; there are After"),
        ("", "preset = '' is none; there are After"),
    ],
)
def test_a_name_that_is_none_or_several_is_refused(north_korea, tiny, name, words):
    with pytest.raises(ParameterError, match=re.escape(words)):
        preset_called(name, north_korea.presets, north_korea.name)
    with pytest.raises(ParameterError, match=r"has no presets: its folder has no presets\.toml"):
        preset_called(name, tiny.presets, tiny.name)
