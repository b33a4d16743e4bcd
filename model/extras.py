"""Libraries that are installed only on request, with a clear message where one is missing."""

from __future__ import annotations

import importlib
from types import ModuleType


class MissingExtraError(ImportError, ValueError):
    """A library is needed that only an extra of this package installs."""


def needed(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import ``module``, or raise ``MissingExtraError`` that names the extra and the purpose."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f'{purpose} needs {module.split(".")[0]} ({error}): pip install "defection[{extra}]"'
        ) from error
