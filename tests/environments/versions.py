"""Installations of other versions: the oldest and the newest libraries, pandas 2 and 3, Pythons.

Each is a virtual environment with the package built from a copy of this clone; an index must be
reachable.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

from tests import house
from tests.conftest import ROOT
from tests.environments.conditions import Environment, Skipped

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
NOT_RUN = ("3.14",)
"""Admitted, and run nowhere yet: docs/reliability.md says so, and there is no classifier."""
TRIED = ("run", "ensemble", "sweep", "extend", "results", "replay", "search", "importance")


def oldest() -> list[str]:
    """Return the oldest versions that ``pyproject.toml`` admits, as requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    libraries = [*project["dependencies"], *project["optional-dependencies"]["search"]]
    found = [re.match(r"([\w-]+)>=([\d.]+)", library) for library in libraries]
    return [f"{one[1]}=={_padded(one[2])}.*" for one in found if one]


def _padded(version: str) -> str:
    return version if "." in version else f"{version}.0"


INSTALLATIONS = {
    "the oldest libraries": ("3.11", oldest()),
    "pandas 2, else the newest libraries": ("3.11", ["pandas==2.*"]),
    **{f"the newest libraries, Python {python}": (python, []) for python in PYTHONS},
}
"""Python and requirements of each installation."""


def source(folder: pathlib.Path) -> pathlib.Path:
    """Copy what is installed, so that nothing is built in the clone."""
    for name in house.PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


def installed(name: str, package: pathlib.Path, folder: pathlib.Path) -> Environment:
    """Install ``package`` with an installation's libraries; return where commands run with it.

    Raises
    ------
    Skipped
        There is no such Python here, or the libraries cannot be installed.
    """
    version, requirements = INSTALLATIONS[name]
    same = version == f"{sys.version_info.major}.{sys.version_info.minor}"
    python = sys.executable if same else shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "--version"], capture_output=True).returncode:
        raise Skipped(f"there is no Python {version} here")
    _done(python, "-m", "venv", str(folder))
    inside = str(folder / "bin" / "python")
    _done(inside, "-m", "pip", "install", "-q", f"{package}[search]", *requirements)
    return Environment(name, python=inside, commands=TRIED)


def libraries(environment: Environment) -> str:
    """Return the versions of the libraries that matter most to results."""
    names = "numpy numba pandas pyarrow scipy mesa"
    code = "import sys, importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]), sep=', ')"
    return _done(environment.python, "-c", code, *names.split()).strip()


def _done(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skipped(f"not installed: {(done.stderr.strip().splitlines() or [''])[-1][:150]}")
    return done.stdout
