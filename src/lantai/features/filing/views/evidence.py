"""Whether a filed record is what was signed: one line on its page, looked at when the page is made.

The stored bytes are not read for that; the verification of the repository does it, and names what is wrong.
"""

from __future__ import annotations

from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.filing import service
from lantai.features.filing.manifest import verify_manifest
from lantai.features.records.model import Item
from lantai.web.evidence import Line


def evidence_line(request, item: Item) -> Line:
    """The description and the digests of the files against the signed manifest."""
    codes = {problem.code for problem in verify_manifest(request.act, item, contents=False)}
    filing = item.filing or {}
    when = request.layout.day(parse_rfc3339(filing['time'])) if filing.get('time') else ''
    note = _('fixed and signed on ${day}', mapping={'day': when}) if when else ''
    batch = filing.get('batch')
    # the batch is a page of those who file; others have the line alone
    seen = batch and service.may_file_for(request.act, item.fonds_code)
    url = request.route_path('batch', id=batch) if seen else None
    if codes == {'manifest-not-checked'}:
        return Line('wait', _('Could not be checked'), note, url)
    if codes:
        return Line('bad', _('Does not agree with what was signed; tell the administrator'), note, url)
    return Line('good', _('Intact'), note, url)


def includeme(config) -> None:
    """Puts the line on the pages of filed records."""
    config.set_evidence(evidence_line)
