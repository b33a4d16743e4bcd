"""The command ``defection``: what a person types, and what it prints."""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Sequence
from typing import Any

import defection
from defection.commands import replication as command_line_findings
from defection.commands import searches as command_line_search
from defection.commands import sweeps as command_line_sweeps
from defection.commands.shared import INTERRUPTED, tell_of_compiling
from defection.parameters import PARAMETERS, ParameterError, nearest, parameter


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status (0 done, 1 refused with a message, 2 misused, 130 interrupted)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "act"):
        parser.print_help()
        return 0
    try:
        status = int(options.act(options) or 0)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # so that Python's last flush is silent too
        return 0
    except (ValueError, OSError) as error:
        print(f"defection: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(
            f"\ndefection: interrupted{f' {stop}' if str(stop) else ''}; nothing was written",
            file=sys.stderr,
        )
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="defection",
        description="Leaving an autocracy: the reference agent-based model after Dukalskis, Elkink & Xiong (2017).",
        epilog="Start with:  defection run --seed 1 --out first-run     Then:  defection parameters",
    )
    parser.add_argument("--version", action="version", version=f"defection {defection.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help="run one country once and keep what happened",
        description="Run one country once, print the yearly successes beside the record, and keep everything in a folder: "
        "weekly.parquet, yearly.csv, run.png and manifest.json.",
        epilog="Example:  defection run --seed 7 --set famine_effect=0.9 --set hearing=nationwide --out run-7",
    )
    run.add_argument(
        "--seed",
        help="whole number; the same seed and parameters give the same run (default: a fresh one, printed)",
    )
    _add_scenario(run)
    run.add_argument("--out", type=pathlib.Path, help="folder for the results (default: run-SEED)")
    run.add_argument("--force", action="store_true", help="replace the folder of an earlier run")
    run.add_argument("--quiet", action="store_true", help="print nothing but errors")
    run.set_defaults(act=_run)

    ensemble = commands.add_parser(
        "ensemble",
        help="run one scenario with many seeds and show its uncertainty",
        description="Run one scenario with many seeds in compiled code on all cores; print the median and the 90 % range of the yearly "
        "successes beside the record. Any of the runs can be told in full with: defection run --seed SEED "
        "(and the same --set, --country and --weeks)",
        epilog="Example:  defection ensemble --runs 1000 --set famine_years=none --out no-famine.csv",
    )
    ensemble.add_argument(
        "--runs", type=int, default=1000, help="how many seeds (default: %(default)s)"
    )
    ensemble.add_argument(
        "--seed", default="1", help="the first seed; the others follow it (default: %(default)s)"
    )
    _add_scenario(ensemble)
    ensemble.add_argument("--threads", type=int, help="threads to use (default: one for each core)")
    ensemble.add_argument(
        "--out", type=pathlib.Path, help="CSV file for the yearly flows of every run"
    )
    ensemble.add_argument("--force", action="store_true", help="replace an earlier file")
    ensemble.add_argument("--quiet", action="store_true", help="print nothing but errors")
    ensemble.set_defaults(act=_ensemble)

    table = commands.add_parser(
        "parameters",
        help="show every parameter and reading",
        description="Show every parameter and reading: meaning, unit, default, range, source.",
    )
    table.add_argument("name", nargs="?", help="show one parameter in full")
    table.add_argument(
        "--markdown", action="store_true", help="print the text of docs/parameters.md"
    )
    table.set_defaults(act=_parameters)
    command_line_sweeps.add(commands)
    command_line_search.add(commands)
    command_line_findings.add(commands)
    _add_serve(commands)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="show the model in the browser",
        description="Show the model in the browser: map, flows and every decision. Needs the extra: pip install 'defection[app]'.",
    )
    serve.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s, this machine only)",
    )
    serve.add_argument(
        "--port", type=int, default=8765, help="port to listen on (default: %(default)s)"
    )
    serve.add_argument(
        "--country", help="a shipped country or a folder of your own (default: north_korea)"
    )
    serve.add_argument("--open", action="store_true", help="open the browser")
    serve.set_defaults(act=_serve)


