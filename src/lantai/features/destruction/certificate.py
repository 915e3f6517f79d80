"""销毁凭证: what was destroyed, by whose decision, in front of whom, and what the search afterwards found.

The statement is fixed at the execution and never changed; each witness signs its digest, and the paper is
signed by the repository's key anew with every signature that comes to it.
"""

from __future__ import annotations

from typing import Any

from lantai.base.canonical import canonical_json
from lantai.base.digests import sha256_hex
from lantai.base.i18n import _
from lantai.features.cases.documents import form
from lantai.features.cases.printing import Form, moment
from lantai.features.destruction import register
from lantai.features.destruction.model import DESTROYED, Destruction
from lantai.services.act import Act

#: what the certificate says of each record, from the register
LISTED = ('uid', 'reference_code', 'title', 'year', 'period', 'files', 'sha256')
#: how the contents were removed, in this order
METHODS = ('files', 'derived', 'uploads', 'pack', 'index', 'search')


def build(act: Act, case: Destruction) -> dict[str, Any]:
    """The certificate at the end of the execution, before anybody has signed it."""
    listed = register.build(act, case)
    destroyed = [line for line in listed['items'] if line['outcome'] == DESTROYED]
    execution = case.execution or {}
    statement = {
        'case': case.uid,
        'title': case.title,
        'fonds': listed['fonds'],
        'appraisal': case.origin,
        'list_root': listed['list_root'],
        'remaining_root': listed['remaining_root'],
        'appraised_by': listed['appraised_by'],
        'approved_by': listed['approved_by'],
        'not_before': case.not_before,
        'checks': [
            {**(register.signed(act, check) or {}), 'found': check['found'],
             'remaining_root': check['remaining_root']}
            for check in case.checks
        ],
        'executed_by': register.person(act, execution.get('who')),
        'begun': execution.get('begun'),
        'executed': execution.get('executed'),
        'counts': {
            'listed': len(listed['items']),
            'destroyed': len(destroyed),
            'set_aside': len(listed['items']) - len(destroyed),
            'files': sum(line['files'] for line in destroyed),
            'bytes': sum(line['bytes'] for line in destroyed),
        },
        'methods': list(METHODS),
        'search': execution.get('search'),
        'items': [
            {name: line[name] for name in LISTED}
            for line in destroyed
        ],
        'set_aside': [
            {'uid': line['uid'], 'reference_code': line['reference_code'], 'title': line['title'],
             'why': line['set_aside'], 'when': line['set_aside_on']}
            for line in listed['items']
            if line['set_aside']
        ],
    }  # fmt: skip
    return _whole(statement, [])


def _whole(statement: dict[str, Any], signatures: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        'kind': 'destruction-certificate',
        'statement': statement,
        'statement_sha256': sha256_hex(canonical_json(statement)),
        'witnesses': signatures,
    }


def digest_of_statement(case: Destruction) -> str:
    """What a witness signs."""
    return case.documents['certificate']['value']['statement_sha256']


def signed_by(act: Act, case: Destruction) -> dict[str, Any]:
    """The certificate with the signatures there are by now; its statement is the one it was."""
    statement = case.documents['certificate']['value']['statement']
    return _whole(
        statement,
        [
            {**(register.signed(act, signature) or {}), 'statement_sha256': signature['statement']}
            for signature in case.signatures
        ],
    )


_SHOWN = ('title', 'year', 'reference_code', 'period', 'files')


@form(Destruction.type, 'certificate')
def as_form(value: dict[str, Any]) -> Form:
    """The certificate as it is printed."""
    said, counts = value['statement'], value['statement']['counts']
    rows = [
        (number, *(line[name] for name in _SHOWN), _('Destroyed'))
        for number, line in enumerate(said['items'], 1)
    ]
    rows += [
        ('', line['title'], '', line['reference_code'], '', '', register.WORDS.get(line['why'], line['why']))
        for line in said['set_aside']
    ]
    signed = {**said, 'witnesses': value['witnesses']}
    return Form(
        title=_('Certificate of destruction'),
        facts=[
            (_('Title of the case'), said['title']),
            (_('Fonds'), f'{said["fonds"]["code"]} {said["fonds"]["title"]}'),
            (_('Records destroyed'), counts['destroyed']),
            (_('Number of records set aside'), counts['set_aside']),
            (_('Electronic files'), counts['files']),
            (_('Bytes'), counts['bytes']),
            (_('Executed by'), register.by({'who': said['executed_by'], 'when': ''})),
            (_('Time of destruction'), moment(said['executed'])),
            (_('Root of the approved list'), said['list_root']),
            (_('Digest of this statement'), value['statement_sha256']),
        ],
        columns=(
            (_('No.'), 6),
            (_('Title'), 48),
            (_('Year'), 8),
            (_('Reference code'), 30),
            (_('Period'), 8),
            (_('Files'), 7),
            (_('Note'), 24),
        ),
        rows=rows,
        remarks=remarks(said['search']),
        signatures=register.signatures(signed),
    )


def remarks(search: dict[str, Any] | None) -> list[str]:
    """What was done to the stores, what the search found, and what is out of reach; in words."""
    if search is None:
        return []
    said = [
        _('Removed: the content files of all versions, their texts and previews, temporary files, earlier '
          'states of the database, and the search index, which was built anew.')
    ]  # fmt: skip
    if search['clean']:
        said.append(_('Every store was searched afterwards and nothing was found.'))
    else:
        places = sorted(place for store in search['stores'].values() for place in store['found'])
        said.append(_('Something was found in: ${places}', mapping={'places': ', '.join(places[:20])}))
    until = search['unreached']['until'][:10]
    said.append(
        _('Not within reach: copies and backups made before ${date}; known are ${n}.',
          mapping={'date': until, 'n': len(search['unreached']['backups'])})
    )  # fmt: skip
    if search['unreached']['database_elsewhere']:
        said.append(_('The database lies on a server of its own; files it keeps there were not searched.'))
    return said
