"""The shapes of a country's provinces: outlines where its data have them, else a tile for each."""

import dataclasses
import functools
import json
import math
import pathlib

from defection.country import CountryError
from defection.country_folders import folder_of

Ring = list[tuple[float, float]]


@dataclasses.dataclass(frozen=True)
class Shapes:
    """SVG paths in the order of the provinces, where their labels go, the view box, the credit."""

    paths: tuple[str, ...]
    labels: tuple[tuple[float, float], ...]
    box: tuple[float, float, float, float]
    credit: str


def shapes(country: str | pathlib.Path, provinces: tuple[str, ...]) -> Shapes:
    """Return the shapes of a country named or in a folder; tiles without ``outlines.json``."""
    file = folder_of(country) / "outlines.json"
    return outlined(file, provinces) if file.is_file() else tiles(provinces)


@functools.lru_cache(maxsize=16)
def outlined(file: pathlib.Path, provinces: tuple[str, ...]) -> Shapes:
    """Read ``outlines.json``: rings of grid steps (longitude, latitude), drawn in proportion."""
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
    xs, ys = zip(*(point for rings in drawn for ring in rings for point in ring), strict=True)
    left, top = min(xs), min(ys)
    width, height = max(xs) - left, max(ys) - top
    scale = 600 / max(width, height)
    moved = [
        [[((x - left) * scale, (y - top) * scale) for x, y in ring] for ring in rings]
        for rings in drawn
    ]
    paths = tuple("".join(_path(ring) for ring in rings) for rings in moved)
    labels = tuple(_middle(max(rings, key=_area)) for rings in moved)
    box = (-4, -4, round(width * scale) + 8, round(height * scale) + 8)
    return Shapes(paths, labels, box, data.get("credit", ""))


def tiles(provinces: tuple[str, ...]) -> Shapes:
    """Return a square for each province, row by row."""
    columns = math.ceil(math.sqrt(len(provinces)))
    corners = [(150 * (p % columns), 150 * (p // columns)) for p in range(len(provinces))]
    paths = tuple(f"M{x} {y}h140v140h-140z" for x, y in corners)
    labels = tuple((x + 70.0, y + 70.0) for x, y in corners)
    box = (-5, -5, 150 * columns, 150 * math.ceil(len(provinces) / columns))
    return Shapes(paths, labels, box, "")


def _path(ring: Ring) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "z"


def _crosses(ring: Ring) -> list[float]:
    """Return for each side of a ring twice the signed area of its triangle with the origin."""
    return [x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True)]


def _area(ring: Ring) -> float:
    return abs(sum(_crosses(ring))) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    """Return the centre of gravity of a ring."""
    crosses, ends = _crosses(ring), [*ring[1:], ring[0]]
    across, down = (
        sum((a[k] + b[k]) * c for a, b, c in zip(ring, ends, crosses, strict=True)) for k in (0, 1)
    )
    return round(across / (3 * sum(crosses)), 1), round(down / (3 * sum(crosses)), 1)
