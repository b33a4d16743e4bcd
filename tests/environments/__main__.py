"""Try every command in every environment: ``python -m tests.environments [NAME ...]``.

Names are parts of the names of environments. Each row of ``docs/reliability.md`` is renewed when
its environment was tried.
"""

from __future__ import annotations

import argparse
import functools
import pathlib
import sys
import tempfile
from collections.abc import Iterator

from tests.environments import conditions, page, versions
from tests.environments.commands import COMMANDS, prepare
from tests.environments.trial import attempt


def tried(environment: conditions.Environment, *, long: bool) -> list[str]:
    """Return the commands that are tried in an environment."""
    names = environment.commands or tuple(COMMANDS)
    return [name for name in names if long or not COMMANDS[name].long]


def environments(
    options: argparse.Namespace, folder: pathlib.Path
) -> Iterator[tuple[conditions.Environment, str]]:
    """Yield the environments and what is said of their libraries; print which cannot be made."""

    def is_named(name: str) -> bool:
        return not options.names or any(one in name for one in options.names)

    for environment in conditions.ENVIRONMENTS:
        if is_named(environment.name):
            yield environment, ""
    package = versions.source(folder / "package") if options.versions else None
    for name in versions.INSTALLATIONS if package else ():
        if is_named(name):
            try:
                environment = versions.installed(name, package, folder / name.replace(" ", "-"))
                yield environment, versions.libraries(environment)
            except conditions.Skipped as reason:
                print(f"{name}: not tried: {reason}", flush=True)


def main() -> int:
    """Try, print and keep the rows of the table; returns 1 where something is wrong."""
    parser = argparse.ArgumentParser("python -m tests.environments", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of environments")
    parser.add_argument("--command", action="append", help="try this command only; keep no row")
    parser.add_argument("--long", action="store_true", help="try report and serve too")
    parser.add_argument("--versions", action="store_true", help="install other versions and try")
    options = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder, "template")
        template.mkdir()
        prepare(template)

        @functools.cache
        def expected(command: str) -> str | None:
            return attempt(conditions.ENVIRONMENTS[0], command, template).numbers

        for environment, about in environments(options, pathlib.Path(folder)):
            outcomes = {}
            try:
                for command in options.command or tried(environment, long=options.long):
                    numbers = expected(command)
                    outcomes[command] = attempt(environment, command, template, numbers)
            except conditions.Skipped as reason:
                print(f"{environment.name}: not tried: {reason}", flush=True)
                continue
            faults += sum(bool(outcome.faults) for outcome in outcomes.values())
            line = page.row(environment.name, about, outcomes)
            print(line, flush=True)
            if not options.command:
                page.renew(line)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
