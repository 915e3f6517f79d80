"""电子文件归档登记表 (GB/T 18894-2016 表A.1): what was filed in a batch, how it was checked, who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lantai.base.clock import rfc3339
from lantai.features.classification.model import body_of
from lantai.features.filing.examination import Examination, digest_agrees
from lantai.features.filing.findings import Finding
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.formats.results import Result
from lantai.services.formats.signatures import registry_version

if TYPE_CHECKING:
    from lantai.features.filing.model import Batch
    from lantai.features.filing.planning import Row

#: what is checked (检验项目), in the order of the form
CHECKS = ('carrier', 'virus', 'authenticity', 'reliability', 'integrity', 'usability', 'documentation')


def results_of(
    act: Act, item: Item, examinations: Mapping[str, Examination], warnings: Sequence[Finding]
) -> dict[str, str]:
    """Return the result of each kind of check for one item that nothing stopped.

    Authenticity: the stored bytes are those that came in. Integrity: description and files are whole.
    Usability: the files open here; `not_run` when one of them was not tried. What is filed online has no
    carrier to look at.
    """
    found = [examinations[component.content_key] for component in item.components]
    readable = worst([one.readable.result for one in found])
    return {
        'carrier': str(Result.NOT_APPLICABLE),
        'virus': worst([one.virus.result for one in found]),
        'authenticity': worst(
            [
                Result.PASS if digest_agrees(component, examinations[component.content_key]) else Result.FAIL
                for component in item.components
            ]
        ),
        'reliability': str(Result.PASS),
        'integrity': str(Result.PASS),
        'usability': readable,
        'documentation': str(Result.NOT_APPLICABLE),
        'warnings': ' '.join(sorted({warning.code for warning in warnings})),
    }


_ORDER = (Result.FAIL, Result.NOT_RUN, Result.PASS, Result.NOT_APPLICABLE)


def worst(results: Sequence[str]) -> str:
    """Return the result that counts for several: failed before not run before passed before not
    applicable."""
    return str(next((result for result in _ORDER if result in results), Result.NOT_APPLICABLE))


def build(
    act: Act, batch: Batch, rows: Sequence[Row], examinations: Mapping[str, Examination]
) -> dict[str, Any]:
    """Return the register of a batch that has just been fixed, as plain values; it is signed and never
    changed."""
    items = [row.item for row in rows]
    fonds = act.repository.get(batch.fonds_code)
    body = body_of(act.repository, batch.fonds_code)
    categories = sorted({row.code.category for row in rows if row.code is not None})
    titles = {
        code: scheme.title for code in categories if (scheme := body.category(code.split('·')[0])) is not None
    }
    units = getattr(fonds, 'units', {})
    makers = sorted({item.unit for item in items if item.unit})
    return {
        'register': 1,
        'batch': batch.id,
        'title': batch.title,
        'fonds': batch.fonds_code,
        'body': getattr(fonds, 'title', batch.fonds_code),
        'filed': rfc3339(act.clock.now()),
        'filed_on': act.clock.today().isoformat(),
        'categories': [{'code': code, 'title': titles.get(code, '')} for code in categories],
        'quantity': {
            'volumes': len({row.code.volume for row in rows if row.code and row.code.volume is not None}),
            'items': len(items),
            'files': sum(item.count() for item in items),
            'pages': sum(int(item.metadata.get('total_number_of_pages') or 0) for item in items),
            'bytes': sum(component.size for item in items for component in item.components),
        },
        'method': 'online',
        'checks': {name: worst([item.filing['checks'][name] for item in items]) for name in CHECKS},
        'tools': {'pronom': registry_version(), 'virus_scanner': act.site.settings.clamd and 'clamd'},
        'first_code': rows[0].code_text,
        'last_code': rows[-1].code_text,
        'made_by': [{'unit': unit, 'title': units.get(unit, {}).get('title', unit)} for unit in makers],
        'opened_by': batch.maker,
        'filed_by': act.actor.id,
        'items': [
            {'code': row.code_text, 'uid': row.item.uid, 'manifest': row.item.filing['manifest']}
            for row in rows
        ],
    }
