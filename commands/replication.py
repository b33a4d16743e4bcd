"""The commands about the paper: report, replicate, importance."""

import argparse
import pathlib
import time
from typing import Any

from defection.commands import shared
from defection.commands.shared import option, switch

FOLDER: dict[str, Any] = {"type": pathlib.Path, "metavar": "FOLDER"}


def add(commands: Any) -> None:
    """Add the commands to the parser."""
    report = shared.add_command(
        commands, "report", _report,
        help="lay every result of the paper beside ours",
        description="Run the best regions that are shipped, the baseline and the paper's values "
        "with fresh seeds, and write one self-contained HTML page: every result of the paper "
        "beside ours, reproduced, not reproduced or undecided, by rules that are written in it. "
        "How to read it: docs/report.md.",
        epilog=shared.examples("defection report --quick --out report.html --data report-data"),
    )  # fmt: skip
    page: dict[str, Any] = {"type": pathlib.Path, "default": pathlib.Path("report.html")}
    option(report, "--out", "the page", **page)
    option(report, "--data", "folder for its figures and tables (CSV)", **FOLDER)
    switch(report, "--force", "replace an earlier report")

    replicate = shared.add_command(
        commands, "replicate", _replicate,
        help="list the kept results of the paper, or renew those that are stale",
        description="Without names: list every result, when it was computed, with what, and why it "
        "is stale (the behaviour of the model, the data, a default or a result that it needs is "
        "another now). With names: compute those that are stale, and what they need, and write "
        "their tables and the pages of docs/ that include them. More: docs/report.md.",
        epilog=shared.examples("defection replicate fit decline"),
    )  # fmt: skip
    option(replicate, "names", "a result", nargs="*", metavar="NAME")
    switch(replicate, "--all", "all that are stale (takes hours)")
    check = (
        "compute nothing, fail where a kept result is stale; with --force: compute again, fail "
        "where a kept table is not what is computed now (without names: where that takes at most "
        "a minute each)"
    )
    switch(replicate, "--check", check)
    option(replicate, "--out", "where results are kept (default: the package)", **FOLDER)
    option(replicate, "--work", "where long computations can go on from", **FOLDER)
    switch(replicate, "--force", "renew what is not stale as well, and search in full")
    for command in (report, replicate):
        switch(command, "--quick", "fewer runs (20 of each point), and nothing between regions")
        seeds = "seeds of each point, at least 3 (default: 200; quick: 20)"
        option(command, "--runs", seeds, type=int)
        option(command, "--threads", "threads to use (default: one for each core)", type=int)
        shared.add_quiet(command)

    importance = shared.add_command(
        commands, "importance", _importance,
        help="rank the parameters of a finished sweep or search",
        description="Rank the parameters that a sweep or a search has varied by their importance "
        "for an outcome, with intervals of 90 %, the noise floor of dummy parameters and the "
        "quality of the fit. Needs the extra 'search'; without it the command says how to "
        "install it. What the methods do: docs/importance.md.",
        epilog=shared.examples("defection importance results --method permutation --outcome total"),
    )  # fmt: skip
    outcomes = "total, peak_year, onset_year, stopped_early, score, good"
    good = "share of runs that are called good"
    option(importance, "folder", "the folder of the sweep or the search", type=pathlib.Path)
    methods = "permutation, forest, sobol or morris"
    option(importance, "--method", methods, default="permutation")
    several = f"{outcomes}; may be repeated (default: score and total)"
    option(importance, "--outcome", several, action="append")
    option(importance, "--good", good, metavar="SHARE", default=0.05)
    option(importance, "--csv", "write the table", type=pathlib.Path, metavar="FILE")
    seed = "of folds, forests and dummies (default: %(default)s)"
    option(importance, "--seed", seed, type=int, default=0)
    switch(importance, "--force", "replace an earlier file")


def _runs(options: argparse.Namespace, **more: Any) -> Any:
    """Return runs that print what they do, with the seconds since now."""
    from defection.replication import Runs

    shared.announce_compiling(options.quiet)
    start = time.monotonic()

    def log(message: str) -> None:
        if not options.quiet:
            shared.log(f"{time.monotonic() - start:6.1f} s  {message}")

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


def _replicate(options: argparse.Namespace) -> bool:
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
        return False
    elif options.quick and options.out is None:
        raise ReplicationError("--quick would replace full results: name another folder with --out")
    else:
        runs = _runs(options, stored=stored, work=options.work)
        done = renewal.renew(names, runs, force=options.force)
        changed = pages.renew_pages(stored) if options.out is None else []
        if not options.quiet:
            print(f"Renewed: {', '.join(done) or 'nothing: all are of the present'}")
            print("".join(f"Written: {file}\n" for file in (stored.folder, *changed)), end="")
    return True


def _importance(options: argparse.Namespace) -> bool:
    from defection.batch_runs.sensitivity import from_results
    from defection.batch_runs.sensitivity.text import text
    from defection.batch_runs.store.results import open_runs
    from defection.files import check_file, replaced_file

    if options.csv:
        check_file(options.csv, force=options.force)
    results = open_runs(options.folder)
    table = from_results.ranking(
        results, options.method, options.outcome, good=options.good, seed=options.seed,
        warn=shared.warn,
    )  # fmt: skip
    if options.csv:
        with replaced_file(options.csv, force=options.force) as beside:
            # further digits differ between versions of the libraries
            table.to_csv(beside, index=False, lineterminator="\n", float_format="%.12g")
    print(text(table))
    if options.csv:
        print(f"Written: {options.csv}")
    return bool(options.csv)
