"""Nothing of the paper's country is said where another is shown: texts, commands, files."""

from __future__ import annotations

import json
import re

import pytest

from defection import DefectionModel
from defection.commands.main import main
from defection.country import load
from defection.scenario import Scenario
from defection.views.app import decision, fan, flows, guide, link, map_view, settings, week_view
from defection.views.app.lesson import lessons
from defection.views.app.outlines import shapes
from defection.views.app.selection import compared_with
from defection.views.app.story import Story
from defection.views.app.take_away import FILES, download, in_python
from defection.views.run_folder import manifest_text
from tests.model.test_east_germany import OTHER

LAND = "east_germany"
NAMES = re.compile(r'famine_(effect|years)|"famine": \[\]|policy = \w+|There is no famine')
"""Names of the law's parameters, which every manifest lists, and what the country says of itself."""


def clean(said: object) -> str:
    text = said if isinstance(said, str) else json.dumps(said, default=str)
    found = OTHER.search(NAMES.sub("", text))
    assert not found, f"...{text[max(0, found.start() - 80) : found.end() + 40]}..."
    return text


@pytest.fixture(scope="module")
def model():
    return DefectionModel(country=LAND, seed=2, weeks=60, utility_intercept=-4.0).run()


def test_the_app_s_texts_are_of_this_country_alone(model):
    country = model.country
    said = guide.guide(model, playing=False, speed=10)
    assert said["invented"] == country.about.invented
    clean(said)
    clean(settings.groups(country))
    clean(map_view.legends())
    clean(map_view.hovers(model))
    clean(shapes(LAND, country.provinces).credit)
    clean(compared_with(country))
    for form in flows.FORMS:
        clean(flows.charts(model, country.provinces[0], form, "root"))
    for province in model.provinces:
        clean(decision.explained(province.categories[0]))
        clean(decision.category_rows(province.categories))
    clean(week_view.week_steps(model, 0))
    clean(Story(model).shown())
    clean([[preset.name, preset.notice] for preset in country.presets])
    clean(list(country.about.text))
    clean(in_python(Scenario(2, country=LAND)))
    for number, name in enumerate(FILES):
        clean(download(model, name, number=number).get("fault", ""))
    clean(manifest_text(model))


def test_many_runs_say_nothing_of_another_country():
    found = fan.fan(Scenario(2, country=LAND, weeks=104), 2)
    assert "observed (refugees)" in clean(found)


def test_the_sliders_of_a_famine_are_left_out_where_there_was_none():
    names = {p["name"] for g in settings.groups(load(LAND)) for p in g["parameters"]}
    assert not names & {"famine_effect", "famine_years", "journey"}
    assert "memory_weeks" in names
    korea = {p["name"] for g in settings.groups(load("north_korea")) for p in g["parameters"]}
    assert korea >= {"famine_effect", "famine_years", "journey"}


@pytest.mark.parametrize("name", [*lessons()])
def test_a_link_to_a_lesson_is_refused_by_a_country_without(name):
    _, selection, said = link.read(f"country={LAND}&lesson={name}")
    assert selection.lesson == ""
    assert "East Germany has no lessons" in said


def test_run_and_ensemble_say_what_is_invented_and_nothing_of_another_country(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    invented = f"Invented, not data: {load(LAND).about.invented}"
    for command in (f"run --country {LAND} --weeks 60", f"ensemble --country {LAND} --runs 2"):
        assert main(f"{command} --out out-{command[:3]}".split()) == 0
        assert invented in clean(capsys.readouterr().out)
    kept = json.loads((tmp_path / "out-run" / "manifest.json").read_text())
    assert kept["invented"] == load(LAND).about.invented
    assert "invented" not in json.loads(manifest_text(DefectionModel(seed=1, weeks=1).run()))


def test_sweep_results_say_what_is_invented(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "design.toml").write_text(
        f'seed = 1\ncountry = "{LAND}"\nweeks = 52\n[design]\nkind = "grid"\n'
        "[parameters]\nmemory_weeks = [52, 104]\n"
    )
    assert main(["sweep", "design.toml", "--out", "kept", "--engine", "serial", "--quiet"]) == 0
    assert main(["results", "kept", "--report", "report.html"]) == 0
    assert "invented, not data" in clean(capsys.readouterr().out)
    report = clean((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "Invented, not data" in report
    assert "them.." not in report


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (f"survey --country {LAND} --runs 1", "has no journey"),
        (f"programme programme.toml --country {LAND}", "has no journey"),
        (f"run --country {LAND} --set journey=on", "has no journey"),
        ("journey kept", "has no journey"),
    ],
)
def test_what_this_country_has_not_is_refused_in_one_line(
    command, said, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    if "programme" in command:
        assert main(["programme", "--template"]) == 0
        (tmp_path / "programme.toml").write_text(capsys.readouterr().out)
    if command == "journey kept":
        (tmp_path / "design.toml").write_text(
            f'seed = 1\ncountry = "{LAND}"\nweeks = 52\n[design]\nkind = "grid"\n'
            "[parameters]\nmemory_weeks = [52]\n"
        )
        assert main(["sweep", "design.toml", "--out", "kept", "--engine", "serial", "--quiet"]) == 0
        capsys.readouterr()
    assert main(command.split()) == 1
    error = capsys.readouterr().err.strip()
    assert said in error
    assert "East Germany" in error
    assert len(error.splitlines()) == 1
    clean(error.removeprefix("defection: "))
