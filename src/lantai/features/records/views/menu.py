"""What this room puts into the side bar and on the start page."""

from __future__ import annotations

from lantai.base.i18n import _
from lantai.features.records.views import approvals, start


def includeme(config) -> None:
    config.add_place(_('Start'), 'start', 10)
    config.add_place(_('To do'), 'approvals', 20, count=approvals.waiting)
    config.add_panel(
        'waiting',
        _('Waits for you'),
        10,
        start.waiting,
        _('Nothing waits for you. What you have to review, to file or to put right stands here.'),
    )
