"""``python -m defection`` is the command ``defection``."""

from defection.commands.main import main

raise SystemExit(main())
