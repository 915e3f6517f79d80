"""Filed records for cases to work on, made through the use cases."""

from __future__ import annotations

from collections.abc import Sequence

from lantai.features.records import deposit, lookup, service
from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from tests.builders.filing import add_schedule
from tests.builders.office import body

#: text that a test looks for after destruction
MARKER = '绝密标记-7f3a9c'


def filed_items(
    site: Site, acting, titles: Sequence[str], period: str = 'D10', year: int = 2026
) -> list[str]:
    """Uids of records filed in Z109/WS/<year>/<period>/BGS, each with one text file that holds the marker."""
    with site.reading() as act:
        scheduled = bool(act.repository.room('retention').by_fonds)
    if not scheduled:
        site.transact(add_schedule, machine_user('test'), door='cli')
    series = ('Z109', 'WS', str(year), period, 'BGS')
    uids = []
    for title in titles:
        with acting('clerk') as act:
            metadata = {'title': title, 'author': '办公室', 'date': f'{year}-03-01', 'document_type': '纪要'}
            text = f'{title} {MARKER}\n'.encode()
            put = deposit.put(
                act, lookup.find(act, series), f'{title}.txt', body(act, text), metadata=metadata
            )
            service.transition(act, put.node, 'submit')
            uids.append(put.node.uid)
        with acting('manager') as act:
            service.transition(act, lookup.by_uid(act, uids[-1]), 'approve')
        with acting('archivist') as act:
            service.transition(act, lookup.by_uid(act, uids[-1]), 'file')
    return uids
