"""What this room puts into the side bar and on the start page."""

from __future__ import annotations

from lantai.base.i18n import _
from lantai.features.records.views import approvals, start


def includeme(config) -> None:
    config.add_place(_('Start'), 'start', 10)
    config.add_place(_('To do'), 'approvals', 20, shown=start.has_roles, count=approvals.waiting)
    config.add_panel(
        'waiting',
        _('Waits for you'),
        10,
        start.waiting,
        _('Nothing waits for you. What you have to review, to file or to put right stands here.'),
    )
    config.add_panel(
        'drafts',
        _('Your drafts'),
        20,
        start.drafts,
        _('You have no drafts. What you capture or upload stands here until it is submitted.'),
    )
    config.add_panel(
        'lately', _('Lately filed'), 30, start.lately, _('Nothing that you may see has been filed yet.')
    )
