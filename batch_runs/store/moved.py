"""Where the country and the file of points of a plan are now, if the project was moved."""

import pathlib
import re
from collections.abc import Callable, Iterator

from defection.batch_runs.store.plan import Plan
from defection.country import CountryError, load, shipped


def found_again(plan: Plan, folder: pathlib.Path) -> dict[str, str]:
    """Return paths that a plan names and that are elsewhere now, near its ``folder``, by their key.

    A country is known by the fingerprint of its data. A file of points is not looked into.
    """
    data, design = plan.about["data"], plan.design
    own = {
        "country": (design["country"], lambda path: _data(path) == data),
        "file": (design.get("design", {}).get("file"), pathlib.Path.is_file),
    }
    again: dict[str, str] = {}
    for key, (stated, fits) in own.items():
        if isinstance(stated, str) and stated not in shipped() and not fits(pathlib.Path(stated)):
            place = next(_near(stated, folder, fits), None)
            again |= {key: str(place)} if place else {}
    return again


def _near(
    stated: str, folder: pathlib.Path, fits: Callable[[pathlib.Path], bool]
) -> Iterator[pathlib.Path]:
    """Yield fitting paths that end as the stated one does, in the folder or one that holds it."""
    here, parts = folder.resolve(), [part for part in re.split(r"[/\\]", stated) if part]
    for place in (here, *here.parents):
        for start in range(len(parts)):
            path = place.joinpath(*parts[start:])
            if path.exists() and fits(path):
                yield path


def _data(path: pathlib.Path) -> str | None:
    try:
        return load(path).fingerprint
    except (CountryError, OSError):
        return None
