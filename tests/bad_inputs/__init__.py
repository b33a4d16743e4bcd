"""Generated bad inputs: every one is refused in one line, or accepted and meant."""
