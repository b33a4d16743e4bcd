"""A country's runs begin from the preset that is its default, by every way in."""

from __future__ import annotations

import json
import shutil
import tomllib

import numpy as np
import pytest

from defection import DefectionModel, Parameters
from defection.batch_runs import extend_sweep, run_ensemble, run_sweep
from defection.batch_runs.designs import DesignError, Space
from defection.batch_runs.inputs import EnsembleError
from defection.batch_runs.programme import TEMPLATE
from defection.batch_runs.programme.prepare import prepared as programme
from defection.batch_runs.searches import search_space
from defection.batch_runs.survey.settings import prepared as survey
from defection.batch_runs.sweeps.design_file import read_space
from defection.commands.main import main
from defection.country import CountryError, load
from defection.country_folders import DATA
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS
from defection.presets import preset_called
from defection.scenario import Scenario
from defection.views.app import link
from defection.views.app.fan import scenario_text
from tests.drawn import runs as drawn

KOREA = load("north_korea")
"""Its default preset follows those who crossed."""


def test_the_defaults_are_the_preset_that_says_so(north_korea):
    named = [one for one in north_korea.presets if one.default]
    assert [one.parameters() for one in named] == [north_korea.defaults]
    assert north_korea.preset is named[0]
    assert north_korea.defaults.journey == "on"


def test_every_way_in_begins_from_the_defaults(tmp_path):
    own, registry = KOREA.defaults, Parameters()
    assert own != registry
    assert DefectionModel(seed=1, weeks=1).parameters == own
    assert Scenario(1).parameters == own
    assert link.read("")[0].parameters == own
    assert Space.from_parameters().fixed == registry.as_dict()  # it knows no country
    space = search_space(defaults=own)
    assert space.fixed == {n: v for n, v in own.as_dict().items() if n not in space.names}
    _, _, points = survey({}, "2004-08", "2005-09", 10, "first", "north_korea")
    assert points == (own,)
    world, _ = programme(tomllib.loads(TEMPLATE), None, None, "north_korea")
    assert {n: getattr(world.points[0], n) for n in own.as_dict()} == own.as_dict()
    design = {"seed": 1, "weeks": 52, "design": {"kind": "grid"}}
    row = run_sweep(design, tmp_path / "sweep", engine="serial").runs().iloc[0]
    assert {name: row[name] for name in own.as_dict()} == own.as_dict()


def test_model_ensemble_and_command_make_the_same_run(tmp_path, capsys):
    model = DefectionModel(seed=3, weeks=260).run()
    data = run_ensemble({}, 3, weeks=260)
    assert (data["yearly_successes"].values[0] == model.yearly()["successes"]).all()
    out = tmp_path / "run"
    assert main(["run", "--seed", "3", "--weeks", "260", "--out", str(out)]) == 0
    assert "the defaults, the preset After the border" in capsys.readouterr().out
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"] == KOREA.defaults.as_dict()


@pytest.mark.parametrize("number", range(20))
def test_what_is_changed_makes_the_same_parameters_again(north_korea, number):
    (point, _), *_ = drawn(1, number, north_korea, KOREA.defaults.as_dict())
    changes = north_korea.changes(point)
    assert north_korea.parameters(**changes) == point
    assert all(value != getattr(north_korea.defaults, n) for n, value in changes.items()
               if n not in JOURNEY_PARAMETERS)  # fmt: skip
    assert link.read(link.address(Scenario(1, point)))[0].parameters == point


@pytest.mark.parametrize("preset", [*KOREA.presets], ids=lambda one: one.name[:20])
def test_every_preset_comes_back_from_its_changes_and_its_link(preset):
    point = preset.parameters()
    assert KOREA.parameters(**KOREA.changes(point)) == point
    assert link.read(link.address(Scenario(1, point)))[0].parameters == point


@pytest.mark.parametrize("name", ALL_PARAMETERS)
def test_one_changed_parameter_leaves_the_others_at_the_defaults(north_korea, name):
    one = ALL_PARAMETERS[name]
    value = {"journey": "off", "observed_measure": "successes"}.get(name, one.default)
    point = north_korea.parameters(**{name: value})
    if name == "journey":
        assert point.as_dict().keys() == Parameters().as_dict().keys()
        assert all(getattr(point, n) == getattr(north_korea.defaults, n)
                   for n in point.as_dict() if n != "journey")  # fmt: skip
    else:
        assert point == north_korea.defaults.replace(**{name: value})


