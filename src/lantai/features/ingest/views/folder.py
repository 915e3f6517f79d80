"""A folder of the inbox being arranged: what is complete, what is not and why, and what can be done about
it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.view import view_config

from lantai.features.ingest.proposing import Proposal, propose
from lantai.features.records.model import Folder, Item
from lantai.features.records.naming import contradiction
from lantai.features.records.rules import CHANGEABLE
from lantai.features.records.views import offers
from lantai.features.records.views.about import about, thumb_of
from lantai.features.records.views.rows import chip_of, person_name
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.web.branches import key_before

#: records on one page; each is looked at whole: its guards, its proposal
ROWS = 50
#: what a row shows and lets one fill in right there
COLUMNS = ('title', 'document_number', 'author', 'date')
#: what several records may have in common
COMMON = ('author', 'date', 'document_type', 'keyword', 'year', 'retention_period')


@dataclass(frozen=True)
class Cell:
    """One element of a record in the table: its value, or an input where it is missing."""

    name: str
    label: str
    value: str
    missing: bool
    proposed: str = ''


@dataclass(frozen=True)
class Line:
    """One record of the folder."""

    uid: str
    title: str
    url: str
    chip: str
    cells: tuple[Cell, ...]
    place: str
    ground: str
    period: str
    state: str
    state_title: str
    complete: bool
    reasons: tuple[offers.Reason, ...]
    selectable: bool
    thumb: str | None
    #: files whose content contradicts their ending: name, what to do, and the address that does it
    contradicted: tuple[tuple[str, str, str], ...]


@view_config(
    route_name='archive',
    context=Folder,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:ingest/folder.pt',
)
def page(folder: Folder, request) -> dict:
    """The folder with one page of its records and its folders."""
    layout = request.layout
    seen = policy.visible(request.actor, folder)
    jump = request.GET.get('jump', '')[:255]
    found = folder.page(
        seen,
        after=key_before(jump) if jump else request.GET.get('after') or None,
        before=request.GET.get('before'),
        limit=ROWS,
    )
    items = [node for node in found.nodes if isinstance(node, Item)]
    lines = [line_of(request, item) for item in items]
    return {
        'folder': folder,
        'title': folder.title or folder.name,
        'crumbs': layout.crumbs(folder),
        'maker': person_name(request, folder.creator),
        'total': folder.count(lambda key: key[0] == 'item' and seen(key)),
        'files': sum(item.count() for item in items),
        'bytes': layout.size(sum(component.size for item in items for component in item.values())),
        'partial': found.next is not None or found.previous is not None,
        'folders': [
            {'title': layout.title_of(node), 'url': layout.url_of(node)}
            for node in found.nodes
            if isinstance(node, Folder)
        ],
        'lines': lines,
        'wanting': [line for line in lines if line.reasons],
        'complete': [line for line in lines if line.complete],
        'fillable': any(cell.missing for line in lines for cell in line.cells),
        'columns': [request.site.schemas['document'].fields[name].label for name in COLUMNS[1:]],
        'common': [request.site.schemas['document'].fields[name] for name in COMMON],
        'acts': offers.container_acts(request, folder),
        'arrange_url': layout.url_of(folder, 'arrange'),
        'next': layout.url_of(folder, after=found.next) if found.next else None,
        'previous': layout.url_of(folder, before=found.previous) if found.previous else None,
        'back': request.path_qs,
        'dav_path': '/dav/' + '/'.join(folder.segments) + '/',
    }


def line_of(request, item: Item) -> Line:
    """A record with its state of completeness."""
    layout = request.layout
    offer = next((each for each in engine.available(request.act, item) if each.name == 'submit'), None)
    editable = item.state in CHANGEABLE and Permission.EDIT in policy.permissions(request.actor, item)
    unmet = offer.unmet if offer is not None else ()
    missing = {each.field for each in unmet} if editable else set()
    proposal = propose(request.act, item) if item.state in CHANGEABLE else Proposal(None, '', '')
    return Line(
        uid=item.uid,
        title=item.title,
        url=layout.url_of(item),
        chip=chip_of(request, item),
        cells=tuple(_cell(request, item, name, name in missing) for name in COLUMNS),
        place=_place(request, proposal),
        ground=proposal.ground,
        period=layout.period(proposal.period),
        state=item.state,
        state_title=layout.state_of(item.state, item.held),
        complete=offer is not None and offer.allowed,
        reasons=tuple(offers.Reason(each.message, offers.mend_url(request, item, each)) for each in unmet),
        selectable=editable,
        thumb=thumb_of(request, item),
        contradicted=_contradicted(request, item) if editable else (),
    )


def _contradicted(request, item: Item) -> tuple[tuple[str, str, str], ...]:
    odd = [each for each in item.components if contradiction(each) is not None]
    found = [(each.name, about(request, each, readable=False, changeable=True)) for each in odd]
    return tuple((name, known.rename_title, known.rename_url) for name, known in found if known.rename_url)


def _cell(request, item: Item, name: str, missing: bool) -> Cell:
    field = request.site.schemas['document'].fields[name]
    value = item.metadata.get(name)
    # the name of the file is a good guess at its title, and seen before it is saved
    proposed = item.title if name == 'title' and missing else ''
    return Cell(name, field.label, str(field.shown(value)) if value else '', missing, proposed)


def _place(request, proposal: Proposal) -> str:
    if proposal.series is None:
        return ''
    return request.layout.place(proposal.series, skip=1)
