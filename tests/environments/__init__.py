"""Every command in environments that are not a developer's terminal.

``python -m tests.environments`` tries them and renews the section of ``docs/reliability.md``;
``pytest tests/environments`` tries few of them, with ``-m long`` all.
"""