def test_a_link_that_names_a_parameter_means_the_registry_for_all_others():
    assert link.read("memory_weeks=300")[0].parameters == Parameters(memory_weeks=300)
    assert link.read("return_rate=0.3")[0].parameters == Parameters(return_rate=0.3)
    assert link.address(Scenario(2, Parameters())) == "seed=2&journey=off"
    assert link.address(Scenario(2)) == "seed=2"


def test_a_design_and_a_search_can_begin_from_another_preset(tmp_path):
    design = {"seed": 1, "weeks": 52, "design": {"kind": "grid", "preset": "no famine"}}
    row = run_sweep(design, tmp_path / "sweep", engine="serial").runs().iloc[0]
    wanted = Parameters(famine_years="none")
    assert {name: row[name] for name in wanted.as_dict()} == wanted.as_dict()
    file = tmp_path / "space.toml"
    file.write_text('[design]\npreset = "successes"\nvary = ["memory_weeks"]\n', encoding="utf-8")
    assert read_space(file).fixed["journey"] == "off"
    file.write_text('[design]\npreset = "sucesses"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"space\.toml, line 2, design\.preset: .*sucesses"):
        read_space(file)
    file.write_text("[design]\npreset = 3\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 2, design\.preset: preset must be a name, not 3"):
        read_space(file)


def test_a_country_without_a_default_begins_from_the_registry():
    land = load("east_germany")
    assert land.preset is None
    assert land.defaults == Parameters()
    assert DefectionModel(country=land, seed=1, weeks=1).parameters == Parameters()


def test_without_a_journey_the_defaults_are_those_of_the_law(north_korea):
    land = north_korea.replace(journey=None)
    assert land.defaults.journey == "off"
    assert land.defaults.memory_weeks == north_korea.defaults.memory_weeks
    assert DefectionModel(country=land, seed=1, weeks=1).journey is None


def test_countries_with_other_defaults_need_whole_parameters(north_korea):
    other = north_korea.replace(presets=())
    with pytest.raises(EnsembleError, match="defaults of their own: give whole Parameters"):
        run_ensemble({}, [1, 2], country=[north_korea, other], weeks=1)
    data = run_ensemble(Parameters(), [1, 2], country=[north_korea, other], weeks=1)
    assert dict(data.sizes)["run"] == 2


def test_two_defaults_are_refused(tiny_folder):
    text = '[[preset]]\nname = "A"\ndefault = true\n[[preset]]\nname = "B"\ndefault = true\n'
    (tiny_folder / "presets.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CountryError, match=r"presets\.toml: one preset can be the default, not"):
        load(tiny_folder)
    (tiny_folder / "presets.toml").write_text(
        '[[preset]]\nname = "A"\ndefault = 1\n', encoding="utf-8"
    )
    with pytest.raises(CountryError, match="paper and default"):
        load(tiny_folder)


def test_what_the_notices_of_the_default_and_without_the_famine_say_is_true(north_korea):
    names = ("After the border", "Without the famine")
    points = [preset_called(one, north_korea.presets, "").parameters() for one in names]
    record = ["yearly", "journey"]
    own, without = (run_ensemble(one, range(1, 11), record=record) for one in points)
    crossed, less = (data["yearly_successes"].median("run") for data in (own, without))
    famine = slice(1995, 1998)
    times = crossed.sel(year=famine) / crossed.sel(year=1994)
    assert 4.5 < float(times.min()) < float(times.max()) < 7.5
    left = float(less.sel(year=famine).sum() / crossed.sel(year=famine).sum())
    assert 0.2 < left < 0.3
    there = own["yearly_in_china"].median("run")
    assert int(there["year"][int(there.argmax("year"))]) == 1998
    arrived, later = (data["yearly_arrivals"].median("run") for data in (own, without))
    assert (np.diff(arrived.sel(year=slice(1998, 2005))) > 0).all()
    observed = {year: people for year, people, _ in north_korea.observed}
    assert all(arrived.sel(year=year) < observed[year] for year in range(2007, 2012))
    assert float(arrived.sel(year=2014)) > 0.9 * float(arrived.sel(year=2011))
    assert all(later.sel(year=year) < 0.55 * arrived.sel(year=year) for year in (2000, 2001))
    assert all(later.sel(year=year) > 0.9 * arrived.sel(year=year) for year in range(2009, 2015))


DATED = """[[preset]]
name = "Dated"
default = true
[preset.changes]
policy = "history"
control_target = 0.8
journey = "on"
return_rate = 0.3
interventions = "1999 control_target=0.5; 2000 return_rate=0.4"
"""


@pytest.fixture
def dated(tmp_path):
    """Copy North Korea, and give it a default with dated changes, some of the journey."""
    folder = shutil.copytree(DATA / "north_korea", tmp_path / "mine")
    (folder / "presets.toml").write_text(DATED, encoding="utf-8")
    return folder


def test_a_default_with_dated_changes_of_the_journey_can_be_had_without_it(dated):
    country = load(dated)
    law = country.parameters(journey="off")
    assert (law.journey, law.interventions) == ("off", "1999 control_target=0.5")
    assert country.parameters(**country.changes(Parameters())) == Parameters()
    bare = country.replace(journey=None)
    assert bare.defaults == law
    assert DefectionModel(country=bare, seed=1, weeks=1).parameters == law


def test_dated_changes_of_a_file_are_added_to_those_of_the_default(dated, tmp_path):
    file = tmp_path / "more.toml"
    row = '[[interventions]]\nfrom = "2003"\ncontrol_target = 0.6\n'
    file.write_text(row, encoding="utf-8")
    kept = []
    for number, begins in enumerate(([], ["--preset", "dated"])):
        words = ["run", "--country", str(dated), "--seed", "1", "--weeks", "620", *begins]
        out = tmp_path / f"out-{number}"
        assert main([*words, "--interventions", str(file), "--out", str(out), "--quiet"]) == 0
        said = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        kept.append(said["parameters"])
    assert kept[0] == kept[1]
    assert "1999 control_target=0.5" in kept[0]["interventions"]
    assert "2003 control_target=0.6" in kept[0]["interventions"]


def test_what_undoes_the_default_can_be_set(dated, tmp_path):
    """As a search prints it of a point with another policy."""
    country, point = load(dated), Parameters()
    words = [word for name, value in country.changes(point).items()
             for word in ("--set", f"{name}={value}")]  # fmt: skip
    words += ["--country", str(dated), "--seed", "1", "--weeks", "1", "--quiet"]
    assert main(["run", *words, "--out", str(tmp_path / "out")]) == 0
    said = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert said["parameters"] == point.as_dict()


def test_a_file_of_points_can_turn_the_journey_off_and_be_extended(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("memory_weeks,journey\n52,off\n99,off\n", encoding="utf-8")
    design = {"seed": 1, "weeks": 5, "design": {"kind": "points", "file": str(file)}}
    results = run_sweep(design, tmp_path / "off", engine="serial")
    assert (results.runs()["journey"] == "off").all()
    assert "return_rate" not in results.runs()
    file.write_text("memory_weeks\n52\n99\n", encoding="utf-8")
    run_sweep(design, tmp_path / "on", engine="serial")
    file.write_text("memory_weeks\n52\n99\n200\n", encoding="utf-8")
    runs = extend_sweep(tmp_path / "on", points=3, engine="serial").runs()
    assert runs["memory_weeks"].tolist() == [52, 99, 200]
    file.write_text("memory_weeks,journey\n52,on\n", encoding="utf-8")
    off = {**design, "parameters": {"journey": "off"}}
    with pytest.raises(DesignError, match="journey is fixed here, and is a column of"):
        run_sweep(off, tmp_path / "both", engine="serial")
    rest = KOREA.defaults.as_dict()
    assert all((runs[name] == rest[name]).all() for name in rest if name != "memory_weeks")


def test_a_scenario_is_said_by_the_preset_that_is_nearest():
    assert scenario_text(Scenario(1)) == "all parameters at their defaults"
    assert scenario_text(Scenario(1, Parameters())) == "the preset Successes as arrivals"
    said = scenario_text(Scenario(1, Parameters(memory_weeks=52)))
    assert said == "memory_weeks = 52 (else the preset Successes as arrivals)"
    assert scenario_text(Scenario(1, KOREA.parameters(memory_weeks=52))) == "memory_weeks = 52"


def test_what_a_design_leaves_unread_of_the_default_is_no_fault_when_it_is_extended(
    dated, tmp_path
):
    """The default has another policy's target; the design goes back to the paper's."""
    file = tmp_path / "points.csv"
    file.write_text("memory_weeks\n52\n99\n", encoding="utf-8")
    own = {"policy": "paper", "journey": "off", "interventions": "none"}
    design = {"seed": 1, "weeks": 5, "country": str(dated), "parameters": own}
    design["design"] = {"kind": "points", "file": str(file)}
    run_sweep(design, tmp_path / "sweep", engine="serial")
    file.write_text("memory_weeks\n52\n99\n200\n", encoding="utf-8")
    extended = extend_sweep(tmp_path / "sweep", points=3, engine="serial")
    assert extended.runs()["memory_weeks"].tolist() == [52, 99, 200]
    assert (extended.runs()["control_target"] == 0.8).all()
