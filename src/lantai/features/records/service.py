"""Use cases of the tree: make, describe, open and close, take a step.

Contents (`deposit`) and places (`places`) have modules of their own.
"""

from collections.abc import Mapping
from typing import Any

from lantai.base.errors import Condition, Invalid, NotFound
from lantai.base.i18n import _
from lantai.base.names import MAX_BYTES
from lantai.features.records import rules
from lantai.features.records.model import File, Folder, Item, Series
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.settings import CLASSIFICATIONS
from lantai.services.workflow import engine
from lantai.store.tree import Container, Node

PUBLICITY = ('', '主动公开', '依申请公开', '不予公开')
OPENNESS = ('unreviewed', 'open', 'controlled', 'delayed')
#: what a description may say beside the metadata, by kind of node
OWN_FIELDS = {
    'series': ('title', 'open', 'retention_row'),
    'fonds': ('title',),
    'file': ('title', 'open', 'metadata'),
    'folder': ('title',),
    'item': ('title', 'metadata', 'access', 'retention_row'),
    'component': ('role', 'place'),
}
#: the element of the schema that says the classification
CLASSIFIED = 'security_classification'
ROLES = ('', 'main', 'final', 'attachment', 'processing')


def create(
    act: Act, parent: Container, type_name: str, *, name: str | None = None, title: str = '', **values: Any
) -> Node:
    """Makes a node in `parent`; without a name it gets a free one from its title.

    `values` are those of `edit`, for a series also category, year, period and unit. Raises
    NotFound, Forbidden, ContainerClosed, DoesNotBelong, NameTaken, BadName, Invalid.
    """
    policy.require(act, Permission.SEE, parent)
    factory.check_place(parent, type_name)
    rules.check_not_fixed(parent)
    policy.require(act, _permission_to_create(type_name), parent)
    if type_name in ('item', 'file'):
        rules.check_open(parent)
    if not name:
        name = free_name(parent, title)
    attributes = {
        key: values.pop(key)
        for key in ('category', 'year', 'period', 'unit')
        if key in values and type_name == 'series'
    }
    node = factory.new_node(act, type_name, **attributes)
    if isinstance(node, Item | Folder | File):
        node.unit = unit_for(act, parent)
    if isinstance(node, Item | Folder):
        node.fonds_code = rules.fonds_code_at(parent) or act.actor.fonds
    if title:
        values['title'] = title
    _apply(act, node, values)
    if isinstance(node, Item):
        engine.note_history(act, node, 'create')
    factory.place(parent, node, name)
    record(act, Event.NODE_CREATE, node)
    return node


def _permission_to_create(type_name: str) -> Permission:
    if type_name == 'series':
        return Permission.CREATE_SERIES
    return Permission.MANAGE_SYSTEM if type_name in ('fonds', 'inbox') else Permission.CREATE


def unit_for(act: Act, parent: Container) -> str:
    """The unit of what is made in `parent`: the maker's, else the container's."""
    fonds = rules.fonds_code_at(parent)
    if act.actor.unit and (not fonds or fonds == act.actor.fonds):
        return act.actor.unit
    if parent.type in ('series', 'file'):
        return parent.scheme().get('unit', '')
    return getattr(parent, 'unit', '')


def free_name(parent: Container, title: str) -> str:
    """A name that is free in `parent`, made from a title."""
    base = ''.join(
        ' ' if character in '/\\' or ord(character) < 32 else character for character in title
    ).strip(' .')
    base = base or 'item'
    while len(base.encode()) > MAX_BYTES - 8:
        base = base[:-1]
    name, number = base, 1
    while name in parent:
        number += 1
        name = f'{base} ({number})'
    return name


def edit(act: Act, node: Node, values: Mapping[str, Any], etag: str | None = None) -> Node:
    """Changes a description; only what is given changes.

    `values`: title, metadata (merged by element), access (merged), open, retention_row, role,
    place, as the kind of node has them. Raises NotFound, RecordIsFiled, Forbidden,
    EditConflict, Invalid with every field that is wrong, AboveCeiling.
    """
    permission = Permission.OPEN_CLOSE if set(values) == {'open'} else Permission.EDIT
    rules.check_change(act, permission, node)
    rules.check_etag(node, etag)
    changed = _apply(act, node, values)
    if not changed:
        return node
    item = rules.item_of(node)
    if item is not None:
        engine.note_history(act, item, 'edit', fields=sorted(changed))
        item.touch(act.clock)
    if node is not item:
        node.touch(act.clock)
    record(act, _event_of(node, changed), node, fields=sorted(changed))
    return node


def _event_of(node: Node, changed: set[str]) -> Event:
    if isinstance(node, Series | File) and 'open' in changed:
        return Event.SERIES_OPEN if node.open else Event.SERIES_CLOSE
    return Event.NODE_EDIT


