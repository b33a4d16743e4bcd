"""Settings of Sphinx for the site; ``build.py`` makes the pages and calls it."""

from __future__ import annotations

from imports import complete

import defection

project = "defection"
author = "The defection developers"
project_copyright = "the defection developers, Apache 2.0"
version = release = defection.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
myst_heading_anchors = 5
myst_links_external_new_tab = False
suppress_warnings = ["myst.header"]
"""Lists of the sources begin with headings of a lower level."""

smartquotes = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the NumPy sections say what each is
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True, "show-inheritance": False}
napoleon_google_docstring = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 88

html_theme = "pydata_sphinx_theme"
html_title = "defection"
html_context = {"default_mode": "auto"}  # the reader's own; else the theme complains on every page
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_extra_path = ["_extra"]
html_theme_options = {
    "header_links_before_dropdown": 10,
    "logo": {"text": "defection"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def setup(app: object) -> None:
    """Let examples begin with the imports that they need."""
    app.connect("autodoc-process-docstring", complete, priority=100)  # before napoleon
