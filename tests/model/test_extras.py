"""A missing library is named with a command that installs it from where the user stands."""

from __future__ import annotations

import importlib.metadata
import json
import pathlib
import re
import shutil
import sys
import tomllib

import pytest

from defection.extras import MissingExtraError, install_command, needed
from tests import house
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

REQUIRES = [
    f"{library}; extra == {json.dumps(extra)}"
    for extra, libraries in PROJECT["optional-dependencies"].items()
    for library in libraries
]


@pytest.fixture
def came_from(monkeypatch):
    """Say where the package came from, as the file direct_url.json of an installation does."""

    class Distribution:
        requires = REQUIRES

        def read_text(self, name):
            return json.dumps(self.origin) if self.origin else None

    def say(origin):
        Distribution.origin = origin
        monkeypatch.setattr(importlib.metadata, "distribution", lambda name: Distribution())
        python = pathlib.Path(sys.executable)
        monkeypatch.setattr(shutil, "which", lambda name: str(python.with_name(name)))

    return say


@pytest.mark.parametrize(("editable", "how"), [(True, "-e "), (False, "")])
def test_a_clone_that_is_there_is_named(monkeypatch, tmp_path, came_from, editable, how):
    folder = tmp_path / "my clone"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    came_from({"url": folder.as_uri(), "dir_info": {"editable": editable}})
    assert install_command("search") == f'pip install {how}"{folder}[search]"'
    monkeypatch.chdir(folder)
    assert install_command("search") == f'pip install {how}".[search]"'


@pytest.mark.parametrize(
    "origin",
    [
        None,
        {"url": "file:///gone/clone", "dir_info": {}},
        {"url": "file:///gone/defection-0.1.0-py3-none-any.whl", "archive_info": {}},
        {"url": "https://example.org/defection.git", "vcs_info": {"vcs": "git"}},
    ],
)
@pytest.mark.parametrize("extra", PROJECT["optional-dependencies"])
def test_without_a_clone_the_libraries_are_named(came_from, origin, extra):
    came_from(origin)
    libraries = re.findall(r'"(.*?)"', install_command(extra))
    wanted = PROJECT["optional-dependencies"]
    direct = [one for one in wanted[extra] if not one.startswith("defection")]
    assert set(direct) <= set(libraries)
    assert not any("defection" in one for one in libraries)
    if extra == "offline":
        assert set(wanted["app"]) <= set(libraries)


def test_another_python_s_pip_is_not_named(monkeypatch, came_from):
    came_from(None)
    monkeypatch.setattr(shutil, "which", lambda name: "/elsewhere/pip")
    assert install_command("search").startswith(f'"{sys.executable}" -m pip install "SALib')


def test_a_missing_module_is_named_with_its_purpose_and_command():
    with pytest.raises(MissingExtraError) as error:
        needed("no_such.module", extra="search", purpose="a forest")
    assert "a forest needs no_such (No module" in str(error.value)
    assert str(error.value).endswith(f"to install it: {install_command('search')}")


def test_no_message_and_no_page_installs_a_package_that_no_index_has():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *house.modules().values()]
    offenders = [
        f"{page.relative_to(ROOT)}: {found}"
        for page in pages
        for found in re.findall(
            r"pip install[^\n]*?[\"' ]defection\b[^\n]*", page.read_text(encoding="utf-8")
        )
    ]
    assert not offenders, offenders
