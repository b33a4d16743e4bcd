"""Adding points or replicates to a sweep that was planned before."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

from defection.batch_runs.designs import DesignError
from defection.batch_runs.store import plan as plans
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.plan import Block, Plan, PointTable
from defection.batch_runs.store.results import SweepResults, open_results
from defection.batch_runs.sweeps.sweep import (
    SweepError,
    at_least_one,
    check_points,
    chunk_size,
    run_sweep,
)


def extend_sweep(
    out: str | pathlib.Path, *, points: int | None = None, replicates: int | None = None, **how: Any
) -> SweepResults:
    """Add points or replicates to a sweep, and run them; ``points`` and ``replicates`` say how many there will be in all.

    ``how`` is what :func:`run_sweep` takes. A random design and Sobol' points go on where they
    ended, a Latin hypercube gets a second one of the added size, points from a file go on with the
    rows that were added to it; other designs have no further points.
    """
    folder = Folder(out)
    plan = folder.read_plan()
    plans.check_same(plan, plan.specification, str(folder.path))
    for name, asked, there in (
        ("points", points, plan.points),
        ("replicates", replicates, plan.replicates),
    ):
        if asked is not None and at_least_one(name, asked) < there:
            raise SweepError(
                f"{name} = {asked:,}: {folder.path} has {there:,} already, and nothing is taken away"
            )
    points, replicates = points or plan.points, replicates or plan.replicates
    if points == plan.points and replicates == plan.replicates:
        if open_results(folder.path).counts()["missing"]:
            return run_sweep(None, out, **how)  # it was stopped before
        raise SweepError(
            f"nothing to add: {folder.path} has {plan.points:,} points and {plan.replicates:,} replicates of each already"
        )
    asked_for = plan.specification
    if points * replicates > asked_for.limit:
        raise SweepError(
            f"that makes {points * replicates:,} runs, more than the design's limit of {asked_for.limit:,}"
        )
    with folder.locked():
        plan = folder.read_plan()
        tables, blocks = list(plan.tables), list(plan.blocks)
        if replicates > plan.replicates:
            blocks.append(Block((0, plan.points), (plan.replicates, replicates), 1))
        if points > plan.points:
            more = getattr(asked_for.design, "more", None)
            if more is None:
                kind = asked_for.design.kind
                raise DesignError(
                    f"a {kind} design has all its {plan.points:,} points: run a new design into another folder"
                )
            if asked_for.design.kind == "points":
                check_points(folder, plan, asked_for)
            table = more(asked_for.space, asked_for.seed, plan.points, points)
            name, digest = folder.write_points(len(tables), table)
            tables.append(PointTable(name, (plan.points, points), digest))
            blocks.append(Block((plan.points, points), (0, replicates), 1))
        larger, chunk = Plan(plan.about, tuple(tables), tuple(blocks)), how.get("chunk")
        for b in range(len(plan.blocks), len(blocks)):
            blocks[b] = dataclasses.replace(
                blocks[b], chunk=chunk or chunk_size(folder, larger, blocks[b])
            )
        folder.write_plan(Plan(plan.about, tuple(tables), tuple(blocks)), new=False)
    return run_sweep(None, out, **how)
