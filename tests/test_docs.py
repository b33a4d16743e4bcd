"""What is written is true: the README's code and commands, generated pages, derived data."""

from __future__ import annotations

import importlib.util
import pathlib
import re
import shlex

import pytest

from defection.commands.main import main
from defection.parameters import PARAMETERS
from defection.parameters_text import markdown
from tests.code_blocks import smaller
from tests.conftest import ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "model").rglob("*.md")]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_s_python_runs():
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    names = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)


def test_the_readme_s_commands_are_understood(tmp_path, monkeypatch, capsys):
    commands = re.findall(r"^defection (.*)$", README, re.MULTILINE)
    assert len(commands) >= 7
    monkeypatch.chdir(tmp_path)
    design = re.search(r"```toml\n(.*?)```", README, re.DOTALL)[1]
    assert "points = 100\n" in design
    (tmp_path / "design.toml").write_text(
        design.replace("points = 100\n", "points = 20\n"), encoding="utf-8"
    )
    for command in commands:
        command = smaller(command)
        quiet = [] if command.startswith(("parameters", "results")) else ["--quiet"]
        assert main(shlex.split(command) + quiet) == 0, command
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_the_example_of_an_own_country_prints_what_its_command_prints(
    tmp_path, monkeypatch, capsys
):
    page = (ROOT / "docs" / "own_country.md").read_text(encoding="utf-8")
    (tmp_path / "twolands").mkdir()
    files = re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", page, re.DOTALL)
    assert len(files) == 6
    for name, text in files:
        (tmp_path / "twolands" / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    command = re.search(r"```sh\ndefection (run --country twolands .*)\n```", page)[1]
    assert main([*shlex.split(command), "--out", "run"]) == 0
    printed = re.search(r"above\nprints\n\n```text\n(.*?)```", page, re.DOTALL)[1]
    assert capsys.readouterr().out.startswith(printed)


def test_ci_calls_the_readme_s_test_command():
    command = re.search(r"## Test it.*?```sh\n(.*?)\n```", README, re.DOTALL)[1]
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


def test_the_page_of_parameters_is_the_one_that_is_generated():
    assert (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8") == markdown()


def test_the_shipped_tables_are_those_derived_from_the_sources(tmp_path):
    _script("derive_north_korea").main(tmp_path)
    for path in tmp_path.iterdir():
        shipped = ROOT / "model" / "data" / "north_korea" / path.name
        assert path.read_bytes() == shipped.read_bytes(), path.name


def test_the_shipped_tables_of_east_germany_are_those_derived_from_the_sources(tmp_path):
    _script("derive_east_germany").main(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names >= {"provinces.csv", "composition.csv", "years.csv", "record.csv"}
    for name in names:
        shipped = ROOT / "model" / "data" / "east_germany" / name
        assert (tmp_path / name).read_bytes() == shipped.read_bytes(), name


def test_the_shipped_outlines_are_those_derived_from_the_source(tmp_path):
    _script("derive_outlines").main(tmp_path)
    shipped = ROOT / "model" / "data" / "north_korea" / "outlines.json"
    assert (tmp_path / "outlines.json").read_bytes() == shipped.read_bytes()


def test_every_column_of_the_data_has_its_source():
    sources = (ROOT / "model" / "data" / "SOURCES.md").read_text(encoding="utf-8")
    for path in (ROOT / "model" / "data").glob("*_*/*.csv"):
        section = sources.split(f"## {path.parent.name}/{path.name}\n")[1].split("\n## ")[0]
        for column in path.read_text().splitlines()[0].split(","):
            assert re.search(rf"\b{column}\b", section), f"{path.name}: {column}"


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_odd_description_has_its_seven_headings_and_every_reading():
    odd = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    headings = [line.lower() for line in odd.splitlines() if line.startswith("## ")]
    words = "purpose, entities, process overview, design concepts, initiali, input data, submodels"
    for number, word in enumerate(words.split(", "), start=1):
        begins = [heading for heading in headings if heading.startswith(f"## {number}")]
        assert any(word in heading for heading in begins), word
    for parameter in PARAMETERS.values():
        if parameter.group == "reading":
            assert f"`{parameter.name}`" in odd


def test_the_section_that_a_row_of_a_parameter_names_tells_of_it():
    odd = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### (7\.\d+) .*\n((?:(?!#).*\n)*)", odd, re.M))
    rows = re.findall(r"^\|([^|]*)\| `(\w+)` \|.*\((7\.\d+)\)", odd, re.M)
    assert len(rows) >= 9
    for symbol, name, number in rows:
        assert re.search(rf"\b({name}|{symbol.strip(' -') or name})\b", sections[number]), name


def test_the_parameters_in_the_odd_description_are_the_defaults():
    odd = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    for parameter in PARAMETERS.values():
        lines = (line for line in odd.splitlines() if line.startswith("|"))
        rows = [line for line in lines if f"`{parameter.name}`" in line]
        default = re.compile(rf"(?<![\d.]){re.escape(str(parameter.default))}(?![\d])")
        assert any(default.search(row.replace(",", "").replace("−", "-")) for row in rows), (
            parameter.name
        )


def test_the_changelog_and_the_citation_name_the_version():
    from defection import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
    assert f"version: {__version__}\n" in pathlib.Path(ROOT / "CITATION.cff").read_text()
