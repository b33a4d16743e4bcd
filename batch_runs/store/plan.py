"""The plan of a sweep or a search, written before the first run: what all runs must agree on.

The plan of a sweep lists *blocks*, rectangles of points and replicates; a sweep that is extended
gets further blocks. A block is cut into *chunks* of so many runs; the results of a chunk are one
immutable part. The plan of a search, ``search.json``, has no blocks: which points it runs next
follows from the runs so far. Both end with a fingerprint of all the rest, so that one changed
character is noticed.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from defection.batch_runs.errors import PlanError
from defection.batch_runs.store.plan_checks import check_about, check_sums
from defection.batch_runs.store.retired import renamed
from defection.batch_runs.store.task import SEED_BITS
from defection.batch_runs.store.versions import DATA, FORMATS, Points, check_law
from defection.files import json_text
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS, PARAMETERS

FREE = (("design", "file"), ("design", "limit"), ("country",))
"""Keys of a design that may change: where things lie, and how much is allowed."""

VERSIONS = (
    "format", "defection", "law", "behaviour", "rows", *DATA, "made_with",
)  # fmt: skip
"""Keys of a search's plan that are compared in another way, or not at all."""

EDITED = "plans must not be edited; restore it, or use a new folder"


@dataclasses.dataclass(frozen=True)
class Block:
    """Points and replicates (first, behind the last), ``chunk`` runs at a time."""

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
    """A file with the parameters of points (first, behind the last), and its digest."""

    file: str
    points: tuple[int, int]
    digest: str


@dataclasses.dataclass(frozen=True)
class Plan:
    """A whole plan; ``about`` is what was written of what is run, with which law and data."""

    about: dict[str, Any]
    tables: tuple[PointTable, ...] = ()
    blocks: tuple[Block, ...] = ()
    moved: Mapping[str, str] = dataclasses.field(default_factory=dict, compare=False)
    """Where ``country`` and ``file`` of the design are now, if elsewhere; never written."""

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
    def seed_bits(self) -> int:
        """Bits of the seeds of its runs."""
        return 63 if self.about["format"] < 3 else SEED_BITS

    @functools.cached_property
    def design(self) -> dict[str, Any]:
        """The design of a sweep, or all that defines a search: in present names, and complete."""
        said = current(self.about)
        if "file" in self.moved:
            said["design"] = {**said["design"], "file": self.moved["file"]}
        return {**said, "country": self.moved.get("country", said["country"])}

    @property
    def law(self) -> str:
        """A fingerprint (16 hexadecimal digits) of the law's behaviour, or once of its text."""
        return self.about.get("law") or fingerprint(self.about["behaviour"])[:16]

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Yield block and number of every chunk, in order."""
        for b, block in enumerate(self.blocks):
            for chunk in range(block.chunks):
                yield b, chunk

    def key(self, block: int) -> str:
        """Return the fingerprint (8 hexadecimal digits) of all that the parts of a block depend on.

        It is made of what was written, so that it stays the same whatever is renamed or added.
        """
        if not self.blocks:
            return fingerprint(self.about)[:8]
        chosen, law = self.blocks[block], "law" if self.about["format"] == 1 else "behaviour"
        tables = [
            t.digest
            for t in self.tables
            if t.points[0] < chosen.points[1] and chosen.points[0] < t.points[1]
        ]
        names = ("format", law, "rows", *DATA, "weeks")
        made_of = {name: self.about[name] for name in names if name in self.about}
        design = _bound(self.about["specification"])
        return fingerprint([made_of, design, dataclasses.asdict(chosen), tables])[:8]

    def text(self) -> str:
        """Return the text of ``plan.json`` or ``search.json``."""
        said = self.about
        if self.blocks:
            said = {
                "about": self.about,
                "tables": [dataclasses.asdict(t) for t in self.tables],
                "blocks": [dataclasses.asdict(b) for b in self.blocks],
            }
        if self.blocks or self.about["format"] >= 3:
            said = {**said, "fingerprint": fingerprint(said)}
        return json_text(said, indent=2) + "\n"

    @classmethod
    def from_text(cls, text: str, name: str, *, search: bool = False) -> Plan:
        """Read the text of a plan, called ``name`` in errors; refuse one that was changed."""
        try:
            said = json.loads(text)
            if not isinstance(said, dict):
                raise TypeError("not a table")
            about = said if search else said["about"]
            version = about["format"]
            signed = said.pop("fingerprint") if "fingerprint" in said or not search else None
            if type(version) is not int or version not in FORMATS:
                known = ", ".join(map(str, FORMATS))
                raise PlanError(f"{name} has format {version}; this version reads {known}")
            if signed is None and version >= 3:
                raise KeyError("fingerprint")
        except PlanError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise PlanError(
                f"{name} cannot be read as a plan ({type(error).__name__}: {error}): {EDITED}"
            ) from None
        if signed is not None and signed != fingerprint(said):
            raise PlanError(f"{name} was changed since it was written: {EDITED}")
        try:
            check_about(about, search=search, law="law" if version == 1 else "behaviour")
            if search:
                return cls(about)
            tables = tuple(PointTable(t["file"], tuple(t["points"]), t["digest"])
                           for t in said["tables"])  # fmt: skip
            blocks = tuple(Block(tuple(b["points"]), tuple(b["replicates"]), b["chunk"])
                           for b in said["blocks"])  # fmt: skip
            check_sums(about, tables, blocks)
        except (ValueError, KeyError, TypeError) as error:
            what = f"has no {error}" if isinstance(error, KeyError) else error
            raise PlanError(f"{name} cannot be carried out: {what}: {EDITED}") from None
        return cls(about, tables, blocks)


def fingerprint(what: Any) -> str:
    """Return the SHA-256 of plain values, however their mappings are ordered."""
    return hashlib.sha256(json_text(what, sort_keys=True).encode()).hexdigest()


def current(said: dict[str, Any]) -> dict[str, Any]:
    """Return the design in what a plan says, in present names and with parameters added since."""
    design = renamed(said.get("specification", said))
    values = design.get("parameters", {})
    own = ALL_PARAMETERS if set(values) & set(JOURNEY_PARAMETERS) else PARAMETERS
    defaults = {name: one.default for name, one in own.items() if name not in values}
    return {**design, "parameters": {**values, **defaults}}


def check_same(plan: Plan, new: dict[str, Any], name: str, points: Points | None = None) -> None:
    """Refuse to go on with a plan that was made for another design, law, country or weeks.

    ``new`` is what would be planned now (:func:`about`), ``points`` returns what was planned.
    """
    check_law(plan.about, new, name, points)
    now = json.loads(json.dumps(current(new)))  # 1 and 1.0, tuples and lists are one setting
    if not plan.blocks:
        old, now = (
            {k: v for k, v in one.items() if k not in VERSIONS} for one in (plan.design, now)
        )
        if changes := differences(old, now):
            said = "; ".join(changes[:5])
            raise PlanError(f"{name} holds another search: {said}; choose another --out")
        return
    changes = differences(plan.design, now)
    if plan.about["weeks"] != new["weeks"]:
        changes.insert(0, f"weeks is {new['weeks']}, was {plan.about['weeks']}")
    if changes:
        more = any("points" in c or "replicates" in c for c in changes)
        hint = "; to add points or replicates: defection extend" if more else ""
        raise PlanError(f"the design differs from the plan in {name}: {'; '.join(changes)}{hint}")


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
            change
            for key in dict.fromkeys([*old, *new])
            for change in differences(old.get(key), new.get(key), (*at, key))
        ]
    return [] if old == new else [f"{'.'.join(at)} is {new!r}, was {old!r}"]