def _apply(act: Act, node: Node, values: Mapping[str, Any]) -> set[str]:
    """Puts checked values on the node; gives the names of what changed. All that is wrong is said at once."""
    wrong: list[Condition] = []
    new: dict[str, Any] = {}
    for key in values:
        if key not in OWN_FIELDS.get(node.type, ()):
            wrong.append(Condition('unknown-field', _('There is no such field here'), key))
    if 'title' in values and node.type != 'item':
        new['title'] = _text(values['title'], wrong)
    metadata = _mapping(values.get('metadata'), 'metadata', wrong) if node.type in ('item', 'file') else {}
    if 'title' in values and node.type == 'item':
        metadata['title'] = values['title']
    if metadata:
        try:
            new['metadata'] = act.site.schemas['document'].merged(node.metadata, metadata)
        except Invalid as error:
            wrong.extend(error.conditions)
    if 'access' in values and node.type == 'item':
        new['access'] = _access(node.access, values['access'], wrong)
    if 'open' in values and node.type in ('series', 'file'):
        new['open'] = _flag(values['open'], wrong)
    if 'retention_row' in values and node.type in ('series', 'item'):
        new['retention_row'] = _number(values['retention_row'], 'retention_row', wrong)
    if node.type == 'component':
        if 'role' in values:
            new['role'] = _choice(values['role'], ROLES, 'role', wrong)
        if 'place' in values:
            new['place'] = _number(values['place'], 'place', wrong) or 0
    if node.type == 'item' and not wrong:
        _classify(node, metadata, values.get('access') or {}, new, wrong)
    if wrong:
        raise Invalid(conditions=wrong)
    if 'access' in new:
        rules.check_ceiling(act, new['access'])
    if 'metadata' in new:
        rules.check_ceiling(act, {'classification': new['metadata'].get(CLASSIFIED, '')})
    changed = {key for key, value in new.items() if getattr(node, key) != value}
    for key in changed:
        setattr(node, key, new[key])
    return changed


def _mapping(value: Any, field: str, wrong: list[Condition]) -> dict[str, Any]:
    if value is not None and not isinstance(value, Mapping):
        wrong.append(Condition('wrong-type', _('This is not what belongs here'), field))
        return {}
    return dict(value or {})


def _classify(
    item: Item,
    metadata: Mapping[str, Any],
    access: Mapping[str, Any],
    new: dict[str, Any],
    wrong: list[Condition],
) -> None:
    """密级 is one fact in two places: element and mark of access; each follows the other."""
    described = new.get('metadata', item.metadata)
    if CLASSIFIED in metadata and 'classification' in access:
        if described.get(CLASSIFIED, '') != access['classification']:
            message = _('Description and access name different classifications')
            wrong.append(Condition('classification-disagrees', message, 'access.classification'))
    elif CLASSIFIED in metadata:
        new['access'] = {**new.get('access', item.access), 'classification': described.get(CLASSIFIED, '')}
    elif 'classification' in access:
        unmarked = {key: value for key, value in described.items() if key != CLASSIFIED}
        marked = {CLASSIFIED: access['classification']} if access['classification'] else {}
        new['metadata'] = {**unmarked, **marked}


def _text(value: Any, wrong: list[Condition]) -> str:
    if not isinstance(value, str) or not value.strip():
        wrong.append(Condition('required', _('A title is needed'), 'title'))
        return ''
    if len(value) > 1000 or any(ord(character) < 32 for character in value):
        wrong.append(
            Condition('bad-text', _('A title has at most 1000 characters and no control characters'), 'title')
        )
    return value.strip()


def _access(before: dict[str, str], values: Any, wrong: list[Condition]) -> dict[str, str]:
    lists = {'classification': CLASSIFICATIONS, 'publicity': PUBLICITY, 'openness': OPENNESS}
    if not isinstance(values, Mapping):
        wrong.append(Condition('wrong-type', _('This is not what belongs here'), 'access'))
        return before
    for key, value in values.items():
        if key not in lists:
            wrong.append(Condition('unknown-field', _('There is no such field here'), f'access.{key}'))
        else:
            _choice(value, lists[key], f'access.{key}', wrong)
    return {**before, **values}


def _choice(value: Any, choices: tuple[str, ...], field: str, wrong: list[Condition]) -> Any:
    if value not in choices:
        listed = '、'.join(choice for choice in choices if choice)
        wrong.append(Condition('not-in-list', _('One of: ${choices}', mapping={'choices': listed}), field))
    return value


def _flag(value: Any, wrong: list[Condition]) -> bool:
    if not isinstance(value, bool):
        wrong.append(Condition('wrong-type', _('This is yes or no'), 'open'))
    return bool(value)


def _number(value: Any, field: str, wrong: list[Condition]) -> int | None:
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**6
    ):
        wrong.append(Condition('wrong-type', _('This is a whole number'), field))
        return None
    return value


def transition(
    act: Act, node: Node, name: str, comment: str = '', etag: str | None = None, **values: Any
) -> Node:
    """Takes a step of the workflow; raises as the engine does, Invalid for a comment too long."""
    if not policy.sees(act.actor, node):
        raise NotFound()
    if len(comment) > engine.MAX_COMMENT:
        message = _('At most ${n} characters', mapping={'n': engine.MAX_COMMENT})
        raise Invalid(conditions=[Condition('too-long', message, 'comment')])
    rules.check_etag(node, etag)
    engine.transition(act, node, name, comment, **values)
    return node


def check_editable(act: Act, node: Node) -> None:
    """Raises what would stop an edit; doors ask before they offer a form."""
    rules.check_change(act, Permission.EDIT, node)