def _serve(options: argparse.Namespace) -> None:
    from defection.views.app import serve

    serve.check_installed()
    if not serve.has_offline_assets():
        print(
            "The browser's parts of the app will be fetched once from the network; without one: pip install 'defection[offline]'",
            file=sys.stderr,
        )
    print(f"The app: http://{options.host}:{options.port}   (Ctrl-C ends it)", file=sys.stderr)
    serve.serve(
        host=options.host, port=options.port, country=options.country, open_browser=options.open
    )


def _add_scenario(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        dest="settings",
        help="change a parameter; may be repeated (see: defection parameters)",
    )
    command.add_argument(
        "--country",
        default="north_korea",
        help="a shipped country or a folder of your own (default: %(default)s)",
    )
    command.add_argument(
        "--weeks", type=int, help="how many weeks to run (default: all that the data cover)"
    )


def _settings(texts: Sequence[str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ParameterError(f"--set needs NAME=VALUE, not {text!r}{nearest(name, PARAMETERS)}")
        if name.strip() in settings:
            raise ParameterError(f"--set gives {name.strip()} twice")
        settings[name.strip()] = parameter(name.strip()).from_text(value.strip())
    return settings


def _run(options: argparse.Namespace) -> None:
    from defection.streams import checked_seed

    settings, seed = _settings(options.settings), checked_seed(options.seed)
    out = options.out or pathlib.Path(f"run-{seed}")
    from defection import files
    from defection.views import run_folder

    files.check(out, force=options.force)

    from tqdm import tqdm

    from defection.model import DefectionModel

    model = DefectionModel(country=options.country, weeks=options.weeks, seed=seed, **settings)
    tell_of_compiling(options.quiet, "attempts")
    with tqdm(
        total=model.weeks,
        unit=" weeks",
        disable=options.quiet,
        desc=f"{model.country.name}, seed {seed}",
    ) as bar:
        try:
            model.run(progress=lambda _week: bar.update())
        except KeyboardInterrupt:
            raise KeyboardInterrupt(f"in week {model.week} of {model.weeks}") from None
    run_folder.write(model, out, force=options.force)
    if not options.quiet:
        print(yearly_text(model))
        print(f"\nKept in {out}/: {', '.join(run_folder.FILES)}")


def _ensemble(options: argparse.Namespace) -> None:
    settings = _settings(options.settings)
    from defection import files
    from defection.batch_runs import summary
    from defection.streams import checked_seed

    if options.out:
        files.check_file(options.out, force=options.force)
    first = checked_seed(options.seed)
    from defection.batch_runs import run_ensemble

    data = run_ensemble(
        settings,
        range(first, first + options.runs),
        country=options.country,
        weeks=options.weeks,
        threads=options.threads,
        progress=not options.quiet,
    )
    if options.out:
        summary.write(data, options.out, force=options.force)
    if not options.quiet:
        print(summary.text(data, options.country))
        if options.out:
            print(f"\nKept in {options.out}: the yearly flows of every run")


def yearly_text(model: defection.DefectionModel) -> str:
    """Return the yearly successes beside the record, as lines to print."""
    import pandas as pd

    table = model.yearly()
    most = max(1, int(table["successes"].max()), int(table["observed"].fillna(0).max()))
    lines = [f"{'year':>6} {'model':>8} {'observed':>8}   successes (# model, | record)"]
    for row in table.itertuples():
        recorded = None if pd.isna(row.observed) else int(row.observed)
        bar = list(("#" * round(40 * int(row.successes) / most)).ljust(41))
        if recorded is not None:
            bar[round(40 * recorded / most)] = "|"
        part = "" if row.weeks == 52 else f"  ({row.weeks} week{'' if row.weeks == 1 else 's'})"
        lines.append(
            f"{row.year:>6} {row.successes:>8,} {'-' if recorded is None else format(recorded, ','):>8}   {''.join(bar).rstrip()}{part}"
        )
    if model.stopped_early:
        limit = model.parameters.stop_threshold
        lines.append(
            f"Stopped in week {model.week} of {model.weeks}: {model.attempts:,} attempts in one week, more than {limit:,}."
        )
    return "\n".join(lines)


def _parameters(options: argparse.Namespace) -> None:
    from defection import parameters_text

    if options.markdown and options.name:
        raise ParameterError("--markdown prints all parameters: leave out the name")
    if options.markdown:
        print(parameters_text.markdown(), end="")
    else:
        print(
            parameters_text.full(parameter(options.name))
            if options.name
            else parameters_text.plain()
        )
