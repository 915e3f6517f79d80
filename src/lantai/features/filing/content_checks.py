"""What is found about one file of a record, from its examination."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lantai.base.i18n import _
from lantai.features.filing.examination import Examination, digest_agrees, is_failure
from lantai.features.filing.findings import Finding, Severity
from lantai.features.records.model import Component
from lantai.services.act import Act
from lantai.services.formats.results import Result


def check_content(
    act: Act, component: Component, examinations: Mapping[str, Examination], whole: bool = True
) -> Iterator[Finding]:
    """Yield what is found about a file. Not `whole`: one that was not examined is not judged."""

    def finding(code: str, message: str, severity: Severity = Severity.STOP) -> Finding:
        return Finding(code, message, severity, 'content', component.uid)

    name = {'name': component.name}
    if component.size == 0:
        yield finding('empty-file', _('“${name}” is an empty file; replace or remove it', mapping=name))
        return
    found = examinations.get(component.content_key)
    if found is None and not whole:
        return
    if found is None:
        yield finding(
            'not-examined', _('“${name}” was changed while it was checked; check again', mapping=name)
        )
        return
    if found.readable.reason == 'content-missing':
        yield finding(
            'content-missing', _('The content of “${name}” is missing; tell the administrator', mapping=name)
        )
        return
    if found.sha256 and not digest_agrees(component, found):
        yield finding(
            'digest-differs',
            _(
                'The stored bytes of “${name}” are not those that came in; tell the administrator',
                mapping=name,
            ),
        )
    if is_failure(found.readable):
        yield finding('not-readable', _unreadable(component, found.readable.reason))
    elif found.readable.result == Result.NOT_RUN:
        yield finding(
            'not-opened',
            _('“${name}” could not be tried out here; open it yourself before you file it', mapping=name),
            Severity.WARN,
        )
    if found.mismatch or not is_failure(found.readable):
        yield from _format(finding, component, found)
    if is_failure(found.virus):
        virus = {**name, 'virus': found.virus.facts.get('virus', '')}
        yield finding('virus', _('“${name}” carries the virus ${virus}; it must not be filed', mapping=virus))
    elif found.virus.result == Result.NOT_RUN and act.site.settings.clamd:
        yield finding(
            'not-scanned', _('“${name}” could not be scanned for viruses; try again later', mapping=name)
        )


def _format(finding: Any, component: Component, found: Examination) -> Iterator[Finding]:
    name = {'name': component.name}
    if found.mismatch and found.format_name:
        yield finding(
            'format-mismatch',
            _(
                '“${name}” is really ${format}; name it so or replace it',
                mapping={**name, 'format': found.format_name},
            ),
        )
    elif found.mismatch:
        yield finding(
            'format-mismatch',
            _('“${name}” is not what its ending says; name it so or replace it', mapping=name),
        )
    elif not found.puid or found.format.get('basis') == 'extension':
        yield finding(
            'format-unknown', _('The format of “${name}” is not known', mapping=name), Severity.WARN
        )
    elif not (found.format.get('format') or {}).get('archival'):
        yield finding(
            'not-archival-format',
            _('“${name}” is in no archival format; better file OFD or PDF/A beside it', mapping=name),
            Severity.WARN,
        )


#: why a file cannot be read, in words; what is not listed is called damaged
_UNREADABLE = {
    'encrypted': _('“${name}” is encrypted or protected by a password; file it without'),
    'closed-compression': _(
        '“${name}” is packed by a method that not everybody can open; pack it again as a plain ZIP'
    ),
    'unpacks-too-far': _(
        '“${name}” unpacks to far more than a package of its size should; it was not opened'
    ),
    'too-many-parts': _('“${name}” holds too many parts to be opened'),
    'no-pages': _('“${name}” has no pages'),
    'no-parts': _('“${name}” is an empty package'),
    'reader-stopped': _('“${name}” could not be read through; it is damaged or too large for this machine'),
}


def _unreadable(component: Component, reason: str) -> str:
    message = _UNREADABLE.get(reason, _('“${name}” is damaged and cannot be read; replace it'))
    return _(str(message), default=str(message), mapping={'name': component.name})
