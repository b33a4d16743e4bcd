"""The commands about the paper: report, replicate, importance."""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from typing import Any

from defection.commands.shared import announce_compiling

RUNS: dict[str, dict[str, Any]] = {
    "--quick": {
        "action": "store_true",
        "help": "fewer runs (20 of each point), and nothing between regions",
    },
    "--runs": {"type": int, "help": "seeds of each point, at least 3 (default: 200; quick: 20)"},
    "--threads": {"type": int, "help": "threads to use (default: one for each core)"},
    "--quiet": {"action": "store_true", "help": "print nothing but errors"},
}
"""Options of commands that run points."""

FOLDER: dict[str, Any] = {"type": pathlib.Path, "metavar": "FOLDER"}


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    report = commands.add_parser(
        "report",
        help="lay every result of the paper beside ours",
        description="Run the best regions that are shipped, the defaults and the paper's values "
        "with fresh seeds, and write one self-contained HTML page: every result of the paper "
        "beside ours, reproduced, not reproduced or undecided, by rules that are written in it. "
        "How to read it: docs/report.md.",
        epilog="Example:  defection report --quick --out report.html --data report-data",
    )
    page = {"type": pathlib.Path, "default": pathlib.Path("report.html")}
    report.add_argument("--out", help="the page (default: %(default)s)", **page)
    report.add_argument("--data", help="folder for its figures and tables (CSV)", **FOLDER)
    report.add_argument("--force", action="store_true", help="replace an earlier report")
    report.set_defaults(act=_report)

    replicate = commands.add_parser(
        "replicate",
        help="list the kept results of the paper, or renew those that are stale",
        description="Without names: list every result, when it was computed, with what, and why it "
        "is stale (the behaviour of the model, the data, a default or a result that it needs is "
        "another now). With names: compute those that are stale, and what they need, and write "
        "their tables and the pages of docs/ that include them. More: docs/report.md.",
        epilog="Example:  defection replicate fit decline",
    )
    replicate.add_argument("names", nargs="*", metavar="NAME", help="a result")
    replicate.add_argument("--all", action="store_true", help="all that are stale (takes hours)")
    replicate.add_argument(
        "--check",
        action="store_true",
        help="compute nothing, fail where a kept result is stale; with --force: compute again, "
        "fail where a kept table is not what is computed now (without names: where that takes at "
        "most a minute each)",
    )
    replicate.add_argument("--out", help="where results are kept (default: the package)", **FOLDER)
    replicate.add_argument("--work", help="where long computations can go on from", **FOLDER)
    replicate.add_argument("--force", action="store_true", help="renew what is not stale as well")
    replicate.set_defaults(act=_replicate)
    for command in (report, replicate):
        for option, settings in RUNS.items():
            command.add_argument(option, **settings)

    importance = commands.add_parser(
        "importance",
        help="rank the parameters of a finished sweep or search",
        description="Rank the parameters that a sweep or a search has varied by their importance "
        "for an outcome, with intervals of 90 %, the noise floor of dummy parameters and the "
        "quality of the fit. Needs the extra: pip install 'defection[search]'. What the methods "
        "do: docs/importance.md.",
        epilog="Example:  defection importance results --method permutation --outcome total",
    )
    methods = "permutation, forest, sobol or morris (default: %(default)s)"
    outcomes = "total, peak_year, onset_year, stopped_early, score, good; may be repeated"
    good = "share of runs that are called good (default: %(default)s)"
    seed = "of folds, forests and dummies (default: %(default)s)"
    option = importance.add_argument
    option("folder", type=pathlib.Path, help="the folder of the sweep or the search")
    option("--method", default="permutation", help=methods)
    option("--outcome", action="append", help=f"{outcomes} (default: score and total)")
    option("--good", type=float, metavar="SHARE", default=0.05, help=good)
    option("--csv", type=pathlib.Path, metavar="FILE", help="write the table")
    option("--seed", type=int, default=0, help=seed)
    option("--force", action="store_true", help="replace an earlier file")
    importance.set_defaults(act=_importance)


def _runs(options: argparse.Namespace, **more: Any) -> Any:
    """Return runs that print what they do, with the seconds since now."""
    from defection.replication import Runs

    announce_compiling(options.quiet)
    start = time.monotonic()

    def log(message: str) -> None:
        if not options.quiet:
            print(f"{time.monotonic() - start:6.1f} s  {message}", file=sys.stderr)

    more |= {} if options.runs is None else {"replicates": options.runs}
    return Runs(quick=options.quick, threads=options.threads, log=log, **more)


def _report(options: argparse.Namespace) -> None:
    from defection.replication.report import write_report

    start, runs = time.monotonic(), _runs(options)
    found = write_report(runs, options.out, data=options.data, force=options.force)
    if options.quiet:
        return
    for one in found:
        parts = one.judgement.parts or (("", one.judgement.verdict, one.judgement.figure),)
        for what, verdict, figure in parts:
            part, said = f": {what}" if what else "", f" ({figure})" if figure else ""
            print(f"{verdict:15} {one.result.title}{part}{said}")
    made, seconds = sum(row["runs"] for row in runs.made), time.monotonic() - start
    files = f"; figures and tables: {options.data}/" if options.data else ""
    print(f"\nWritten: {options.out}{files}")
    print(f"{made:,} runs of root {runs.root}, {seconds:,.0f} s")


def _replicate(options: argparse.Namespace) -> None:
    from defection.replication import RESULTS, Kept, ReplicationError, pages, renewal
    from defection.replication.registry import result_named

    names = [result_named(name).name for name in options.names] or list(RESULTS)
    stored = Kept(options.out)
    if options.check and not options.force:
        renewal.check(names, stored)
        if differing := pages.renew_pages(stored, write=False) if options.out is None else []:
            raise ReplicationError(f"not what the kept tables say: {', '.join(differing)}")
    elif options.check:
        if not options.names:
            names = [name for name in names if RESULTS[name].seconds <= 60]
        renewal.check_tables(names, _runs(options, stored=stored, work=options.work))
    elif not (options.names or options.all):
        print(renewal.listed(renewal.states(stored)))
    elif options.quick and options.out is None:
        raise ReplicationError("--quick would replace full results: name another folder with --out")
    else:
        runs = _runs(options, stored=stored, work=options.work)
        done = renewal.renew(names, runs, force=options.force)
        changed = pages.renew_pages(stored) if options.out is None else []
        if not options.quiet:
            print(f"Renewed: {', '.join(done) or 'nothing: all are of the present'}")
            print("".join(f"Written: {file}\n" for file in (stored.folder, *changed)), end="")


def _importance(options: argparse.Namespace) -> None:
    from defection.batch_runs.sensitivity import MissingExtraError, from_results
    from defection.batch_runs.sensitivity.text import text
    from defection.batch_runs.store.results import open_runs
    from defection.files import check_file, replaced_file

    if options.csv:
        check_file(options.csv, force=options.force)
    results = open_runs(options.folder)
    try:
        table = from_results.ranking(
            results, options.method, options.outcome, good=options.good, seed=options.seed
        )
    except MissingExtraError as error:
        raise ValueError(str(error)) from error
    print(text(table))
    if options.csv:
        with replaced_file(options.csv, force=options.force) as beside:
            table.to_csv(beside, index=False, lineterminator="\n")
        print(f"Written: {options.csv}")
