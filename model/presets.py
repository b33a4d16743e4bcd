"""What a country brings for its users: named sets of parameters, and the ranges to look in.

``presets.toml`` and ``ranges.csv`` in a country's folder may be left out. What the parameters'
registry says of the paper is said of the country whose ``presets.toml`` has ``paper = true``.
"""

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from defection.checks import shown
from defection.parameter import SearchRange
from defection.parameters import (
    ALL_PARAMETERS,
    PARAMETERS,
    RANGES,
    ParameterError,
    Parameters,
    nearest,
)
from defection.tables import CountryError, lines, read_rows, read_toml

KEYS = ("name", "base", "notice", "paper", "default", "changes")


@dataclasses.dataclass(frozen=True)
class Preset:
    """A name, a text that says what to notice, and what is changed against the registry's values.

    One that is the ``default`` is where the country's runs begin (``Country.defaults``). One with a
    ``base`` begins from that preset, and has its changes too.
    """

    name: str
    notice: str
    changes: Mapping[str, Any]
    default: bool = False
    base: str = ""

    def parameters(self) -> Parameters:
        """Return the complete parameters of this preset."""
        return Parameters(**self.changes)


def titled(preset: Preset) -> str:
    """Return the name of a preset, and of which other it is, or that it is the default."""
    said = f"of {preset.base.partition(':')[0]}" if preset.base else "the default"
    return f"{preset.name} ({said})" if preset.base or preset.default else preset.name


def preset_called(name: str, presets: Sequence[Preset], country: str) -> Preset:
    """Return the preset of a name; capitals do not matter, and its beginning is enough.

    ``ParameterError`` where there is none in this ``country``, or there are several: it lists them.
    """
    wanted = name.strip().casefold()
    names = {one.name.casefold(): one for one in presets}
    found = [one for full, one in names.items() if full.startswith(wanted)]
    if wanted in names or len(found) == 1:
        return names.get(wanted) or found[0]
    if not presets:
        raise ParameterError(f"{country} has no presets: its folder has no presets.toml")
    several = "begins several names" if len(found) > 1 and wanted else "is none"
    listed = "; ".join(one.name for one in (found if several != "is none" else presets))
    short = [full.partition(":")[0].partition(" (")[0] for full in names]
    near = nearest(wanted, [*names, *short]) if several == "is none" else ""
    raise ParameterError(f"preset = {shown(name)} {several}{near}; there are {listed}")


def read_presets(file: pathlib.Path) -> tuple[bool, tuple[Preset, ...]]:
    """Read ``presets.toml``: whether the paper is about this country, and its presets."""
    if not file.exists():
        return False, ()
    said, text = read_toml(file, CountryError)
    paper, rows = said.pop("paper", False), said.pop("preset", [])
    if said or not isinstance(paper, bool) or not isinstance(rows, list):
        raise CountryError(f"{file}: must hold paper = true or false, [[preset]], and nothing else")
    presets: tuple[Preset, ...] = ()
    for number, row in enumerate(rows, 1):
        presets = (*presets, _preset(file, number, row, presets))
    names = [one.name.strip().casefold() for one in presets]
    for number, one in enumerate(presets):
        if names[number] in names[:number]:
            heads = [at for at, line in enumerate(lines(text), 1) if "[[preset]]" in line]
            at = f", line {heads[number]}" if len(heads) == len(presets) else ""
            raise CountryError(f"{file}{at}: a preset of the name {shown(one.name)} stands above")
    if len(several := [shown(one.name) for one in presets if one.default]) > 1:
        raise CountryError(f"{file}: one preset can be the default, not {' and '.join(several)}")
    return paper, presets


def _preset(file: pathlib.Path, number: int, row: Any, above: Sequence[Preset]) -> Preset:
    at = f"{file}, preset {number}"
    absent = {"base": "", "notice": "", "paper": False, "default": False, "changes": {}}
    row = {**absent, **row} if isinstance(row, dict) else {}
    kinds = zip(KEYS, (str, str, str, bool, bool, dict), strict=True)
    if set(row) != set(KEYS) or not all(isinstance(row[key], kind) for key, kind in kinds):
        raise CountryError(
            f"{at}: must have a name, and may have a base (a preset above), a notice (text), paper "
            f"and default (true or false) and [preset.changes]; it has {shown(sorted(row))}"
        )
    reported = {name: one.paper.value for name, one in PARAMETERS.items()} if row["paper"] else {}
    known = {name: value for name, value in reported.items() if value is not None}
    known |= _base(at, row["base"], above)
    changes = {**known, **row["changes"]}
    preset = Preset(row["name"], row["notice"], changes, row["default"], row["base"])
    try:
        preset.parameters()
    except ParameterError as error:
        raise CountryError(f"{at}: {error}") from None
    return preset


def _base(at: str, name: str, above: Sequence[Preset]) -> Mapping[str, Any]:
    """Return the changes of the preset that another begins from."""
    names = {one.name: one.changes for one in above}
    if name and name not in names:
        listed = "; ".join(names) or "none"
        raise CountryError(f"{at}: base = {shown(name)} is no preset above; there are {listed}")
    return names.get(name, {})


def read_ranges(file: pathlib.Path, paper: bool) -> dict[str, SearchRange]:
    """Read ``ranges.csv``; without it the ranges are the registry's where ``paper``, else none."""
    if not file.exists():
        return dict(RANGES) if paper else {}
    ranges: dict[str, SearchRange] = {}
    for row in read_rows(file, ("parameter", "low", "high")):
        name, scale = row.text("parameter"), row.cells.get("scale", "")
        if name not in ALL_PARAMETERS or ALL_PARAMETERS[name].kind not in ("number", "whole"):
            raise row.error("parameter", f"there is no parameter {shown(name)} that is a number")
        if name in ranges:
            raise row.error("parameter", f"{name} stands here twice")
        one = ALL_PARAMETERS[name]
        read = row.whole if one.kind == "whole" else row.number
        low = read("low", low=one.low, high=one.high)
        high = read("high", low=low, high=one.high)
        if scale not in ("", "linear", "log") or (scale == "log" and low <= 0):
            raise row.error("scale", f"{shown(scale)} must be linear, or log where low is above 0")
        ranges[name] = SearchRange(low, high, scale == "log")
    return ranges
