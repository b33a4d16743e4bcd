"""The report on the paper's findings: a small file for each figure, the sections, and the page."""
