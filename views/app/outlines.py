"""The shapes of a country's provinces: outlines where its data have them, else a tile for each."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import pathlib

from defection.country import DATA, CountryError, shipped


@dataclasses.dataclass(frozen=True)
class Shapes:
    """SVG paths in the order of the country's provinces, with the view box that holds them, label places and the credit."""

    paths: tuple[str, ...]
    labels: tuple[tuple[float, float], ...]
    box: tuple[float, float, float, float]
    credit: str


def shapes(country: str | pathlib.Path, provinces: tuple[str, ...]) -> Shapes:
    """Return the shapes of a country given by name or folder; tiles where it has no ``outlines.json``."""
    file = (DATA / country if country in shipped() else pathlib.Path(country)) / "outlines.json"
    return outlined(file, provinces) if file.is_file() else tiles(provinces)


@functools.lru_cache(maxsize=16)
def outlined(file: pathlib.Path, provinces: tuple[str, ...]) -> Shapes:
    """Read ``outlines.json``: rings of whole grid steps (longitude, latitude) by province; drawn with true proportions."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        steps, rings = float(data["steps_per_degree"]), data["provinces"]
        missing = [name for name in provinces if name not in rings]
        if missing:
            raise CountryError(f"{file}: has no outline of {missing[0]!r}")
        latitudes = [y for name in provinces for ring in rings[name] for _, y in ring]
        squeeze = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2 / steps))
        drawn = [
            [[(x * squeeze, -y) for x, y in ring] for ring in rings[name]] for name in provinces
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise CountryError(f"{file}: cannot be read as outlines ({error})") from None
    points = [point for province in drawn for ring in province for point in ring]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
    scale = 600 / max(width, height)
    moved = [
        [[((x - left) * scale, (y - top) * scale) for x, y in ring] for ring in province]
        for province in drawn
    ]
    paths = tuple("".join(_path(ring) for ring in province) for province in moved)
    labels = tuple(_middle(max(province, key=_area)) for province in moved)
    return Shapes(
        paths,
        labels,
        (-4, -4, round(width * scale) + 8, round(height * scale) + 8),
        data.get("credit", ""),
    )


def tiles(provinces: tuple[str, ...]) -> Shapes:
    """Return a square for each province, row by row."""
    columns = math.ceil(math.sqrt(len(provinces)))
    corners = [(150 * (p % columns), 150 * (p // columns)) for p in range(len(provinces))]
    paths = tuple(f"M{x} {y}h140v140h-140z" for x, y in corners)
    rows = math.ceil(len(provinces) / columns)
    return Shapes(
        paths,
        tuple((x + 70.0, y + 70.0) for x, y in corners),
        (-5, -5, 150 * columns, 150 * rows),
        "",
    )


def _path(ring: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "z"


def _area(ring: list[tuple[float, float]]) -> float:
    return (
        abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True)))
        / 2
    )


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the centre of gravity of a ring."""
    signed, across, down = 0.0, 0.0, 0.0
    for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True):
        part = x * v - u * y
        signed, across, down = signed + part, across + (x + u) * part, down + (y + v) * part
    return round(across / (3 * signed), 1), round(down / (3 * signed), 1)
