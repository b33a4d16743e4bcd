"""The commands about sweeps: sweep, extend, results, compact, replay."""

import argparse
import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from defection.commands import shared
from defection.commands.shared import option, switch
from defection.progress import Bar


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    sweep = shared.add_command(
        commands, "sweep", _sweep,
        help="run a design: many points of the parameters, nothing lost",
        description="Run what a design file asks for, on all cores or on a Dask cluster, and keep "
        "every run. Whatever stops it (Ctrl-C, a kill, a power cut, a full disk): the same command "
        "goes on where it stopped. Design files: docs/sweeps.md.",
        epilog=shared.examples(
            "defection sweep design.toml --out results", "defection results results",
        ),
    )  # fmt: skip
    design = "design file (TOML); may be left out to go on with what --out holds"
    option(sweep, "design", design, nargs="?")
    option(sweep, "--out", "folder for the results", type=Path, required=True)
    shared.add_engine(sweep)
    shard = "run only every N-th chunk from the I-th on: for jobs that share the folder"
    option(sweep, "--shard", shard, metavar="I/N")
    chunk = "runs in a chunk (default: as many as take about half a second)"
    option(sweep, "--chunk", chunk, type=int)
    switch(sweep, "--retry-failed", "run again the chunks in which a run has failed")

    extend = shared.add_command(
        commands, "extend", _extend,
        help="add points or replicates to a sweep",
        description="Add points or replicates to a sweep, and run them.",
        epilog=shared.examples("defection extend results --replicates 10"),
    )  # fmt: skip
    option(extend, "folder", "the sweep's folder", type=Path)
    option(extend, "--points", "how many points there shall be in all", type=int)
    replicates = "how many replicates of each point there shall be in all"
    option(extend, "--replicates", replicates, type=int)
    shared.add_engine(extend)

    results = shared.add_command(
        commands, "results", _results,
        help="say what a sweep has found",
        description="Say what a sweep has found so far: as text, and on request as a report, as "
        "figures or as a table.",
        epilog=shared.examples("defection results results --report report.html"),
    )  # fmt: skip
    option(results, "folder", "the sweep's folder", type=Path)
    option(results, "--outcome", "column that the report is about", default="total_successes")
    page = "write one self-contained HTML page"
    option(results, "--report", page, type=Path, metavar="FILE")
    option(results, "--figures", "write the figures", type=Path, metavar="FOLDER")
    formats = ("png", "svg")
    option(results, "--format", "format of the figures", choices=formats, default="png")
    option(results, "--csv", "write the table of runs", type=Path, metavar="FILE")
    switch(results, "--force", "replace earlier files")

    compact = shared.add_command(
        commands, "compact", _compact,
        help="merge the small files of a sweep",
        description="Merge the many small files of a sweep into few large ones; the rows stay the "
        "same.",
    )  # fmt: skip
    option(compact, "folder", "the sweep's folder", type=Path)

    replay = shared.add_command(
        commands, "replay", _replay,
        help="repeat one run of a sweep or a search in full",
        description="Repeat one run of a sweep or a search with agents, check that it gives the "
        "same numbers, and keep everything in a folder as defection run does.",
        epilog=shared.examples("defection replay results 17-2"),
    )  # fmt: skip
    option(replay, "folder", "the folder of the sweep or the search", type=Path)
    option(replay, "run_id", "the run's id, POINT-REPLICATE")
    option(replay, "--out", "folder for the run (default: run-RUN_ID)", type=Path)
    switch(replay, "--force", "replace the folder of an earlier run")
    shared.add_quiet(replay)


def _sweep(options: argparse.Namespace) -> None:
    from defection.batch_runs import run_sweep
    from defection.batch_runs.store.folder import Folder

    Folder(options.out).check()
    how = {name: getattr(options, name) for name in ("shard", "chunk", "retry_failed")}
    run = functools.partial(run_sweep, options.design, options.out, **how)
    _watch(options, options.out, run)


def _extend(options: argparse.Namespace) -> None:
    from defection.batch_runs import extend_sweep

    how = {"points": options.points, "replicates": options.replicates}
    _watch(options, options.folder, functools.partial(extend_sweep, options.folder, **how))


def _watch(options: argparse.Namespace, folder: Path, run: Callable[..., Any]) -> None:
    """Run or extend a sweep, and say what there is now; fail where every run has failed."""
    from defection.batch_runs.errors import SweepError

    start = time.monotonic()
    with shared.watched(folder, options.quiet) as bar:
        results = run(progress=bar, warn=shared.warn, **shared.engine(options))
    counts, seconds, ran = results.counts(), time.monotonic() - start, (bar.done or 0) - bar.before
    if counts["failed"] and not counts["done"]:
        first = results.table(["error"])["error"][0].as_py()
        raise SweepError(f"all {counts['failed']:,} runs in {folder} failed, the first by {first}")
    if options.quiet:
        return
    kept = counts["done"] + counts["failed"]
    text = f"{kept:,} of {counts['planned']:,} planned runs are in {folder}"
    if counts["failed"]:
        text += f", {counts['failed']:,} of them failed"
    if counts["missing"]:
        text += f"; {counts['missing']:,} are left to other shards"
    speed = f"{ran:,} runs in {seconds:,.1f} s, {ran / seconds:,.0f} runs/s"
    print(f"{text}: {speed if ran else 'there was nothing left to run'}.")
    print(f"See what they say:  defection results {folder}")


def _results(options: argparse.Namespace) -> bool:
    from defection.batch_runs import open_results
    from defection.batch_runs.sweeps.text import text
    from defection.files import check_file
    from defection.views.sweep_report import write_figures, write_report, write_table

    shared.check_distinct(options, "csv", "report", "figures")
    for file in filter(None, (options.csv, options.report)):
        check_file(file, force=options.force)
    results, force, outcome = open_results(options.folder), options.force, options.outcome
    print(text(results, outcome))
    if options.csv:
        write_table(results, options.csv, force=force)
    if options.figures:
        look = {"format": options.format, "outcome": outcome}
        write_figures(results, options.figures, **look, force=force)
    if options.report:
        write_report(results, options.report, outcome=outcome, force=force)
    written = [file for file in (options.csv, options.figures, options.report) if file]
    for file in written:
        print(f"Written: {file}")
    return bool(written)


def _compact(options: argparse.Namespace) -> None:
    from defection.batch_runs import compact, open_results

    before, after = len(open_results(options.folder).parts()), len(compact(options.folder).parts())
    print(f"{options.folder}: {before:,} parts merged into {after:,}")


def _replay(options: argparse.Namespace) -> None:
    from defection import files
    from defection.batch_runs.store.replay import replay
    from defection.batch_runs.store.results import open_runs
    from defection.views import run_folder

    out = options.out or Path(f"run-{options.run_id}")
    results = open_runs(options.folder)
    row = results.run(options.run_id)
    files.check(out, force=options.force)
    title = f"run {options.run_id}, seed {row['seed']}"
    with Bar(title, unit="weeks", show=not options.quiet) as bar:
        model = replay(
            results,
            options.run_id,
            record_crossings=True,
            progress=lambda model: bar(model.week, row["weeks_run"]),
        )
    run_folder.write(model, out, force=options.force)
    if not options.quiet:
        print(shared.yearly_text(model))
        print(
            f"\nThe same numbers as kept in {options.folder}. "
            f"The whole run is in {out}/: {', '.join(run_folder.FILES)}"
        )
