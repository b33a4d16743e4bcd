"""How the law is compiled: once per version of the law and per kind of machine, never stale.

Numba forgets to recompile a function when a function *it calls* in another file has changed. The
compiled code is therefore kept in a folder whose name tells the text of the law, Numba, Python and
the processor: change one rule, and both engines follow. Numba also trusts whatever stands in its
files. Here every file begins with a digest of the rest, so that one that was cut short, or is not
what was written, is compiled again.
"""

import atexit
import contextlib
import functools
import hashlib
import os
import pathlib
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, TypeVar

import llvmlite
import llvmlite.binding
import numba
import platformdirs
from numba.core import caching, codegen, serialize
from numba.core.compiler import CompileResult

from defection.files import write_beside
from defection.policies import own_files

Function = TypeVar("Function", bound=Callable[..., Any])

LAW_FILES = (
    "arrays.py", "circle_agents.py", "circle_draws.py", "circle_pages.py", "circle_sizes.py",
    "circle_week.py", "circles.py", "compiled.py", "crossings.py", "dated_shares.py",
    "distributions.py", "equations.py", "hypergeometric.py", "interventions.py", "measures.py",
    "parameter.py", "parameters.py", "place_parameters.py", "province_week.py", "rules.py",
    "sharing.py", "state.py", "streams.py", "thresholds.py", "week.py", "journey/*.py",
    "policies/*.py",
)  # fmt: skip
"""The law, and what its compiled code takes constants from."""

UNUSED_DAYS = 30
"""Compiled code of other versions, and for other machines, is removed when it was not used for so
many days."""

_TEMPORARY = "DEFECTION_TEMPORARY_CACHE"
"""Environment variable by which worker processes find the temporary folder of their parent."""


@functools.cache
def law_fingerprint() -> str:
    """Return a fingerprint (16 hexadecimal digits) of the source text of the law."""
    here = pathlib.Path(__file__).parent
    digest = hashlib.sha256()
    law = [path for name in LAW_FILES for path in sorted(here.glob(name))]
    for path in [*law, *own_files().values()]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def machine_fingerprint() -> str:
    """Return a fingerprint (8 hexadecimal digits) of Python, Numba, LLVM and the processor."""
    parts = (
        sys.implementation.cache_tag, numba.__version__, llvmlite.__version__,
        llvmlite.binding.get_process_triple(), llvmlite.binding.get_host_cpu_name(),
        codegen.get_host_cpu_features(), numba.config.CPU_NAME, numba.config.CPU_FEATURES,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]


@functools.cache
def cache_folder() -> pathlib.Path:
    """Return the folder that keeps the compiled law.

    It lies in ``NUMBA_CACHE_DIR`` or in the user's cache. Where neither can be written, it is a
    temporary one, which this process shares with its workers and removes at its end.
    """
    name = f"law-{law_fingerprint()}-{machine_fingerprint()}"
    if os.path.isdir(os.environ.get(_TEMPORARY, "")):
        return pathlib.Path(os.environ[_TEMPORARY], name)
    folder = None
    with contextlib.suppress(OSError, RuntimeError):  # of platformdirs: there is no home
        folder = _base() / name
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _remove_unused(folder.parent)
        if os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            os.utime(folder)  # it was used today
            return folder
    return _temporary_base(folder) / name


def _base() -> pathlib.Path:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return pathlib.Path(chosen).absolute()
    base = pathlib.Path(platformdirs.user_cache_dir("defection", appauthor=False))
    if not base.is_absolute():
        raise OSError(f"{base} is no place of this user")
    return base


def _remove_unused(base: pathlib.Path) -> None:
    """Remove what other versions have left, but for what was used not long ago."""
    for folder in base.glob("law-*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > UNUSED_DAYS * 24 * 3600:
                shutil.rmtree(folder, ignore_errors=True)


def _temporary_base(folder: pathlib.Path | None) -> pathlib.Path:
    """Make a folder for this process and its workers, with what can be read in ``folder``."""
    try:
        made = pathlib.Path(tempfile.mkdtemp(prefix="defection-"))
    except OSError:  # not even there: every process compiles what it needs
        return pathlib.Path(os.devnull)
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(remove)
    if folder is not None:
        with contextlib.suppress(OSError, shutil.Error):
            shutil.copytree(folder, made / folder.name, copy_function=shutil.copyfile)
    os.environ[_TEMPORARY] = str(made)
    return made


def is_kept() -> bool:
    """Whether compiled code is there for the next command too."""
    return _TEMPORARY not in os.environ and cache_folder().is_dir()


def is_cached(function: str = "decide") -> bool:
    """Whether a function of the law has been compiled on this machine before."""
    return any(cache_folder().glob(f"*.{function}-*"))


class _KeptCode(caching.NullCache):
    """The compiled code of one function: a file for each combination of types it is called with.

    Takes the place of Numba's own files, in which two processes that compile at the same time can
    give the code of one combination out as that of another.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        code, cells = function.__code__, function.__closure__ or ()
        self._source = pathlib.Path(code.co_filename)
        name = f"{self._source.stem}.{function.__qualname__}"
        self._name = name.replace("<", "").replace(">", "")
        inside = serialize.dumps([cell.cell_contents for cell in cells]) if cells else b""
        self._function = (code.co_firstlineno, code.co_code, inside)

    @property
    def cache_path(self) -> str:
        return str(cache_folder())

    def _file(self, signature: Any, generator: Any) -> pathlib.Path:
        key = (signature, generator.magic_tuple(), self._function, _digest_of(self._source))
        digest = hashlib.sha256(repr(key).encode()).hexdigest()[:32]
        return cache_folder() / f"{self._name}-{digest}"

    def load_overload(self, sig: Any, target_context: Any) -> CompileResult | None:
        """Return compiled code, or None where there is none that can be used."""
        target_context.refresh()
        try:
            content = self._file(sig, target_context.codegen()).read_bytes()
            digest, rest = content[:32], content[32:]
            if hashlib.sha256(rest).digest() == digest:
                return CompileResult._rebuild(target_context, *pickle.loads(rest))  # noqa: S301
        except Exception:  # whatever it is: compiling again puts it right
            return None
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code, where that is possible."""
        if data.library.has_dynamic_globals:
            return
        content = serialize.dumps(data._reduce())
        with contextlib.suppress(OSError):  # the next process compiles it again
            file = self._file(sig, data.codegen)
            write_beside(file, hashlib.sha256(content).digest() + content)


@functools.cache
def _digest_of(file: pathlib.Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def compiled(function: Function, *, allocates: bool = False, inlined: bool = False) -> Function:
    """Compile ``function`` at its first call, and keep the result on disk.

    It can be called from Python and from compiled code. Unless it ``allocates`` arrays, references
    to arrays are not counted, which would take a third of the time of a run.
    """
    options = {"nogil": True, "error_model": "numpy", "_nrt": allocates, "forceinline": inlined}
    made: Any = numba.njit(function, **options)
    made._cache = _KeptCode(function)
    return made


def allocating(function: Function) -> Function:
    """Compile a ``function`` that makes arrays."""
    return compiled(function, allocates=True)


def inlined(function: Function) -> Function:
    """Compile a ``function`` into each of its callers, as one that takes many arrays should be."""
    return compiled(function, inlined=True)
