"""What the tests of the pages share: a place, a description that is complete, and looking at what is kept."""

from __future__ import annotations

from lantai.features.records.lookup import find

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
COMPLETE = {'title': '关于消防检查的通知', 'author': '办公室', 'date': '2026-02-03'}
PDF = b'%PDF-1.4 the very bytes'


def metadata(acting, path):
    """The description as it is kept."""
    with acting('machine') as act:
        return dict(find(act, path).metadata)


def state(acting, path):
    """The state a record is in."""
    with acting('machine') as act:
        return find(act, path).state
