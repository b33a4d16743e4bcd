"""How the law is compiled: once per version of the law, kept on disk, never stale.

Numba forgets to recompile a function when a function *it calls* in another file has changed. The
compiled code is therefore kept in a folder whose name is a fingerprint of every file of the law:
change one rule, and both engines follow.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pathlib
import tempfile
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import platformdirs

Function = TypeVar("Function", bound=Callable[..., Any])

LAW_FILES = (
    "arrays.py", "compiled.py", "distributions.py", "equations.py", "interventions.py",
    "measures.py", "parameter.py", "parameters.py", "rules.py", "state.py",
    "streams.py", "thresholds.py", "week.py", "journey/*.py", "policies/*.py",
)  # fmt: skip
"""The law, and what its compiled code takes constants from."""


@functools.cache
def law_fingerprint() -> str:
    """Return a fingerprint (16 hexadecimal digits) of the source text of the law."""
    here = pathlib.Path(__file__).parent
    digest = hashlib.sha256()
    for path in [path for name in LAW_FILES for path in sorted(here.glob(name))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> pathlib.Path:
    """Return the folder that keeps the compiled law.

    It lies in the user's cache; where that cannot be written, it is one for this process alone.
    """
    base = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir(
        "defection", appauthor=False
    )
    folder = pathlib.Path(base) / f"law-{law_fingerprint()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return pathlib.Path(tempfile.mkdtemp(prefix="defection-law-"))


def is_cached(function: str = "decide") -> bool:
    """Whether a function of the law has been compiled on this machine before."""
    return any(cache_folder().rglob(f"*.{function}-*.nbc"))


def compiled(function: Function, *, allocates: bool = False) -> Function:
    """Compile ``function`` at its first call, and keep the result on disk.

    It can be called from Python and from compiled code. Unless it ``allocates`` arrays, references
    to arrays are not counted, which would take a third of the time of a run.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        options = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": allocates}
        return numba.njit(function, **options)
    finally:
        numba.config.CACHE_DIR = before


def allocating(function: Function) -> Function:
    """Compile a ``function`` that makes arrays."""
    return compiled(function, allocates=True)
