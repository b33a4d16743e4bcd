"""The table of environments in ``docs/reliability.md``: a row each, renewed one by one."""

from __future__ import annotations

import collections
import datetime
import pathlib
import platform
import re

from tests.environments.conditions import ENVIRONMENTS
from tests.environments.trial import Outcome
from tests.environments.versions import INSTALLATIONS
from tests.reliability_page import PAGE, section, write_section

HEAD = (
    "| environment | commands | done | refused | wrong | tried |\n"
    "|---|---:|---:|---:|---|---|"
)  # fmt: skip
ROW = re.compile(r"^\| (?P<name>[^|]+) \| (\d+) \| (\d+) \| (\d+) \| .* \|$", re.MULTILINE)
KINDS = (
    "*Done*: status 0, and the results are to the byte those of a shell where nothing differs. "
    "*Refused*: another status, no results, and a message where one can be shown (or what is "
    "printed was the whole work, and could not be delivered). *Wrong*: anything else, among it a "
    "traceback, files left behind, permissions that are not those of the umask."
)


def row(name: str, about: str, outcomes: dict[str, Outcome]) -> str:
    """Return a line of the table."""
    counts = collections.Counter(outcome.kind for outcome in outcomes.values())
    wrong = "; ".join(
        f"`{command}`: {', '.join(outcome.faults)}".replace("|", "\\|")
        for command, outcome in outcomes.items()
        if outcome.faults
    )
    tried = f"{datetime.date.today():%Y-%m-%d}, {about or f'Python {platform.python_version()}'}"
    cells = (name, len(outcomes), counts["done"], counts["refused"], wrong or "-", tried)
    return f"| {' | '.join(map(str, cells))} |"


def renew(line: str, page: pathlib.Path = PAGE) -> None:
    """Put a row into the page, in the place of an earlier one of the same environment."""
    lines = f"{section('environments', page)}\n{line}\n"
    rows = {found["name"]: found for found in ROW.finditer(lines)}
    order = [*(one.name for one in ENVIRONMENTS), *INSTALLATIONS]
    kept = [rows[name] for name in order if name in rows]
    tried, done, refused = (sum(int(found[n]) for found in kept) for n in (2, 3, 4))
    about = (
        f"{tried:,} commands in {len(kept)} of {len(order)} environments: {done:,} done, "
        f"{refused:,} refused, {tried - done - refused:,} wrong. {KINDS}"
    )
    write_section("environments", "\n".join([about, "", HEAD, *(one[0] for one in kept)]), page)
