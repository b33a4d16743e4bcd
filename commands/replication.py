"""The commands about findings: report, importance."""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from typing import Any

from defection.commands.shared import announce_compiling

QUICK_RUNS, FULL_RUNS = 20, 200
"""Seeds of each point, where --runs is not given."""


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    report = commands.add_parser(
        "report",
        help="lay every finding of the paper beside ours",
        description="Run the best regions that are shipped, the defaults and the paper's values with fresh seeds, and write one "
        "self-contained HTML page: every finding of the paper beside ours, reproduced, not reproduced or undecided, by rules that are "
        "written in it. How to read it: docs/report.md.",
        epilog="Example:  defection report --quick --out report.html --data report-data",
    )
    report.add_argument(
        "--quick",
        action="store_true",
        help=f"fewer runs ({QUICK_RUNS} of each point), and nothing between regions",
    )
    report.add_argument(
        "--runs",
        type=int,
        help=f"seeds of each point, at least 3 (default: {FULL_RUNS}; with --quick {QUICK_RUNS})",
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
    report.add_argument("--threads", type=int, help="threads to use (default: one for each core)")
    report.add_argument("--force", action="store_true", help="replace an earlier report")
    report.add_argument("--quiet", action="store_true", help="print nothing but errors")
    report.set_defaults(act=_report)

    importance = commands.add_parser(
        "importance",
        help="rank the parameters of a finished sweep or search",
        description="Rank the parameters that a sweep or a search has varied by their importance for an outcome, with intervals of 90 %, "
        "the noise floor of dummy parameters and the quality of the fit. Needs the extra: pip install 'defection[search]'. What the "
        "methods do: docs/importance.md.",
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
        help="total, peak_year, onset_year, stopped_early, score, good; may be repeated (default: score and total)",
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


def _report(options: argparse.Namespace) -> None:
    from defection.replication import Evidence
    from defection.replication import report as findings_report

    runs = options.runs if options.runs is not None else QUICK_RUNS if options.quick else FULL_RUNS
    announce_compiling(options.quiet)
    start = time.monotonic()

    def tell(message: str) -> None:
        if not options.quiet:
            print(f"{time.monotonic() - start:6.1f} s  {message}", file=sys.stderr)

    evidence = Evidence(runs, quick=options.quick, threads=options.threads, tell=tell)
    findings = findings_report.write_report(
        evidence, options.out, data=options.data, force=options.force
    )
    if options.quiet:
        return
    for finding in findings:
        for what, verdict, figure in finding.parts or (("", finding.verdict, finding.figure),):
            print(
                f"{verdict:15} {finding.title}{': ' if what else ''}{what}{f' ({figure})' if figure else ''}"
            )
    print(
        f"\nWritten: {options.out}"
        + (f"; figures and tables: {options.data}/" if options.data else "")
    )
    print(
        f"{sum(row['runs'] for row in evidence.made):,} runs of root {evidence.root}, {time.monotonic() - start:,.0f} s"
    )


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
