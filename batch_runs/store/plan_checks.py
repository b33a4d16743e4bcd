"""Checks of a plan's contents: types, and sums that must agree, whoever wrote and signed it."""

import itertools
from collections.abc import Mapping
from typing import Any

from defection.checks import shown
from defection.country import WEEKS_PER_YEAR

LARGEST = 10_000_000
"""Runs that a design may have unless it states another ``limit``."""

_ABOUT: dict[str, type] = {
    "defection": str, "country": str, "data": str, "weeks": int, "years": list,
    "provinces": list, "made_with": dict,
}  # fmt: skip
_SWEEP: dict[str, type] = {
    "seed": int, "country": str, "design": dict, "parameters": dict, "series": dict
}  # fmt: skip
_SEARCH: dict[str, type] = {
    "method": str, "settings": dict, "seed": int, "parameters": dict, "distance": dict,
    "target": dict,
}  # fmt: skip
_TYPES = {str: "text", int: "a whole number", list: "a list", dict: "a table"}


class Contradiction(ValueError):
    """A plan's contents cannot be."""


def _has(said: Any, kinds: Mapping[str, type], place: str) -> None:
    if not isinstance(said, dict):
        raise Contradiction(f"{place} must be a table, not {said!r:.60}")
    for name, kind in kinds.items():
        if name not in said:
            raise Contradiction(f"{place} has no {name}")
        value = said[name]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise Contradiction(f"{place}.{name} must be {_TYPES[kind]}, not {value!r:.60}")


def check_about(about: Any, *, search: bool, law: str) -> None:
    """Refuse a plan whose ``about`` lacks something, or has it in another type."""
    place = "the plan" if search else "about"
    own: dict[str, type] = dict(_SEARCH) if search else {"specification": dict}
    data = ("journey_data", "news_data", "readings_data")
    added: dict[str, type] = {"rows": dict, **dict.fromkeys(data, str)}
    own |= {name: kind for name, kind in added.items() if name in about}
    _has(about, {**_ABOUT, law: str if law == "law" else dict, **own}, place)
    if not search:
        _has(about["specification"], _SWEEP, "about.specification")
        _has(about["specification"]["design"], {"kind": str}, "about.specification.design")
    years, weeks = about["years"], about["weeks"]
    if not years or any(type(year) is not int for year in years):
        raise Contradiction(f"{place}.years must be years, not {years!r:.60}")
    if years != list(range(years[0], years[0] + len(years))):
        raise Contradiction(f"{place}.years must follow on each other")
    if not 1 <= weeks <= len(years) * WEEKS_PER_YEAR:
        said = f"{place}.weeks = {weeks} must be from 1 to {len(years) * WEEKS_PER_YEAR}"
        raise Contradiction(f"{said}, the weeks of the years {years[0]} to {years[-1]}")
    if not about["provinces"] or any(not isinstance(name, str) for name in about["provinces"]):
        raise Contradiction(f"{place}.provinces must be names, not {about['provinces']!r:.60}")
    for name, value in (about if search else about["specification"])["parameters"].items():
        if isinstance(value, dict):
            _has(value, {"scale": str}, f"the range of {name}")
            if any(type(value.get(end)) not in (int, float) for end in ("low", "high")):
                raise Contradiction(f"the range of {name} must have numbers low and high")
        elif not _is_values(value):
            raise Contradiction(f"{name} = {shown(value)} is neither a value nor a list of values")
    counts = about["target"] if search else {}
    if any(type(count) not in (int, float) for count in counts.values()):
        raise Contradiction(f"{place}.target must be counts of people by year")


def _is_values(stated: Any) -> bool:
    values = stated if isinstance(stated, list) else [stated]
    return bool(values) and all(type(value) in (int, float, str) for value in values)


def check_sums(about: Mapping[str, Any], tables: Any, blocks: Any) -> None:
    """Refuse tables and blocks that are no whole: each planned run stands in one block."""
    for block in blocks:
        (first, last), (one, other), chunk = block.points, block.replicates, block.chunk
        if any(type(number) is not int for number in (first, last, one, other, chunk)):
            raise Contradiction("blocks must have whole numbers")
        if not (0 <= first < last and 0 <= one < other and chunk >= 1):
            raise Contradiction(f"there is no block of points {first} to {last}, replicates {one} "
                                f"to {other}, {chunk} runs a chunk")  # fmt: skip
    for a, b in itertools.combinations(blocks, 2):
        if _meet(a.points, b.points) and _meet(a.replicates, b.replicates):
            raise Contradiction("two blocks have runs in common")
    if not blocks:
        raise Contradiction("there are no blocks")
    points = max(block.points[1] for block in blocks)
    replicates = max(block.replicates[1] for block in blocks)
    planned = sum(block.runs for block in blocks)
    if planned != points * replicates:
        said = f"blocks have {planned:,} runs, {points:,} points with {replicates:,} replicates"
        raise Contradiction(f"{said} have {points * replicates:,}")
    limit = about["specification"]["design"].get("limit", LARGEST)
    if type(limit) is not int or planned > limit:
        raise Contradiction(f"{planned:,} runs are more than the design's limit of {limit!r:.30}")
    following = 0
    for table in tables:
        ends, (first, last) = (table.file, table.digest), table.points
        if any(not isinstance(text, str) for text in ends) or first != following:
            raise Contradiction(f"the table of points {table.file!r:.60} does not follow the last")
        following = last
    if following != points:
        raise Contradiction(f"tables have {following!r:.30} points, blocks {points:,}")


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
