"""The commands about the paper: report, replicate, importance."""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections.abc import Callable
from typing import Any

from defection.commands.shared import tell_of_compiling


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    report = commands.add_parser(
        "report",
        help="lay every result of the paper beside ours",
        description="Run the best regions that are shipped, the defaults and the paper's values "
        "with fresh seeds, and write one self-contained HTML page: every result of the paper beside "
        "ours, reproduced, not reproduced or undecided, by rules that are written in it. How to "
        "read it: docs/report.md.",
        epilog="Example:  defection report --quick --out report.html --data report-data",
    )
    report.add_argument(
        "--out",
        type=pathlib.Path,
        default=pathlib.Path("report.html"),
        help="the page (default: %(default)s)",
    )
    report.add_argument(
        "--data",
        type=pathlib.Path,
        metavar="FOLDER",
        help="folder for its figures (PNG, SVG) and tables (CSV)",
    )
    _add_runs(report, "replace an earlier report")
    report.set_defaults(act=_report)

    replicate = commands.add_parser(
        "replicate",
        help="list the kept results of the paper, or renew those that are stale",
        description="Without names: list every result, when it was computed, from what, and whether "
        "it is stale (the behaviour of the model, the data, a default or a result that it needs has "
        "changed since). With names: compute those that are stale, and what they need, and write "
        "their tables and the pages of docs/ that include them. How: docs/report.md.",
        epilog="Example:  defection replicate fit decline",
    )
    replicate.add_argument("names", nargs="*", metavar="NAME", help="a result")
    replicate.add_argument("--all", action="store_true", help="all that are stale (takes hours)")
    replicate.add_argument(
        "--check",
        action="store_true",
        help="compute nothing; fail where a kept result is stale (with --force: compute again, and "
        "fail where a kept table is not what is computed)",
    )
    replicate.add_argument(
        "--out",
        type=pathlib.Path,
        metavar="FOLDER",
        help="where results are kept (default: the folder of the package)",
    )
    replicate.add_argument(
        "--work",
        type=pathlib.Path,
        metavar="FOLDER",
        help="where long computations keep what they can go on from",
    )
    _add_runs(replicate, "renew what is not stale as well")
    replicate.set_defaults(act=_replicate)

    importance = commands.add_parser(
        "importance",
        help="rank the parameters of a finished sweep or search",
        description="Rank the parameters that a sweep or a search has varied by their importance for "
        "an outcome, with intervals of 90 %, the noise floor of dummy parameters and the quality of "
        "the fit. Needs the extra: pip install 'defection[search]'. What the methods do: "
        "docs/importance.md.",
        epilog="Example:  defection importance results --method permutation --outcome total",
    )
    importance.add_argument(
        "folder", type=pathlib.Path, help="the folder of the sweep or the search"
    )
    importance.add_argument(
        "--method",
        default="permutation",
        help="permutation, forest, sobol or morris (default: %(default)s)",
    )
    importance.add_argument(
        "--outcome",
        action="append",
        help="total, peak_year, onset_year, stopped_early, score, good; may be repeated (default: "
        "score and total)",
    )
    importance.add_argument(
        "--good",
        type=float,
        metavar="SHARE",
        default=0.05,
        help="share of runs that are called good (default: %(default)s)",
    )
    importance.add_argument("--csv", type=pathlib.Path, metavar="FILE", help="write the table")
    importance.add_argument(
        "--seed", type=int, default=0, help="of folds, forests and dummies (default: %(default)s)"
    )
    importance.add_argument("--force", action="store_true", help="replace an earlier file")
    importance.set_defaults(act=_importance)


def _add_runs(parser: argparse.ArgumentParser, force: str) -> None:
    parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer runs (20 of each point), and nothing between regions",
    )
    parser.add_argument(
        "--runs",
        type=int,
        help="seeds of each point, at least 3 (default: 200; with --quick 20)",
    )
    parser.add_argument("--threads", type=int, help="threads to use (default: one for each core)")
    parser.add_argument("--force", action="store_true", help=force)
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def _logger(quiet: bool) -> Callable[[str], None]:
    """Return a function that prints a message and the seconds since now to the errors' stream."""
    start = time.monotonic()

    def log(message: str) -> None:
        if not quiet:
            print(f"{time.monotonic() - start:6.1f} s  {message}", file=sys.stderr)

    return log


def _runs(options: argparse.Namespace, **more: Any) -> Any:
    from defection.replication import Runs

    if options.runs is not None:
        more["replicates"] = options.runs
    log = _logger(options.quiet)
    return Runs(quick=options.quick, threads=options.threads, log=log, **more)


def _report(options: argparse.Namespace) -> None:
    from defection.replication.report import write_report

    tell_of_compiling(options.quiet)
    start, runs = time.monotonic(), _runs(options)
    found = write_report(runs, options.out, data=options.data, force=options.force)
    if options.quiet:
        return
    for one in found:
        parts = one.judgement.parts or (("", one.judgement.verdict, one.judgement.figure),)
        for what, verdict, figure in parts:
            part, said = f": {what}" if what else "", f" ({figure})" if figure else ""
            print(f"{verdict:15} {one.result.title}{part}{said}")
    files = f"; figures and tables: {options.data}/" if options.data else ""
    made, seconds = sum(row["runs"] for row in runs.made), time.monotonic() - start
    print(f"\nWritten: {options.out}{files}")
    print(f"{made:,} runs of root {runs.root}, {seconds:,.0f} s")


def _replicate(options: argparse.Namespace) -> None:
    from defection.replication import renewal
    from defection.replication.kept import Kept, ReplicationError
    from defection.replication.registry import RESULTS, result_named

    names = [result_named(name).name for name in options.names] or list(RESULTS)
    stored = Kept(options.out)
    if options.check and not options.force:
        stale = renewal.states(stored).query("stale != '' and result in @names")
        if len(stale):
            raise ReplicationError(
                "not of the present behaviour, data and defaults: "
                + "; ".join(f"{row.result} ({row.stale})" for row in stale.itertuples())
            )
        return
    if not options.names and not options.all and not options.force:
        print(renewal.listed(renewal.states(stored)))
        return
    if options.quick and not options.out and not options.check:
        raise ReplicationError("--quick would replace full results; name a folder with --out")
    tell_of_compiling(options.quiet)
    runs = _runs(options, stored=stored, work=options.work)
    if options.check:
        if different := renewal.differences(names, runs):
            raise ReplicationError(f"not what is computed now: {', '.join(different)}")
        return
    done = renewal.renew(names, runs, force=options.force)
    pages = [] if options.out else renewal.write_pages(runs, done)
    if not options.quiet:
        print(f"Renewed: {', '.join(done) or 'nothing, all is of the present'}")
        print(f"Written: {', '.join([str(stored.folder), *pages])}" if done else "", end="\n")


def _importance(options: argparse.Namespace) -> None:
    from defection.batch_runs.sensitivity import MissingExtraError
    from defection.batch_runs.sensitivity import of_results as of_sweep
    from defection.batch_runs.sensitivity.text import text
    from defection.batch_runs.store.search_results import open_runs
    from defection.files import check_file, replaced_file

    if options.csv:
        check_file(options.csv, force=options.force)
    results = open_runs(options.folder)
    try:
        table = of_sweep.ranking(
            results, options.method, options.outcome, good=options.good, seed=options.seed
        )
    except MissingExtraError as error:
        raise ValueError(str(error)) from error
    print(text(table))
    if options.csv:
        with replaced_file(options.csv, force=options.force) as beside:
            table.to_csv(beside, index=False, lineterminator="\n")
        print(f"Written: {options.csv}")
