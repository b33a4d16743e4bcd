"""Libraries that are installed only on request, with a clear message where one is missing."""

import importlib
from collections.abc import Iterator
from types import ModuleType


class MissingExtraError(ImportError, ValueError):
    """A library is needed that only an extra of this package installs."""


def needed(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import ``module``, or raise ``MissingExtraError`` that names the extra and the purpose."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{purpose} needs {module.split('.')[0]} ({error}); to install it: "
            f"{install_command(extra)}"
        ) from error


def install_command(extra: str) -> str:
    """Return the command that installs an extra into this Python, from where the package came.

    The package is on no index. Where it came from a folder that is still there, the extra is
    installed from that folder; otherwise the command names the libraries of the extra.
    """
    import importlib.metadata
    import json
    import pathlib
    import shutil
    import sys
    import urllib.parse
    import urllib.request

    beside = shutil.which("pip") == str(pathlib.Path(sys.executable).with_name("pip"))
    pip = "pip install" if beside else f'"{sys.executable}" -m pip install'
    try:
        package = importlib.metadata.distribution("defection")
    except importlib.metadata.PackageNotFoundError:
        return f'{pip} ".[{extra}]" in a clone of the repository'
    origin = json.loads(package.read_text("direct_url.json") or "{}")
    place = urllib.request.url2pathname(urllib.parse.urlparse(origin.get("url", "")).path)
    if "dir_info" in origin and (pathlib.Path(place) / "pyproject.toml").is_file():
        editable = "-e " if origin["dir_info"].get("editable") else ""
        here = "." if pathlib.Path(place) == pathlib.Path.cwd() else place
        return f'{pip} {editable}"{here}[{extra}]"'
    return " ".join([pip, *(f'"{library}"' for library in _libraries(package.requires, extra))])


def _libraries(requires: list[str] | None, extra: str) -> Iterator[str]:
    """Yield the libraries of an extra; an extra may name other extras."""
    import re

    for requirement in requires or ():
        library, _, marker = requirement.partition(";")
        if re.search(rf"""extra == ["']{extra}["']""", marker):
            if of_package := re.fullmatch(r"defection\[(.*)\]", library.strip()):
                for name in of_package[1].split(","):
                    yield from _libraries(requires, name)
            else:
                yield library.strip()
