"""How Sphinx builds the documentation: Markdown by MyST, the furo theme, nothing fetched while building."""

project = "Qilian 质链"
author = "The Qilian developers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["out"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Qilian 质链"
language = "en"
