"""``python -m defection`` is the command ``defection``."""

from defection.command_line import main

raise SystemExit(main())
