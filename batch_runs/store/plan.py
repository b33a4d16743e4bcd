"""The plan of a sweep, written before the first run: which runs there are, in which chunks, and what they must agree on.

A plan is a list of *blocks*, rectangles of points and replicates; a sweep that is extended gets
further blocks. A block is cut into *chunks* of so many runs; the results of a chunk are one
immutable part. ``plan.json`` ends with a fingerprint of all the rest, so that a plan edited by hand
is noticed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterator
from typing import Any

import defection
from defection.batch_runs.sweeps.specification import Specification
from defection.compiled import law_fingerprint
from defection.country import checked_weeks, load

FORMAT = 1
LIBRARIES = ("numba", "numpy", "pandas", "pyarrow", "scipy")
FREE = (("design", "file"), ("design", "limit"), ("country",))
"""Keys of a design that may change without making another sweep: where things lie, and how much is allowed."""


class PlanError(ValueError):
    """A plan was changed by hand, or does not fit what is asked."""


@dataclasses.dataclass(frozen=True)
class Block:
    """The runs of ``points`` (first, behind the last) with ``replicates`` (first, behind the last), ``chunk`` at a time."""

    points: tuple[int, int]
    replicates: tuple[int, int]
    chunk: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return (self.points[1] - self.points[0]) * (self.replicates[1] - self.replicates[0])

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.runs // self.chunk)

    def size(self, chunk: int) -> int:
        """Return the number of runs of a chunk."""
        return min(self.chunk, self.runs - chunk * self.chunk)

    def members(self, chunk: int) -> list[tuple[int, int]]:
        """Return point and replicate of every run of a chunk; replicates vary fastest."""
        wide = self.replicates[1] - self.replicates[0]
        start = chunk * self.chunk
        return [
            (self.points[0] + run // wide, self.replicates[0] + run % wide)
            for run in range(start, start + self.size(chunk))
        ]


@dataclasses.dataclass(frozen=True)
class PointTable:
    """A file with the parameters of points (first, behind the last), and the fingerprint of its bytes."""

    file: str
    points: tuple[int, int]
    digest: str


@dataclasses.dataclass(frozen=True)
class Plan:
    """A whole plan; ``about`` says what is run, with which law, data and weeks."""

    about: dict[str, Any]
    tables: tuple[PointTable, ...]
    blocks: tuple[Block, ...]

    @property
    def runs(self) -> int:
        """Number of planned runs."""
        return sum(block.runs for block in self.blocks)

    @property
    def points(self) -> int:
        """Number of points."""
        return max(block.points[1] for block in self.blocks)

    @property
    def replicates(self) -> int:
        """Number of replicates of each point."""
        return max(block.replicates[1] for block in self.blocks)

    @property
    def specification(self) -> Specification:
        """The design, read again."""
        return Specification.from_mapping(self.about["specification"], check=False)

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield block and number of every chunk, in order."""
        for b, block in enumerate(self.blocks):
            for chunk in range(block.chunks):
                yield b, chunk

    def key(self, block: int) -> str:
        """Return the fingerprint (8 hexadecimal digits) of all that the parts of a block depend on."""
        chosen = self.blocks[block]
        tables = [
            t
            for t in self.tables
            if t.points[0] < chosen.points[1] and chosen.points[0] < t.points[1]
        ]
        made_of = {name: self.about[name] for name in ("format", "law", "data", "weeks")}
        return fingerprint(
            [
                made_of,
                _bound(self.about["specification"]),
                dataclasses.asdict(chosen),
                [t.digest for t in tables],
            ]
        )[:8]

    def text(self) -> str:
        """Return the text of ``plan.json``."""
        said = {
            "about": self.about,
            "tables": [dataclasses.asdict(t) for t in self.tables],
            "blocks": [dataclasses.asdict(b) for b in self.blocks],
        }
        return (
            json.dumps({**said, "fingerprint": fingerprint(said)}, indent=2, ensure_ascii=False)
            + "\n"
        )

    @classmethod
    def from_text(cls, text: str, name: str) -> Plan:
        """Read the text of a plan, called ``name`` in errors; refuse one that was changed."""
        try:
            said = json.loads(text)
            given = said.pop("fingerprint")
            plan = cls(
                said["about"],
                tuple(
                    PointTable(t["file"], tuple(t["points"]), t["digest"]) for t in said["tables"]
                ),
                tuple(
                    Block(tuple(b["points"]), tuple(b["replicates"]), b["chunk"])
                    for b in said["blocks"]
                ),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PlanError(
                f"{name} cannot be read as a plan ({type(error).__name__}: {error}); plans must not be edited"
            ) from None
        if given != fingerprint(said):
            raise PlanError(
                f"{name} was changed since it was written: plans must not be edited; restore it, or use a new folder"
            )
        if plan.about.get("format") != FORMAT:
            raise PlanError(
                f"{name} has format {plan.about.get('format')}; this version reads format {FORMAT}"
            )
        return plan


def fingerprint(what: Any) -> str:
    """Return the SHA-256 of plain values, however their mappings are ordered."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def about(country: str, weeks: int | None) -> dict[str, Any]:
    """Return what all runs depend on, and what they were planned with."""
    loaded = load(country)
    return {
        "format": FORMAT,
        "defection": defection.__version__,
        "law": law_fingerprint(),
        "country": loaded.name,
        "data": loaded.fingerprint,
        "weeks": checked_weeks(weeks, loaded),
        "years": list(loaded.years),
        "provinces": list(loaded.provinces),
        "made_with": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in LIBRARIES},
        },
    }


def about_sweep(asked: Specification) -> dict[str, Any]:
    """Return what the runs of a specification depend on, and what they were planned with."""
    return {**about(asked.country, asked.weeks), "specification": asked.described()}


def check_same(plan: Plan, asked: Specification, name: str) -> None:
    """Refuse to go on with a plan that was made for another design, law, country or number of weeks."""
    new = about_sweep(asked)
    check_law(plan.about, new, name)
    changes = differences(plan.about["specification"], new["specification"])
    if plan.about["weeks"] != new["weeks"]:
        changes.insert(0, f"weeks is {new['weeks']}, was {plan.about['weeks']}")
    if changes:
        hint = (
            "; to add points or replicates: defection extend"
            if any("points" in c or "replicates" in c for c in changes)
            else ""
        )
        raise PlanError(f"the design differs from the plan in {name}: {'; '.join(changes)}{hint}")


def check_law(old: dict[str, Any], new: dict[str, Any], name: str) -> None:
    """Refuse to mix what was planned with runs of another law, or with other data of the country; both are as :func:`about` says."""
    if old["law"] != new["law"]:
        raise PlanError(
            f"{name} was planned with another version of the model's law ({old['law']}, by defection {old['defection']}; "
            f"now {new['law']}): runs of both would mix; use a new folder, or the old version"
        )
    if old["data"] != new["data"]:
        raise PlanError(
            f"{name} was planned with other data of {old['country']} ({old['data']}, now {new['data']}): "
            "runs of both would mix; use a new folder"
        )


def _bound(said: Any, at: tuple[str, ...] = ()) -> Any:
    """Return a design without the keys that are free to change."""
    if not isinstance(said, dict):
        return said
    return {key: _bound(value, (*at, key)) for key, value in said.items() if (*at, key) not in FREE}


def differences(old: Any, new: Any, at: tuple[str, ...] = ()) -> list[str]:
    """Return what differs between two designs, one sentence a key."""
    if at in FREE:
        return []
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            d
            for key in dict.fromkeys([*old, *new])
            for d in differences(old.get(key), new.get(key), (*at, key))
        ]
    return [] if old == new else [f"{'.'.join(at)} is {new!r}, was {old!r}"]
