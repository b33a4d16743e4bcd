"""The commands about sweeps: sweep, extend, results, compact, replay."""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections.abc import Callable
from typing import Any

from defection.commands.shared import INTERRUPTED, add_engine, ended_by_signals, tell_of_compiling


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    sweep = commands.add_parser(
        "sweep",
        help="run a design: many points of the parameters, nothing lost",
        description="Run what a design file asks for, on all cores or on a Dask cluster, and keep every run. Whatever stops it "
        "(Ctrl-C, a kill, a power cut, a full disk): the same command goes on where it stopped. Design files: docs/sweeps.md.",
        epilog="Example:  defection sweep design.toml --out results     Then:  defection results results",
    )
    sweep.add_argument(
        "design",
        nargs="?",
        help="design file (TOML); may be left out to go on with what --out holds",
    )
    sweep.add_argument("--out", type=pathlib.Path, required=True, help="folder for the results")
    add_engine(sweep)
    sweep.add_argument(
        "--shard",
        metavar="I/N",
        help="run only every N-th chunk from the I-th on: for jobs that share the folder",
    )
    sweep.add_argument(
        "--chunk", type=int, help="runs in a chunk (default: as many as take about half a second)"
    )
    sweep.add_argument(
        "--retry-failed", action="store_true", help="run again the chunks in which a run has failed"
    )
    sweep.set_defaults(act=_sweep)

    extend = commands.add_parser(
        "extend",
        help="add points or replicates to a sweep",
        description="Add points or replicates to a sweep, and run them.",
        epilog="Example:  defection extend results --replicates 10",
    )
    extend.add_argument("folder", type=pathlib.Path, help="the sweep's folder")
    extend.add_argument("--points", type=int, help="how many points there shall be in all")
    extend.add_argument(
        "--replicates", type=int, help="how many replicates of each point there shall be in all"
    )
    add_engine(extend)
    extend.set_defaults(act=_extend)

    results = commands.add_parser(
        "results",
        help="say what a sweep has found",
        description="Say what a sweep has found so far: as text, and on request as a report, as figures or as a table.",
        epilog="Example:  defection results results --report report.html",
    )
    results.add_argument("folder", type=pathlib.Path, help="the sweep's folder")
    results.add_argument(
        "--outcome",
        default="total_successes",
        help="column that the report is about (default: %(default)s)",
    )
    results.add_argument(
        "--report", type=pathlib.Path, metavar="FILE", help="write one self-contained HTML page"
    )
    results.add_argument("--figures", type=pathlib.Path, metavar="FOLDER", help="write the figures")
    results.add_argument(
        "--format",
        choices=("png", "svg"),
        default="png",
        help="format of the figures (default: %(default)s)",
    )
    results.add_argument("--csv", type=pathlib.Path, metavar="FILE", help="write the table of runs")
    results.add_argument("--force", action="store_true", help="replace earlier files")
    results.set_defaults(act=_results)

    compact = commands.add_parser(
        "compact",
        help="merge the small files of a sweep",
        description="Merge the many small files of a sweep into few large ones; the rows stay the same.",
    )
    compact.add_argument("folder", type=pathlib.Path, help="the sweep's folder")
    compact.set_defaults(act=_compact)

    replay = commands.add_parser(
        "replay",
        help="tell one run of a sweep or a search again, in full",
        description="Run one run of a sweep or a search again as an agent-told model, check that it gives the same numbers, and keep "
        "everything in a folder as defection run does.",
        epilog="Example:  defection replay results 17-2",
    )
    replay.add_argument("folder", type=pathlib.Path, help="the folder of the sweep or the search")
    replay.add_argument("run_id", help="the run's id, POINT-REPLICATE")
    replay.add_argument("--out", type=pathlib.Path, help="folder for the run (default: run-RUN_ID)")
    replay.add_argument("--force", action="store_true", help="replace the folder of an earlier run")
    replay.add_argument("--quiet", action="store_true", help="print nothing but errors")
    replay.set_defaults(act=_replay)


def _sweep(options: argparse.Namespace) -> int:
    from defection.batch_runs.store.folder import Folder
    from defection.batch_runs.sweeps.sweep import run_sweep

    Folder(options.out).check()

    def run(**how: Any) -> Any:
        how |= {
            "shard": options.shard,
            "chunk": options.chunk,
            "retry_failed": options.retry_failed,
        }
        return run_sweep(options.design, options.out, **how)

    return _watched(run, options, options.out)


