"""Commands in environments that are not a developer's terminal: few here, all with ``-m long``."""

from __future__ import annotations

import sys

import pytest

from defection.commands.parser import parser
from tests.environments.__main__ import tried
from tests.environments.commands import COMMANDS, prepare
from tests.environments.conditions import ENVIRONMENTS, Skipped
from tests.environments.trial import attempt

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ways of Linux")

NAMES = {environment.name: environment for environment in ENVIRONMENTS}
FEW = {
    "the reader of both has left": "run",  # as in: defection run 2>&1 | head
    "both closed": "parameters",
    "standard output full": "parameters",
    "everything in ASCII": "parameters",
    "a dumb terminal": "parameters",
    "HOME empty": "parameters",
    "bytes in the path that are no text": "parameters",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Make what the commands work on, but for the sweep."""
    folder = tmp_path_factory.mktemp("template")
    prepare(folder, sweep=False)
    return folder


def test_every_command_is_tried():
    assert set(COMMANDS) == set(parser().commands())
    assert set(COMMANDS) == set(tried(ENVIRONMENTS[0], long=True))


@pytest.mark.parametrize(("name", "command"), FEW.items(), ids=FEW)
def test_a_command_is_done_or_says_why_not(template, name, command):
    outcome = attempt(NAMES[name], command, template)
    assert not outcome.faults, outcome.said


@pytest.fixture(scope="module")
def whole_template(tmp_path_factory):
    """Make what all commands work on."""
    folder = tmp_path_factory.mktemp("whole")
    prepare(folder)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=NAMES)
def test_every_command_is_done_or_says_why_not_in_every_environment(whole_template, environment):
    for command in tried(environment, long=False):
        try:
            outcome = attempt(environment, command, whole_template)
        except Skipped as reason:
            pytest.skip(str(reason))
        assert not outcome.faults, f"{command}: {outcome.said}"
