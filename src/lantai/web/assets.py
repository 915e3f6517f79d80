"""Stylesheet, scripts and pictures of the pages: their address holds the digest of them all.

So a browser keeps them for a year, and a new version of the program is a new address; the modules import
each other by relative names and stay together.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

SECONDS_KEPT = 365 * 24 * 3600


@cache
def digest() -> str:
    """A short digest over all files in the static folder."""
    files = resources.files('lantai.web').joinpath('static').iterdir()
    whole = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.name):
        whole.update(file.name.encode() + b'\0' + file.read_bytes())
    return whole.hexdigest()[:12]


def asset_url(request, name: str) -> str:
    """The address of one static file."""
    return request.static_path(f'lantai.web:static/{name}')


def includeme(config) -> None:
    """The static folder, and the icon where browsers look for it."""
    config.add_static_view(f'static/{digest()}', 'lantai.web:static', cache_max_age=SECONDS_KEPT)