def _extend(options: argparse.Namespace) -> int:
    from defection.batch_runs.sweeps.extension import extend_sweep

    def run(**how: Any) -> Any:
        return extend_sweep(
            options.folder, points=options.points, replicates=options.replicates, **how
        )

    return _watched(run, options, options.folder)


def _watched(run: Callable[..., Any], options: argparse.Namespace, folder: pathlib.Path) -> int:
    """Run a sweep with a bar; whatever stops it, say what is kept and how to go on."""
    from tqdm import tqdm

    tell_of_compiling(options.quiet)
    bar: Any = None
    start, first, kept = time.monotonic(), 0, (0, 0)

    def report(done: int, total: int) -> None:
        nonlocal bar, first, kept
        if bar is None:
            first = done
            bar = tqdm(
                total=total,
                initial=done,
                unit=" runs",
                desc=str(folder),
                disable=options.quiet,
                smoothing=0.2,
            )
        kept = (done, total)
        bar.update(done - bar.n if not options.quiet else 0)

    how = {
        "engine": options.engine,
        "workers": options.workers,
        "cluster": options.cluster,
        "progress": report,
    }
    try:
        with ended_by_signals():
            results = run(
                **how, warn=lambda message: print(f"defection: {message}", file=sys.stderr)
            )
    except (KeyboardInterrupt, OSError, ValueError) as error:
        if bar is None:
            raise
        bar.close()
        state = f"{kept[0]:,} of {kept[1]:,} runs are kept in {folder}; to go on, give the same command again"
        said = (
            "\ndefection: stopped"
            if isinstance(error, KeyboardInterrupt)
            else f"defection: {error}\ndefection: stopped"
        )
        print(f"{said}: {state}", file=sys.stderr)
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    if bar is not None:
        bar.close()
    if options.quiet:
        return 0
    counts, seconds = results.counts(), time.monotonic() - start
    ran = kept[0] - first
    speed = (
        f": {ran:,} runs in {seconds:,.1f} s, {ran / seconds:,.0f} runs/s"
        if ran
        else ": there was nothing left to run"
    )
    failed = f", {counts['failed']:,} of them failed" if counts["failed"] else ""
    missing = f"; {counts['missing']:,} are left to other shards" if counts["missing"] else ""
    print(
        f"{counts['done'] + counts['failed']:,} of {counts['planned']:,} planned runs are in {folder}{failed}{missing}{speed}."
    )
    print(f"See what they say:  defection results {folder}")
    return 0


def _results(options: argparse.Namespace) -> None:
    from defection.batch_runs.store.results import open_results
    from defection.batch_runs.sweeps import text as results_text
    from defection.views import sweep_report

    results = open_results(options.folder)
    print(results_text.text(results, options.outcome))
    if options.csv:
        sweep_report.write_table(results, options.csv, force=options.force)
    if options.figures:
        sweep_report.write_figures(
            results,
            options.figures,
            format=options.format,
            outcome=options.outcome,
            force=options.force,
        )
    if options.report:
        sweep_report.write_report(
            results, options.report, outcome=options.outcome, force=options.force
        )
    for written in (options.csv, options.figures, options.report):
        if written:
            print(f"Written: {written}")


def _compact(options: argparse.Namespace) -> None:
    from defection.batch_runs.store.compaction import compact
    from defection.batch_runs.store.results import open_results

    before = len(open_results(options.folder).parts())
    print(
        f"{options.folder}: {before:,} parts merged into {len(compact(options.folder).parts()):,}"
    )


def _replay(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from defection import files
    from defection.batch_runs.store.replay import replay
    from defection.batch_runs.store.results import open_runs
    from defection.commands.main import yearly_text
    from defection.views import run_folder

    out = options.out or pathlib.Path(f"run-{options.run_id}")
    results = open_runs(options.folder)
    row = results.run(options.run_id)
    files.check(out, force=options.force)
    with tqdm(
        unit=" weeks",
        total=row["weeks_run"],
        disable=options.quiet,
        desc=f"run {options.run_id}, seed {row['seed']}",
    ) as bar:
        model = replay(results, options.run_id, progress=lambda _model: bar.update())
    run_folder.write(model, out, force=options.force)
    if not options.quiet:
        print(yearly_text(model))
        print(
            f"\nThe same numbers as kept in {options.folder}. The whole run is in {out}/: {', '.join(run_folder.FILES)}"
        )
