"""What several commands have in common: options, a bar of runs, the yearly table."""

from __future__ import annotations

import argparse
import contextlib
import pathlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from defection.checks import counted, number_from, shown, whole_from
from defection.commands.ending import Unfinished
from defection.commands.ending import log as log
from defection.parameters import nearest
from defection.progress import Bar

if TYPE_CHECKING:
    from defection.country import Country
    from defection.model import DefectionModel


def warn(message: str) -> None:
    """Print what the user should know of the work."""
    log(f"defection: {message}")


def check_own_country(what: str, country: str, error: type[ValueError]) -> None:
    """Refuse fitted points and draws for another country than the one to which they were fitted."""
    from defection.scenario import DEFAULT_COUNTRY

    if country != DEFAULT_COUNTRY:
        raise error(f"{what} is of {DEFAULT_COUNTRY}: leave out --country {country}")


def add_command(
    commands: Any, name: str, act: Callable[[argparse.Namespace], object], **texts: Any
) -> argparse.ArgumentParser:
    """Add a command that ``act`` carries out.

    ``act`` returns False where what it prints is the whole of its work and nothing is kept: then
    the command fails if that cannot be delivered.
    """
    command: argparse.ArgumentParser = commands.add_parser(name, **texts)
    command.set_defaults(act=act)
    return command


def examples(*lines: str) -> str:
    """Return the end of a help text: commands, each on a line of its own."""
    title = "Example" if len(lines) == 1 else "Examples"
    return "\n".join([f"{title}:", *(f"  {line}" for line in lines)])


def option(command: argparse.ArgumentParser, name: str, text: str, **how: Any) -> None:
    """Add an option, or an argument where ``name`` has no dashes; the help says its default."""
    if how.get("default"):
        text, how = f"{text} (default: %(default)s)", {"type": type(how["default"]), **how}
    if "type" in how:
        kinds = {int: _whole, float: _number, pathlib.Path: _path}
        how["type"] = kinds.get(how["type"], how["type"])
    command.add_argument(name, help=text, **how)


def _whole(text: str) -> int:
    try:
        return int(whole_from(text.strip()))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a whole number") from None


def _number(text: str) -> float:
    try:
        return float(number_from(text.strip()))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a number") from None


def _path(text: str) -> pathlib.Path:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"{shown(text)} is no name of a file or folder")
    return pathlib.Path(text)


def switch(command: argparse.ArgumentParser, name: str, text: str) -> None:
    """Add an option that is there or not."""
    command.add_argument(name, action="store_true", help=text)


def add_quiet(command: argparse.ArgumentParser) -> None:
    """Add ``--quiet``."""
    switch(command, "--quiet", "print nothing but errors")


def add_scenario(
    command: argparse.ArgumentParser, metavar: str, what: str, *, weeks: bool = True
) -> None:
    """Add ``--set``, ``--country`` and, unless left out, ``--weeks``."""
    how = {"action": "append", "default": [], "dest": "settings"}
    option(command, "--set", f"change {what}; may be repeated", metavar=metavar, **how)
    country = "a shipped country or a folder of your own"
    option(command, "--country", country, default="north_korea")
    if weeks:
        how_many = "how many weeks to run (default: all that the data cover)"
        option(command, "--weeks", how_many, type=int)


def named_values(
    texts: Iterable[str],
    kind: str,
    error: type[ValueError],
    known: Iterable[str] = (),
    called: str = "NAME",
) -> Iterator[tuple[str, str]]:
    """Yield name and value of each ``--set NAME=VALUE``; refuse what is none, or is set twice."""
    names: set[str] = set()
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise error(f"--set needs {called}={kind}, not {text!r}{nearest(name, known)}")
        if name in names:
            raise error(f"{name} is set twice")
        names.add(name)
        yield name, value


def add_engine(command: argparse.ArgumentParser, default: str = "processes") -> None:
    """Add the options that say who runs, and ``--quiet``."""
    option(command, "--engine", "processes, threads or serial", default=default)
    option(command, "--workers", "how many (default: one for each core)", type=int)
    cluster = "a Dask scheduler such as tcp://host:8786, or local"
    option(command, "--cluster", cluster, metavar="ADDRESS")
    add_quiet(command)


