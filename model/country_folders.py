"""What a country's name means: one rule for the command line, Python and design files."""

from __future__ import annotations

import pathlib

DATA = pathlib.Path(__file__).parent / "data"


def shipped() -> tuple[str, ...]:
    """Return the names of the countries that come with the package."""
    return tuple(sorted(file.parent.name for file in DATA.glob("*/provinces.csv")))


def resolved(country: str | pathlib.Path, beside: str | pathlib.Path = "") -> str:
    """Return what a country's name means, wherever one is named.

    On the command line, in Python and in a design file alike: the name of a shipped country, and
    nothing but the name, is that country, whether or not there is a folder of this name; anything
    else is a folder. One that is called like a shipped country is named with its path, such as
    ``./north_korea``.

    Parameters
    ----------
    country : str or path
        A shipped country's name, or a folder.
    beside : str or path
        Where a relative path starts: the folder of a design file; by default the present folder.

    Returns
    -------
    str
        The shipped country's name, or the absolute path of the folder.
    """
    folder = (pathlib.Path(beside) / country).absolute()
    return str(country) if str(country) in shipped() else str(folder)


def folder_of(country: str | pathlib.Path) -> pathlib.Path:
    """Return the folder in which a country's files are, by the rule of :func:`resolved`."""
    return DATA / str(country) if str(country) in shipped() else pathlib.Path(country)
