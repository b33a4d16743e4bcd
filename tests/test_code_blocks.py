"""Every code block of a page is run by a test, or says why it is not."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib

import pytest

from defection.commands.main import main
from defection.commands.parser import parser
from tests import code_blocks
from tests.code_blocks import PYTHON, SHELL, SHOWN
from tests.conftest import ROOT

BLOCKS = code_blocks.blocks()
HERE = [one for one in BLOCKS if not one.reason and not one.elsewhere]
DESIGN = """
seed = 7
weeks = 52
[design]
kind = "random"
points = 50
replicates = 3
[parameters]
famine_effect = { low = 0.0, high = 2.0 }
prior_alpha = { low = 60.0, high = 120.0 }
[series]
keep = "all"
columns = ["crossings", "repression"]
"""
SPACE = f"[parameters]{DESIGN.partition('[parameters]')[2].partition('[series]')[0]}"


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """Make what commands on pages are about: a design, its results, a space, a country."""
    folder = tmp_path_factory.mktemp("ready")
    (folder / "design.toml").write_text(DESIGN, encoding="utf-8")
    (folder / "space.toml").write_text(SPACE, encoding="utf-8")
    (folder / "twolands").mkdir()
    guide = (ROOT / "docs" / "own_country.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", guide, re.DOTALL):
        (folder / "twolands" / name).write_text(text, encoding="utf-8")
    design, results = str(folder / "design.toml"), str(folder / "results")
    assert main(["sweep", design, "--out", results, "--engine", "threads", "--quiet"]) == 0
    return folder


@pytest.fixture
def here(ready, tmp_path, monkeypatch):
    """Stand in a folder of one's own that has all that."""
    folder = tmp_path / "here"
    shutil.copytree(ready, folder)
    monkeypatch.chdir(folder)
    return folder


def test_there_are_code_blocks_of_every_kind():
    assert {one.language for one in HERE} >= {"python", "sh"}
    assert sum(bool(one.reason) for one in BLOCKS) < len(BLOCKS) / 5


@pytest.mark.parametrize("page", code_blocks.pages(), ids=lambda page: page.stem)
def test_no_code_block_and_no_reason_is_overlooked(page):
    text = page.read_text(encoding="utf-8")
    mine = [one for one in BLOCKS if one.page == page.relative_to(ROOT).as_posix()]
    assert len(re.findall(r"^ *(?:```|~~~)", text, re.MULTILINE)) == 2 * len(mine)
    assert text.count("\n<!-- not run:") == sum(bool(one.reason) for one in mine)


@pytest.mark.parametrize("block", BLOCKS, ids=[one.name for one in BLOCKS])
def test_a_code_block_is_run_or_says_why_not_or_is_no_code(block):
    assert block.language in (*PYTHON, *SHELL, *SHOWN), "its language is not known here"
    if block.reason:
        assert block.language not in SHOWN
        assert len(block.reason) > 10
    elif block.elsewhere:
        file, test = block.elsewhere
        assert test in (ROOT / file).read_text(encoding="utf-8")
    if block.language in SHELL and not block.reason:
        assert all(command.startswith("defection ") for command in block.commands)


@pytest.mark.parametrize(
    "command", sorted({line for one in BLOCKS if one.language in SHELL for line in one.commands})
)
def test_a_command_of_a_page_is_understood(command):
    """Also where it is not run: options and values that the parser refuses fail here."""
    for part in re.split(r"&&|>", command):
        words = shlex.split(part)
        if words and words[0].rpartition("/")[2] == "defection":
            assert parser().parse(words[1:]).act


@pytest.mark.parametrize("language", ["toml"])
def test_a_block_of_data_can_be_read(language):
    for block in BLOCKS:
        if block.language == language:
            assert tomllib.loads(block.code), block.name


PYTHON_HERE = [one for one in HERE if one.language in PYTHON]
SHELL_HERE = [one for one in HERE if one.language in SHELL]


@pytest.mark.slow
@pytest.mark.parametrize("block", PYTHON_HERE, ids=[one.name for one in PYTHON_HERE])
def test_the_python_of_a_page_runs(block, here):
    if "run_sweep" in block.code:
        shutil.rmtree("results")
    code = "\n" * block.line + block.code
    exec(compile(code, block.page, "exec"), {"__name__": "page"})


@pytest.mark.slow
@pytest.mark.parametrize("block", SHELL_HERE, ids=[one.name for one in SHELL_HERE])
def test_the_commands_of_a_page_do_their_work(block, here, capsys):
    for command in block.commands:
        command, _, file = code_blocks.smaller(command).partition(" > ")
        assert main(shlex.split(command)) == 0, command
        if file:
            (here / file).write_text(capsys.readouterr().out, encoding="utf-8")
