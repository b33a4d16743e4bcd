"""What is kept of sweeps and searches: a plan, immutable parts, and reading them back."""
