"""The one warning of a library that nobody who uses the program can do anything about.

Pyramid and some of its companions import `pkg_resources`, which says at every start that it will go away;
the version of setuptools that still has it is pinned. Imported before anything that imports Pyramid.
"""

import warnings

warnings.filterwarnings('ignore', 'pkg_resources is deprecated as an API', UserWarning)
