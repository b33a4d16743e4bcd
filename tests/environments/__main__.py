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

from scripts.reliability_page import write_section
from tests.environments import places
from tests.environments.commands import COMMANDS, prepare
from tests.environments.trial import Outcome, attempt

HEAD = "| environment | commands | done | refused | wrong |\n|---|---:|---:|---:|---|"


def tried(environment: places.Environment, *, long: bool) -> list[str]:
    """Return the commands that are tried in an environment."""
    names = environment.commands or tuple(COMMANDS)
    return [name for name in names if long or not COMMANDS[name].long]


def row(environment: places.Environment, outcomes: dict[str, Outcome]) -> str:
    """Return a line of the table."""
    counts = collections.Counter(outcome.kind for outcome in outcomes.values())
    wrong = "; ".join(
        f"`{name}`: {', '.join(outcome.faults)}"
        for name, outcome in outcomes.items()
        if outcome.faults
    )
    cells = (environment.name, len(outcomes), counts["done"], counts["refused"], wrong)
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    """Try, print the table, and renew the page."""
    parser = argparse.ArgumentParser("python -m tests.environments", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of environments")
    parser.add_argument("--command", action="append", help="try this command only")
    parser.add_argument("--long", action="store_true", help="try report and serve too")
    options = parser.parse_args()
    rows, counts, expected = [], collections.Counter(), {}
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder)
        template.chmod(0o755)
        prepare(template)
        for environment in places.ENVIRONMENTS:
            is_first = environment is places.ENVIRONMENTS[0]
            if options.names and not any(one in environment.name for one in options.names):
                continue
            outcomes = {}
            try:
                for name in options.command or tried(environment, long=options.long):
                    outcomes[name] = attempt(environment, name, template, expected.get(name))
                    if is_first:
                        expected[name] = outcomes[name].numbers
            except places.Skipped as reason:
                rows.append(f"| {environment.name} | | | | not tried: {reason} |")
            else:
                rows.append(row(environment, outcomes))
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
