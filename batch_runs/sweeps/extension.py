"""Adding points or replicates to a sweep that was planned before."""

import dataclasses
import pathlib
from typing import Any

from defection.batch_runs.designs import DesignError, Points
from defection.batch_runs.errors import SweepError
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.plan import Block
from defection.batch_runs.store.results import SweepResults, open_results
from defection.batch_runs.store.versions import DATA
from defection.batch_runs.sweeps.specification import Specification
from defection.batch_runs.sweeps.sweep import check_points, chunk_size, run_sweep
from defection.checks import whole
from defection.country import load


def extend_sweep(
    out: str | pathlib.Path, *, points: int | None = None, replicates: int | None = None, **how: Any
) -> SweepResults:
    """Add points or replicates to a sweep, and run them.

    A random design and Sobol' points go on where they ended, a Latin hypercube gets a second one of
    the added size, points from a file go on with the rows that were added to it; other designs have
    no further points.

    Parameters
    ----------
    out : path
        The sweep's folder.
    points, replicates : int, optional
        How many there will be in all.
    **how
        What :func:`run_sweep` takes.

    Returns
    -------
    SweepResults
        What is in the folder now.

    Raises
    ------
    SweepError, DesignError
        There is nothing to add, it is too much, or the design has no further points.
    PlanError, FolderError, ClusterError
        As for :func:`run_sweep`.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import extend_sweep, run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "grid"}}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> extend_sweep(results.path, replicates=3, engine="serial").counts()["done"]
    3
    """
    folder = Folder(out)
    open_results(folder.path).check()
    plan = folder.read_plan()
    wanted = Specification.from_plan(plan)
    there = {"points": plan.points, "replicates": plan.replicates}
    for name, count in {"points": points, "replicates": replicates}.items():
        if count is not None and whole(name, count, error=SweepError) < there[name]:
            raise SweepError(
                f"{name} = {count:,}: {folder.path} has {there[name]:,} already, and nothing is "
                "taken away"
            )
    points, replicates = points or plan.points, replicates or plan.replicates
    if (points, replicates) == (plan.points, plan.replicates):
        if open_results(folder.path).counts()["missing"]:
            return run_sweep(None, out, **how)  # it was stopped before
        raise SweepError(
            f"nothing to add: {folder.path} has {plan.points:,} points and {plan.replicates:,} "
            "replicates of each already"
        )
    if points * replicates > wanted.limit:
        raise SweepError(
            f"that makes {points * replicates:,} runs, more than the design's limit of "
            f"{wanted.limit:,}"
        )
    with folder.locked():
        plan = folder.read_plan()
        tables, blocks, about = list(plan.tables), [], plan.about
        if replicates > plan.replicates:
            blocks.append(Block((0, plan.points), (plan.replicates, replicates), 1))
        if points > plan.points:
            more = getattr(wanted.design, "more", None)
            if more is None:
                raise DesignError(
                    f"a {wanted.design.kind} design has all its {plan.points:,} points: run a new "
                    "design into another folder"
                )
            check_points(folder, plan, wanted)
            if isinstance(wanted.design, Points):
                wanted.design.check(load(wanted.country), wanted.space)
            columns = folder.read_points(plan).column_names  # those of the model at that time
            table = more(wanted.space, wanted.seed, plan.points, points)[columns]
            added = wanted.about(lambda: table)  # rows of a file may read further data
            about = {**{name: added[name] for name in DATA if name in added}, **about}
            tables.append(folder.write_points(len(tables), table, plan.points))
            blocks.append(Block((plan.points, points), (0, replicates), 1))
        larger = dataclasses.replace(
            plan, about=about, tables=tuple(tables), blocks=(*plan.blocks, *blocks)
        )
        chunk = how.get("chunk")
        sized = (
            dataclasses.replace(block, chunk=chunk or chunk_size(folder, larger, block))
            for block in blocks
        )
        folder.write_plan(dataclasses.replace(larger, blocks=(*plan.blocks, *sized)), new=False)
    return run_sweep(None, out, **how)
