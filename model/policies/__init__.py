"""Policies of the state: how a province changes its repression, one policy a file.

A policy is a compiled function ``repression(province, p)`` in a file of its own. It returns next
week's repression from a province's row of :data:`defection.state.PROVINCE` and the parameters in
force there, a row of :data:`defection.state.SETTINGS`. A line here makes it a choice of the
parameter ``policy``: for both engines, sweeps, searches and the app. So does a file in a folder of
your own that the environment variable ``DEFECTION_POLICIES`` names; the choice is the file's name.
"""

import importlib
import importlib.util
import itertools
import os
import pathlib
import sys
from typing import Any

import numpy as np

FOLDER = "DEFECTION_POLICIES"
"""Environment variable with a folder of your own policies; workers have it from their parent."""


class PolicyError(ValueError):
    """A policy of your own cannot be used; the message names the file and the fault."""


POLICIES: dict[str, str] = {
    "paper": "defection.policies.paper",  # more than the tolerated number: raise; else relax
    "two_rates": "defection.policies.two_rates",  # relaxes at another rate
    "discontent": "defection.policies.discontent",  # tolerates more where motivation is high
    "history": "defection.policies.history",  # is drawn towards a dated target
    "stay_free": "defection.policies.stay_free",  # never changes
    "proportional": "defection.policies.proportional",  # reacts in proportion to the excess
}  # fmt: skip
"""The module of each policy by its name; the first is the default."""


def own_files() -> dict[str, pathlib.Path]:
    """Return the files of your own policies by the name of the policy.

    ``PolicyError`` where there is no such folder, or the name of a file is no name for a policy.
    """
    chosen = os.environ.get(FOLDER, "")
    if not chosen:
        return {}
    folder = pathlib.Path(chosen).absolute()
    if not folder.is_dir():
        raise PolicyError(f"{FOLDER}: there is no folder {folder}")
    os.environ[FOLDER] = str(folder)  # for workers, wherever they start
    found = {file.stem: file for file in sorted(folder.glob("*.py"))}
    for name, file in found.items():
        if not name.isidentifier() or not name.islower() or not name.isascii():
            raise PolicyError(f"{file}: a policy's name is small letters, digits and _ only")
        if name in SHIPPED:
            raise PolicyError(f"{file}: there is a policy {name} already; choose another name")
    return found


def function_of(name: str) -> Any:
    """Return the compiled function of a policy.

    ``PolicyError`` where your own file cannot be read as Python, or has no compiled
    ``repression(province, p)``.
    """
    module_name = POLICIES[name]
    if name in SHIPPED:
        return importlib.import_module(module_name).repression
    if module_name not in sys.modules:
        file = own_files()[name]
        spec = importlib.util.spec_from_file_location(module_name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            raise PolicyError(f"{file}: {type(error).__name__}: {error}") from None
        sys.modules[module_name] = module
        _try_out(module, file)
    return sys.modules[module_name].repression


def _try_out(module: Any, file: pathlib.Path) -> None:
    """Refuse a policy that cannot be compiled, or that leaves 0 to 1 in weeks of all kinds."""
    from defection.parameters import Parameters
    from defection.state import SETTINGS, new_state, settings_row

    function: Any = getattr(module, "repression", None)
    if not hasattr(function, "py_func"):
        raise PolicyError(
            f"{file}: has no function repression(province, p) with @compiled "
            "(from defection.compiled import compiled)"
        )
    p = np.array([settings_row(Parameters(), 0)], SETTINGS)[0]
    for attempts, now in itertools.product((0, 1, 1000, 10**6), (0.0, 0.5, 1.0)):
        state = new_state(1)[0]
        state["attempts"], state["repression"], state["discontent"] = attempts, now, 1.0
        state["stopped"] = round(attempts * now)
        state["successes"] = attempts - state["stopped"]
        try:
            following = float(function(state[0], p))
        except Exception as error:
            said = [line.strip() for line in str(error).splitlines() if line.strip()]
            raise PolicyError(f"{file}: cannot be compiled: {' '.join(said)[:400]}") from None
        if not 0.0 <= following <= 1.0:
            raise PolicyError(
                f"{file}: repression must stay between 0 and 1; after a week with {attempts:,} "
                f"attempts and a repression of {now:g} it returns {following:g}"
            )


SHIPPED = tuple(POLICIES)
POLICIES |= {name: f"defection_policies_{name}" for name in own_files()}
