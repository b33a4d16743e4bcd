"""What a country's name means: one rule for the command line, Python and design files."""

from __future__ import annotations

import pathlib

DATA = pathlib.Path(__file__).parent / "data"


def shipped() -> tuple[str, ...]:
    """Return the names of the countries that come with the package."""
    return tuple(sorted(file.parent.name for file in DATA.glob("*/provinces.csv")))


def resolved(country: str | pathlib.Path, beside: str | pathlib.Path = "") -> str:
    """Return the name of a shipped country, or the absolute path of a country's folder.

    On the command line, in Python and in a design file alike: the name of a shipped country, and
    nothing but the name, is that country, whether or not there is a folder of this name; anything
    else is a folder. One that is called like a shipped country is named with its path, such as
    ``./north_korea``. A relative path starts ``beside`` a design file, or in the present folder.
    """
    folder = (pathlib.Path(beside) / country).absolute()
    return str(country) if str(country) in shipped() else str(folder)


def folder_of(country: str | pathlib.Path) -> pathlib.Path:
    """Return the folder in which a country's files are, by the rule of :func:`resolved`."""
    return DATA / str(country) if str(country) in shipped() else pathlib.Path(country)
