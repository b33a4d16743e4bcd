"""Which runs keep their weekly series: all, none, or those that meet a condition."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.errors import DesignError, check_known, in_field
from defection.measures import FLOWS, STATES
from defection.parameters import ALL_PARAMETERS

KEEP = ("none", "all", "where")
KEYS = ("keep", "columns", "where")
COLUMNS = (*FLOWS, *STATES, "crossings")
CONDITIONS = ("weeks_run", "stopped_early", *(f"total_{flow}" for flow in FLOWS), *ALL_PARAMETERS)
"""Columns of the table of runs that a condition may name."""


@dataclasses.dataclass(frozen=True)
class Series:
    """Weekly series ``columns`` by province, of the runs that meet every condition of ``where``."""

    keep: str = "none"
    columns: tuple[str, ...] = ("attempts", "stopped", "successes")
    where: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def from_mapping(cls, stated: Mapping[str, Any]) -> Series:
        """Read ``{keep, columns, where}``.

        A condition is a value, or a table with ``low``, ``high`` or both (ends included).
        """
        for key in stated:
            said = f"there is no key {key!r} in [series]"
            check_known(said, key, KEYS, DesignError, "series", key)
        where = stated.get("where", {})
        keep = stated.get("keep", "where" if where else "none")
        said = f"keep = {keep!r} is not one of them"
        check_known(said, keep, KEEP, DesignError, "series", "keep")
        if not isinstance(where, Mapping) or bool(where) != (keep == "where"):
            said = "keep = 'where' goes with conditions, [series.where], and they with it"
            raise DesignError(said, "series", "where")
        columns = stated.get("columns", list(cls().columns))
        if not isinstance(columns, list) or not columns:
            known = ", ".join(COLUMNS)
            raise DesignError(f"columns must be a list of some of {known}", "series", "columns")
        for column in columns:
            said = f"there is no series {column!r}"
            check_known(said, column, COLUMNS, DesignError, "series", "columns")
        conditions = tuple((name, _condition(name, value)) for name, value in where.items())
        return cls(keep, tuple(dict.fromkeys(columns)), conditions)

    @property
    def keeps_crossings(self) -> bool:
        """Whether it is kept who crossed."""
        return self.keep != "none" and "crossings" in self.columns

    def described(self) -> dict[str, Any]:
        """Return plain values that :meth:`from_mapping` reads back."""
        if self.keep == "none":
            return {}
        where = {
            name: dict(value) if isinstance(value, tuple) else value for name, value in self.where
        }
        said = {"keep": self.keep, "columns": list(self.columns)}
        return {**said, "where": where} if where else said

    def chosen(self, runs: pd.DataFrame) -> np.ndarray:
        """Return which rows of a table of runs keep their series."""
        keep = (runs["status"] == "done").to_numpy() & (self.keep != "none")
        for name, condition in self.where:
            values = runs[name].to_numpy()
            if isinstance(condition, tuple):
                for end, limit in condition:
                    keep &= values >= limit if end == "low" else values <= limit
            else:
                keep &= values == condition
        return keep


def _condition(name: str, stated: Any) -> Any:
    at = ("series", "where", name)
    check_known(f"a condition cannot name {name!r}", name, CONDITIONS, DesignError, *at)
    takes_numbers = name not in ALL_PARAMETERS or ALL_PARAMETERS[name].kind in ("number", "whole")
    if isinstance(stated, Mapping):
        said = f"{name}: a condition is a value, or {{ low = number, high = number }}"
        if not stated or not set(stated) <= {"low", "high"} or not takes_numbers:
            raise DesignError(f"{said}, not {dict(stated)!r}", *at)
        if not all(_is_number(end) and math.isfinite(end) for end in stated.values()):
            raise DesignError(f"{said}; both must be finite, not {dict(stated)!r}", *at)
        if stated.get("low", -math.inf) > stated.get("high", math.inf):
            said = f"{name}: low = {stated['low']} is above high = {stated['high']}"
            raise DesignError(said, *at, "low")
        return tuple(stated.items())
    if name == "stopped_early":
        fits = isinstance(stated, bool)
    else:
        fits = _is_number(stated) if takes_numbers else isinstance(stated, str)
    if not fits:
        raise DesignError(f"{name} = {stated!r} is not a value that {name} can have", *at)
    if name in ALL_PARAMETERS:
        with in_field(*at):
            return ALL_PARAMETERS[name].checked(stated)
    return stated


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
