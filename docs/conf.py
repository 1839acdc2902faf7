"""Settings of Sphinx. The reference pages are made from the code before anything is read."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import write

from matcher import __version__

write()

project = "matcher"
release = version = __version__
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"matcher {release}"
html_show_copyright = False
html_show_sphinx = False
myst_heading_anchors = 3
nitpicky = True
