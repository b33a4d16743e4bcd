"""Try every command in every environment: ``python -m tests.environments [NAME ...]``.

Names are parts of the names of environments. Without names the section of
``docs/reliability.md`` is renewed.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import pathlib
import platform
import sys
import tempfile
from collections.abc import Iterator

from scripts.reliability_page import write_section
from tests.environments import conditions, versions
from tests.environments.commands import COMMANDS, prepare
from tests.environments.trial import Outcome, attempt

HEAD = "| environment | commands | done | refused | wrong |\n|---|---:|---:|---:|---|"


def tried(environment: conditions.Environment, *, long: bool) -> list[str]:
    """Return the commands that are tried in an environment."""
    names = environment.commands or tuple(COMMANDS)
    return [name for name in names if long or not COMMANDS[name].long]


def row(environment: str, outcomes: dict[str, Outcome]) -> str:
    """Return a line of the table."""
    counts = collections.Counter(outcome.kind for outcome in outcomes.values())
    wrong = "; ".join(
        f"`{name}`: {', '.join(outcome.faults)}"
        for name, outcome in outcomes.items()
        if outcome.faults
    )
    cells = (environment, len(outcomes), counts["done"], counts["refused"], wrong)
    return f"| {' | '.join(map(str, cells))} |"


def environments(
    options: argparse.Namespace, folder: pathlib.Path
) -> Iterator[tuple[str, conditions.Environment | conditions.Skipped]]:
    """Yield the environments by name, or why one cannot be made."""
    for environment in conditions.ENVIRONMENTS:
        if not options.names or any(one in environment.name for one in options.names):
            yield environment.name, environment
    package = versions.source(folder / "package") if options.versions else None
    for name in versions.INSTALLATIONS if package else ():
        if not options.names or any(one in name for one in options.names):
            try:
                environment = versions.installed(name, package, folder / name.replace(" ", "-"))
                yield f"{name} ({versions.libraries(environment)})", environment
            except conditions.Skipped as reason:
                yield name, reason


def main() -> int:
    """Try, print the table, and renew the page."""
    parser = argparse.ArgumentParser("python -m tests.environments", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of environments")
    parser.add_argument("--command", action="append", help="try this command only")
    parser.add_argument("--long", action="store_true", help="try report and serve too")
    parser.add_argument("--versions", action="store_true", help="install other versions and try")
    options = parser.parse_args()
    rows, counts, expected = [], collections.Counter(), {}
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder, "template")
        template.mkdir()
        prepare(template)
        for name, environment in environments(options, pathlib.Path(folder)):
            try:
                if isinstance(environment, conditions.Skipped):
                    raise environment
                outcomes = {}
                for command in options.command or tried(environment, long=options.long):
                    outcomes[command] = attempt(
                        environment, command, template, expected.get(command)
                    )
                    if environment is conditions.ENVIRONMENTS[0]:
                        expected[command] = outcomes[command].numbers
            except conditions.Skipped as reason:
                rows.append(f"| {name} | | | | not tried: {reason} |")
            else:
                rows.append(row(name, outcomes))
                counts.update(outcome.kind for outcome in outcomes.values())
            print(rows[-1], flush=True)
    if not options.names and not options.command:
        about = (
            f"{datetime.date.today():%Y-%m-%d}, Python {platform.python_version()}, "
            f"{platform.system()}: {counts.total():,} commands in {len(rows)} environments, "
            f"{counts['wrong']} of them wrong. *Done*: status 0, and the results are those of the "
            "first line. *Refused*: another status, no results, and a message where one can be "
            "shown."
        )
        write_section("environments", "\n".join([about, "", HEAD, *rows]))
    return int(counts["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
