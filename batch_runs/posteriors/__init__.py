"""Posteriors: which parameters a record leaves possible, and whether such answers can be trusted."""
