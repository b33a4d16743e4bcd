"""Kept results are listed, renewed where they are stale, and compared with what is computed."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Collection

import pandas as pd

from defection.files import digest
from defection.replication.kept import PACKAGE, Kept, text_of
from defection.replication.markdown import renewed
from defection.replication.points import points
from defection.replication.registry import RESULTS, result_named
from defection.replication.result import Result
from defection.replication.runs import Runs

CHECKOUT = PACKAGE.parent
"""The repository, where this is one: its pages include what results make."""


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
        rows.append(
            {
                "result": result.name,
                "computed": about.get("made", "never"),
                "with": ", ".join(made),
                "needs": ", ".join((*result.needs, *result.reads)),
                "seconds": about.get("seconds", result.seconds),
                "stale": "; ".join(stored.why_stale(result, RESULTS)),
            }
        )
    return pd.DataFrame(rows)


def with_needs(names: Collection[str]) -> list[Result]:
    """Return results with all that they need, in an order in which they can be computed."""
    wanted = {result_named(name).name for name in names}
    for result in reversed(RESULTS.values()):
        wanted |= set(result.needs) if result.name in wanted else set()
    return [result for result in RESULTS.values() if result.name in wanted]


def renew(names: Collection[str], runs: Runs, *, force: bool = False) -> list[str]:
    """Compute what is stale of results and of what they need, and keep it.

    What costs nothing and follows from what was renewed is renewed with it.

    Parameters
    ----------
    names : collection of str
        Names of results.
    runs : Runs
        What they are computed with; its ``stored`` takes the tables.
    force : bool
        Compute the named results even where they are not stale.

    Returns
    -------
    list of str
        Names of what was computed, in order.
    """
    stored, done = runs.stored, []
    wanted = {result.name for result in with_needs(names)}
    stored.check_writable()
    for result in RESULTS.values():
        why = stored.why_stale(result, RESULTS)
        free = result.seconds == 0 and done and all(name in stored.about for name in result.needs)
        if not (why and (result.name in wanted or free)) and not (force and result.name in names):
            continue
        runs.log(f"{result.name}: {'; '.join(why) or 'forced'}")
        runs.used.clear()
        start = time.monotonic()
        runs.new[result.name] = tables = result.compute(runs)
        about = {"root": runs.root, "replicates": runs.replicates, "quick": runs.quick}
        about |= {"runs": list(runs.used), "seconds": round(time.monotonic() - start, 1)}
        stored.write(result, tables, stored.provenance(result) | about)
        if result.name == "baseline":
            runs.points = points(tables["baseline"])
        done.append(result.name)
    return done


def differences(names: Collection[str], runs: Runs) -> list[str]:
    """Compute results again and return which kept tables are not what is computed now."""
    found = []
    for name in names:
        tables = result_named(name).compute(runs)
        kept = runs.stored.digests(name)
        texts = {file: text_of(table) for file, table in tables.items()}
        found += [
            f"{name}: {file}"
            for file, text in texts.items()
            if text is not None and kept.get(file) != digest(text.encode())
        ]
    return found


def write_pages(runs: Runs, done: Collection[str], root: pathlib.Path = CHECKOUT) -> list[str]:
    """Write the generated parts of a checkout's pages, and images that were renewed; say which."""
    if not (root / "docs").is_dir():
        return []
    texts, changed = sections(runs.stored), []
    for page in sorted((*root.glob("*.md"), *(root / "docs").glob("*.md"))):
        text = page.read_text(encoding="utf-8")
        if (new := renewed(text, texts)) != text:
            page.write_text(new, encoding="utf-8")
            changed.append(str(page.relative_to(root)))
    for result in (RESULTS[name] for name in done):
        for figure in result.figures(runs.new[result.name]):
            if (file := root / "docs" / "images" / f"{figure.name}.png").exists():
                figure.draw().savefig(file, dpi=110)
                changed.append(str(file.relative_to(root)))
    return changed


def sections(stored: Kept) -> dict[str, str]:
    """Return the generated sections of pages, by the name of their place."""
    return {
        place: text(stored.tables(result.name))
        for result in RESULTS.values()
        if result.name in stored.about
        for place, text in result.texts.items()
    }


def listed(table: pd.DataFrame) -> str:
    """Return the states of results as lines to print."""
    columns = table[["result", "computed", "with", "stale"]].replace({"stale": {"": "-"}})
    rows = [list(columns.columns), *columns.itertuples(index=False)]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )
