"""Kept results are listed, renewed where they are stale, and compared with what is computed."""

import time
from collections.abc import Collection
from typing import Any

import pandas as pd

from defection.replication.kept import Kept, ReplicationError, table_from, text_of
from defection.replication.points import points
from defection.replication.registry import RESULTS, result_named
from defection.replication.result import Result
from defection.replication.runs import Runs


def states(stored: Kept | None = None) -> pd.DataFrame:
    """Return a row per result: when it was computed and from what, and why it is stale.

    Parameters
    ----------
    stored : Kept, optional
        The kept results of a folder; default: the package's own.

    Returns
    -------
    pandas.DataFrame
        ``result``, ``computed`` (a date), ``with`` (version and numbers of runs), ``needs``,
        ``seconds`` and ``stale`` (why; empty where it is that of the present).

    Examples
    --------
    >>> table = states()
    >>> bool((table["stale"] == "").any()), "fit" in set(table["result"])
    (True, True)
    """
    stored = stored or Kept()
    rows = []
    for result in RESULTS.values():
        about = stored.about.get(result.name, {})
        made = [f"defection {about['defection']}"] if about else []
        made += [f"{about['replicates']} seeds a point"] if about.get("runs") else []
        rows.append((
            result.name, about.get("made", "never"), ", ".join(made),
            ", ".join((*result.needs, *result.reads)), about.get("seconds", result.seconds),
            "; ".join(stored.why_stale(result, RESULTS)),
        ))  # fmt: skip
    columns = ["result", "computed", "with", "needs", "seconds", "stale"]
    return pd.DataFrame(rows, columns=columns)


def with_needs(names: Collection[str]) -> list[Result]:
    """Return results with all that they need, in an order in which they can be computed."""
    wanted = {result_named(name).name for name in names}
    for result in reversed(RESULTS.values()):
        wanted |= set(result.needs) if result.name in wanted else set()
    return [result for result in RESULTS.values() if result.name in wanted]


def renew(names: Collection[str], runs: Runs, *, force: bool = False) -> list[str]:
    """Compute what is stale of results and of what these need, and keep it.

    What costs nothing and follows from what was renewed is renewed with it.

    Parameters
    ----------
    names : collection of str
        Names of results.
    runs : Runs
        What they are computed with; its ``stored`` takes the tables.
    force : bool
        Compute the named results even where they are not stale, and search in full for what is
        else taken from points that were found before.

    Returns
    -------
    list of str
        Names of what was computed, in order.

    Examples
    --------
    >>> renew(["errata"], Runs(3))
    []
    """
    stored = runs.stored
    done: list[str] = []
    stale = [name for name in names if stored.why_stale(result_named(name), RESULTS)]
    wanted = {result.name for result in with_needs(stale)}
    stored.check_writable()
    for result in RESULTS.values():
        why = stored.why_stale(result, RESULTS)
        free = result.seconds == 0 and done and all(name in stored.about for name in result.needs)
        if not (why and (result.name in wanted or free)) and not (force and result.name in names):
            continue
        runs.log(f"{result.name}: {'; '.join(why) or 'forced'}")
        runs.used.clear()
        start = time.monotonic()
        runs.kept_points = "left" if force and result.name in names else "used"
        runs.new[result.name] = tables = result.compute(runs)
        about = stored.provenance(result)
        about |= {"root": runs.root, "replicates": runs.replicates, "quick": runs.quick}
        about |= {"runs": list(runs.used), "seconds": round(time.monotonic() - start, 1)}
        stored.write(result, tables, about)
        if result.name == "baseline":
            runs.points = points(tables["baseline"])
        done.append(result.name)
    return done


def check(names: Collection[str], stored: Kept) -> None:
    """Refuse where a kept result is not of the present behaviour, data, defaults and needs."""
    table = states(stored)
    stale = table[(table["stale"] != "") & table["result"].isin(names)]
    if len(stale):
        said = "; ".join(f"{row.result} ({row.stale})" for row in stale.itertuples())
        raise ReplicationError(f"stale: {said}")


def check_tables(names: Collection[str], runs: Runs) -> None:
    """Compute results again, and refuse where a kept table is not what is computed now."""
    found, runs.kept_points = [], "compared"
    for name in names:
        runs.log(f"{name}: compared")
        kept = runs.stored.tables(name)
        for file, table in result_named(name).compute(runs).items():
            text = text_of(table)
            found += [f"{name}: {file}"] if text and not _same(kept.get(file), table, text) else []
    if found:
        raise ReplicationError(f"not what is computed now: {', '.join(found)}")


def _same(kept: Any, table: Any, text: str) -> bool:
    """Return whether a kept table is the computed one, but for the last digits of numbers."""
    if not isinstance(table, pd.DataFrame) or kept is None:
        return kept is not None and text_of(kept) == text
    try:
        pd.testing.assert_frame_equal(kept, table_from(text), check_dtype=False, rtol=1e-9)
    except AssertionError:
        return False
    return True


def listed(table: pd.DataFrame) -> str:
    """Return the states of results as lines to print."""
    columns = table[["result", "computed", "with", "stale"]].replace({"stale": {"": "-"}})
    rows = [list(columns.columns), *columns.itertuples(index=False)]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )
