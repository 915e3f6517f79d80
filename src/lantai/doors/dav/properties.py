"""Properties: the live ones, computed from the tree, and the dead ones, kept as their sender wrote them."""

import shutil
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from lantai.doors.dav import locks as locking
from lantai.doors.dav.gate import Gate
from lantai.doors.dav.locks import Lock
from lantai.doors.dav.multistatus import element, propstat, text
from lantai.doors.dav.resources import Resource
from lantai.doors.dav.xmlbody import Propfind
from lantai.features.records import rules
from lantai.features.records.model import Item
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node

D, L, OC, WIN = '{DAV:}', '{urn:x-lantai}', '{http://owncloud.org/ns}', '{urn:schemas-microsoft-com:}'
LOCK_ENTRY = (
    '<D:lockentry><D:lockscope><D:{}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>'
)
SUPPORTED = LOCK_ENTRY.format('exclusive') + LOCK_ENTRY.format('shared')
#: containers whose members go in and out freely; others take no lock
_LOCKABLE = ('inbox', 'folder', 'series', 'file', 'item')


@dataclass
class View:
    """What properties are computed from: one transaction's gate, with answers that repeat kept."""

    gate: Gate
    _rights: dict[object, frozenset[Permission]] = field(default_factory=dict)
    _inherited: dict[str, list[Lock]] = field(default_factory=dict)

    def rights(self, node: Node) -> frozenset[Permission]:
        """Members of one class in one container are seen alike, so they are judged once."""
        key = (node.__parent__.uid, node.class_key()) if node.type in ('item', 'component') else node.uid
        if node.type == 'component':
            key = (node.__parent__.uid, 'component')
        if key not in self._rights:
            self._rights[key] = policy.permissions(self.gate.act.actor, node)
        return self._rights[key]

    def locks(self, node: Node) -> list[Lock]:
        own = self.gate.locks.on(node.uid, self.gate.now)
        parent = node.__parent__
        if parent is None:
            return own
        if parent.uid not in self._inherited:
            self._inherited[parent.uid] = locking.reaching_new_members(self.gate.locks, parent, self.gate.now)
        return own + self._inherited[parent.uid]


Getter = Callable[[View, Resource], str | None]


def _length(_view: View, found: Resource) -> str | None:
    return str(found.component.size) if found.component else None


def _etag(_view: View, found: Resource) -> str | None:
    return text(found.etag) if found.component else None


def _media_type(_view: View, found: Resource) -> str | None:
    return text(found.component.media_type) if found.component else None


def _created(_view: View, found: Resource) -> str:
    return rfc3339(found.node.created)


def rfc3339(moment: datetime) -> str:
    """A moment as `creationdate` has it: UTC, whole seconds."""
    return moment.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')


def http_date(moment: datetime) -> str:
    """A moment as `getlastmodified` has it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def may_lock(view: View, found: Resource) -> bool:
    """Whether LOCK would succeed but for other locks: nobody is offered a lock on what never changes."""
    node = found.node
    rights = view.rights(node)
    if found.component is not None:
        container = node.__parent__ if isinstance(node, Item) else node.item.__parent__
        return Permission.PUT in rights and rules.takes_deposits(container)
    if node.type not in _LOCKABLE or not rules.takes_deposits(node):
        return False
    return bool(rights & {Permission.CREATE, Permission.PUT, Permission.EDIT})


def _supportedlock(view: View, found: Resource) -> str:
    return SUPPORTED if may_lock(view, found) else ''


def _lockdiscovery(view: View, found: Resource) -> str:
    return ''.join(active_lock(view.gate, lock) for lock in view.locks(found.node))


def active_lock(gate: Gate, lock: Lock) -> str:
    """One lock as XML; the root's address is left out when the person may not know it."""
    root = gate.root(lock)
    parts = (
        '<D:locktype><D:write/></D:locktype>',
        f'<D:lockscope><D:{"exclusive" if lock.exclusive else "shared"}/></D:lockscope>',
        f'<D:depth>{"infinity" if lock.infinite else "0"}</D:depth>',
        lock.owner,
        f'<D:timeout>Second-{lock.seconds_left(gate.now)}</D:timeout>',
        f'<D:locktoken><D:href>{text(lock.token)}</D:href></D:locktoken>',
        f'<D:lockroot><D:href>{text(root)}</D:href></D:lockroot>' if root else '',
    )
    return f'<D:activelock>{"".join(parts)}</D:activelock>'


def _quota_used(view: View, found: Resource) -> str | None:
    return None if found.component else str(allowance(view)[0])


def _quota_available(view: View, found: Resource) -> str | None:
    return None if found.component else str(allowance(view)[1])


def allowance(view: View) -> tuple[int, int]:
    """Bytes used and bytes left for the person; where no allowance is set, those of the contents' disk."""
    site = view.gate.call.site
    if site.settings.quota:
        return 0, site.settings.quota
    usage = shutil.disk_usage(site.folder.contents)
    return usage.used, usage.free


def _state(_view: View, found: Resource) -> str | None:
    node = found.node
    if node.type in ('series', 'file'):
        return 'open' if rules.takes_deposits(node) else 'closed'
    item = rules.item_of(node)
    return item.state if item is not None else None


def _record_id(_view: View, found: Resource) -> str | None:
    item = rules.item_of(found.node)
    return item.uid if item is not None else None


def _sha256(_view: View, found: Resource) -> str | None:
    return found.component.sha256 if found.component else None


def _retention_until(_view: View, found: Resource) -> str | None:
    item = rules.item_of(found.node)
    due = item.retention.get('due') if item is not None and item.retention else None
    return text(str(due)) if due else None


def _checksums(_view: View, found: Resource) -> str | None:
    if found.component is None:
        return None
    digests = {'sha256': found.component.sha256, **found.component.digests}
    sums = [
        f'{name.upper()}:{digests[name]}' for name in ('sha1', 'md5', 'adler32', 'sha256') if name in digests
    ]
    return f'<oc:checksum>{" ".join(sums)}</oc:checksum>'


#: in the order in which they are listed
LIVE: dict[str, Getter] = {
    D + 'resourcetype': lambda _view, found: '' if found.component else '<D:collection/>',
    D + 'displayname': lambda _view, found: text(found.path.name or 'Lantai'),
    D + 'getcontentlength': _length,
    D + 'getcontenttype': _media_type,
    D + 'getetag': _etag,
    D + 'getlastmodified': lambda _view, found: http_date(found.modified),
    D + 'creationdate': _created,
    D + 'supportedlock': _supportedlock,
    D + 'lockdiscovery': _lockdiscovery,
    L + 'state': _state,
    L + 'record-id': _record_id,
    L + 'sha256': _sha256,
    L + 'retention-until': _retention_until,
}
#: given only to whoever asks by name (RFC 4331 section 2, and ownCloud's own)
ON_REQUEST: dict[str, Getter] = {
    D + 'quota-used-bytes': _quota_used,
    D + 'quota-available-bytes': _quota_available,
    OC + 'checksums': _checksums,
}
PROTECTED = frozenset({*LIVE, *ON_REQUEST})


def described_by(name: str, fields: Container[str]) -> str | None:
    """The element of the description that a property stands for, such as `{urn:x-lantai}author`."""
    key = name.removeprefix(L).replace('-', '_') if name.startswith(L) else ''
    return key if key in fields and name not in PROTECTED else None


def _described(view: View, found: Resource, name: str) -> str | None:
    key = described_by(name, view.gate.call.site.schemas['document'].fields)
    value = getattr(found.node, 'metadata', {}).get(key) if key else None
    return None if value is None else text(str(value))


def dead_properties(found: Resource) -> dict[str, str]:
    """What clients stored beside the resource: name to XML."""
    return getattr(found.node, 'dead_properties', {})


def propstats(view: View, found: Resource, wanted: Propfind) -> str:
    """The propstats of one resource: what was asked for and is there, and what is not."""
    dead = dead_properties(found)
    if wanted.kind == 'propname':
        names = [name for name, getter in {**LIVE, **ON_REQUEST}.items() if getter(view, found) is not None]
        return propstat(''.join(element(name) for name in (*names, *dead)), 200)
    there, missing = [], []
    if wanted.kind == 'allprop':
        there = [
            element(name, value)
            for name, getter in LIVE.items()
            if (value := getter(view, found)) is not None
        ]
        there.extend(dead.values())
    for name in wanted.names:
        if wanted.kind == 'allprop' and (name in LIVE or name in dead):
            continue
        getter = LIVE.get(name) or ON_REQUEST.get(name)
        value = getter(view, found) if getter else _described(view, found, name)
        if value is not None:
            there.append(element(name, value))
        elif name in dead:
            there.append(dead[name])
        else:
            missing.append(element(name))
    parts = propstat(''.join(there), 200) if there or not missing else ''
    return parts + (propstat(''.join(missing), 404) if missing else '')