def engine(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options of ``add_engine`` say."""
    return {name: getattr(options, name) for name in ("engine", "workers", "cluster")}


def announce_compiling(quiet: bool, function: str = "simulate_many") -> None:
    """Say why nothing seems to happen, where ``function`` of the law has to be compiled first."""
    from defection.compiled import is_cached, is_kept

    if not quiet and not is_cached(function):
        often = "once per version" if is_kept() else "every time (NUMBA_CACHE_DIR: a place to keep)"
        log(f"Compiling the model's equations; this happens {often} and takes up to a minute.")


@contextlib.contextmanager
def watched(folder: pathlib.Path, quiet: bool) -> Iterator[Bar]:
    """Give a bar for runs that are kept in a folder; where they are stopped, say what is kept."""
    announce_compiling(quiet)
    try:
        with Bar(str(folder), show=not quiet, smoothing=0.2) as bar:
            yield bar
    except (KeyboardInterrupt, OSError, ValueError) as error:
        if bar.done is None:
            raise
        runs = f"{bar.done:,}" + (f" of {bar.total:,}" if bar.total else "")
        kept = f"{runs} runs are kept in {folder}; to go on, give the same command again"
        raise Unfinished(kept) from error


@contextlib.contextmanager
def kept_in(parts: pathlib.Path, done: Callable[[], str]) -> Iterator[None]:
    """Where work that keeps its parts in a folder is stopped, say what is ``done``, and where."""
    try:
        yield
    except (KeyboardInterrupt, OSError, MemoryError) as stop:
        if not parts.exists():
            raise
        said = f"{done()} are done, and whole parts of them kept in {parts}; to go on, give the"
        raise Unfinished(f"{said} same command again") from stop


def check_distinct(options: argparse.Namespace, *names: str) -> None:
    """Refuse two options that name one place, before anything is written."""
    from defection.files import FolderError

    taken: dict[pathlib.Path, str] = {}
    for name in names:
        path = getattr(options, name)
        if path is not None and (other := taken.setdefault(path.absolute(), name)) != name:
            raise FolderError(f"--{other} and --{name} are both {path}; name two places")


def invented_text(country: Country) -> str:
    """Return what in a country's data is no data, as a line to print; nothing where all is."""
    said = country.about.invented
    return f"Invented, not data: {said}" if said else ""


def journey_text(model: DefectionModel) -> str:
    """Return what happened after the border by year, as lines to print."""
    from defection.defaults import is_unfitted

    lines = [f"{'year':>6} {'crossed':>8} {'returned':>8} {'in China':>8} {'arrived':>8} observed"]
    for row in model.yearly().itertuples():
        counts = (row.crossed, row.returned, row.in_china, row.arrivals)
        observed = f"{int(row.observed):,}" if _is_known(row.observed) else "-"
        lines.append(f"{row.year:>6} {' '.join(f'{n:>8,.0f}' for n in counts)} {observed:>8}")
    said = "the journey's parameters are those that were set"
    if model.country.preset and model.parameters == model.country.defaults:
        said = f"the parameters are the defaults, the preset {model.country.preset.name}"
    elif is_unfitted(model.parameters):
        said = "the journey's parameters are not fitted (--preset after: those that are)"
    return "\n".join([*lines, f"Expected people; {said}."])


def _is_known(observed: Any) -> bool:
    """Return whether a year has an observed number; a column with gaps has missing values."""
    from pandas import isna

    return not isna(observed)


def yearly_text(model: DefectionModel) -> str:
    """Return what is compared with what was observed, by year, as lines to print."""
    flow = model.parameters.observed_measure if model.journey else "successes"
    table = model.yearly()
    most = max(1, *table[flow].round().astype(int), *table["observed"].fillna(0).astype(int))
    lines = [f"{'year':>6} {'model':>8} {'observed':>8}   {flow} (# model, | observed)"]
    for row in table.itertuples():
        count = round(getattr(row, flow))
        observed, bar = "-", list(("#" * round(40 * count / most)).ljust(41))
        if _is_known(row.observed):
            observed = f"{int(row.observed):,}"
            bar[round(40 * int(row.observed) / most)] = "|"
        part = "" if row.weeks == 52 else f"  ({counted(row.weeks, 'week')})"
        numbers = f"{row.year:>6} {count:>8,} {observed:>8}"
        lines.append(f"{numbers}   {''.join(bar).rstrip()}{part}")
    if model.stopped_early:
        lines.append(
            f"Stopped after {model.week} of {model.weeks} weeks: {model.attempts:,} attempts in "
            f"one week, more than {model.parameters.stop_threshold:,}."
        )
    if said := invented_text(model.country):
        lines.append(said)
    return "\n".join(lines)
