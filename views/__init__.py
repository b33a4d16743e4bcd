"""What is seen: the figures of a run."""
