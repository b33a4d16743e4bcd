"""What is installed only on request: imported when it is needed, with a clear message where it is missing."""

from __future__ import annotations

import importlib
from types import ModuleType


class MissingExtraError(ImportError):
    """A library is needed that only an extra of this package installs."""


def needed(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import ``module``, or raise ``MissingExtraError`` that says which extra installs it and what needs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f'{purpose} needs {module.split(".")[0]} ({error}): pip install "defection[{extra}]"'
        ) from error
