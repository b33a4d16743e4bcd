"""Real processes, ended at every operation on files: what was there before or after is whole."""
