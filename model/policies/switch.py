"""The compiled switch between policies, made of the list of them."""

from typing import Any

from defection.compiled import compiled
from defection.policies import POLICIES, function_of


def _switch() -> Any:
    """Return ``repression(policy, province, p)``, a chain of comparisons with one call a policy.

    It is written as text because compiled code cannot be kept on disk for a function that finds
    others in a list. It counts as code of this file, without which it would not be kept either.
    """
    names = [f"_{number}" for number in range(len(POLICIES))]
    calls = [
        f"    if policy == {n}:\n        return {name}(province, p)" for n, name in enumerate(names)
    ]
    text = "\n".join(
        ["def repression(policy, province, p):", *calls, f"    return {names[0]}(province, p)"]
    )
    functions = map(function_of, POLICIES)
    space: dict[str, Any] = dict(zip(names, functions, strict=True))
    space["__name__"] = __name__
    exec(compile(text, __file__, "exec"), space)  # noqa: S102 - text of our own
    return compiled(space["repression"])


repression = _switch()
"""``repression(policy, province, p)``: next week's repression by the policy of this number."""
