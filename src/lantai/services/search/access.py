"""What an actor may see, in the index's terms: classes of documents, and places.

Roles hold at a node and below. Those given on the repository or on a fonds become sets of
classes (a class says its fonds, and so does an object in the inbox); those given deeper down
hold for documents below that container. The policy is asked once per class, never per document.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lantai.services.search.documents import AccessClass
from lantai.services.security.actor import Actor, Grant
from lantai.services.security.permissions import Permission
from lantai.services.security.policy import WAYS, class_visible, permissions
from lantai.store.tree import Repository

#: stands for any maker but the actor; no account can be called so
_SOMEBODY_ELSE = '\0'


@dataclass(frozen=True)
class Zone:
    """Classes seen whoever made the document, and classes seen by its maker, at and below a container.

    `container` is a uid, or None for the whole repository.
    """

    container: str | None
    anyone: frozenset[int]
    own: frozenset[int]


@dataclass(frozen=True)
class Sight:
    """All that an actor may find: zones, and single nodes on the way to what was given to them."""

    maker: str
    zones: tuple[Zone, ...]
    nodes: frozenset[str] = frozenset()


def sight(
    actor: Actor | None,
    repository: Repository,
    classes: Mapping[int, AccessClass],
    permission: Permission = Permission.SEE,
) -> Sight:
    """What `actor` sees of documents of these classes (number to class); or may read the content of."""
    if actor is None:
        return Sight('', ())
    if actor.almighty:
        return Sight(actor.id, (Zone(None, frozenset(classes), frozenset()),))
    everywhere = tuple(grant for grant in actor.grants if grant.node == repository.uid)
    if actor.administrator:
        everywhere += (Grant(actor.administrator, ''),)
    whole = _zone(actor, None, everywhere, repository, classes, permission)
    zones = [whole]
    nodes: set[str] = set()
    for uid in sorted({grant.node for grant in actor.grants} - {repository.uid}):
        target = repository.by_uid(uid)
        if target is None:
            continue
        if permission == Permission.SEE:
            nodes |= {node.uid for node in target.ancestors() if node.type in WAYS}
        if permission in permissions(actor, target):
            nodes.add(uid)
        if target.type != 'fonds':
            above = {node.uid for node in target.ancestors()}
            roles = everywhere + tuple(grant for grant in actor.grants if grant.node in above)
            zone = _zone(actor, uid, roles, repository, classes, permission)
            zones.append(Zone(uid, zone.anyone - whole.anyone, zone.own - whole.own))
    return Sight(actor.id, tuple(zone for zone in zones if zone.anyone or zone.own), frozenset(nodes))


def _zone(
    actor: Actor,
    container: str | None,
    roles: tuple[Grant, ...],
    repository: Repository,
    classes: Mapping[int, AccessClass],
    permission: Permission,
) -> Zone:
    anyone: set[int] = set()
    own: set[int] = set()
    of_fonds: dict[str, tuple[Grant, ...]] = {}
    for number, access in classes.items():
        if access.fonds not in of_fonds:
            node = repository.get(access.fonds) if access.fonds else None
            further = () if node is None else tuple(grant for grant in actor.grants if grant.node == node.uid)
            of_fonds[access.fonds] = roles + further
        here = of_fonds[access.fonds]
        if class_visible(actor, here, _subject(access, _SOMEBODY_ELSE), permission):
            anyone.add(number)
        elif access.own and class_visible(actor, here, _subject(access, actor.id), permission):
            own.add(number)
    return Zone(container, frozenset(anyone), frozenset(own))


def _subject(access: AccessClass, maker: str) -> tuple[str, ...]:
    return (access.type, access.state, access.unit, maker if access.own else '', access.open, access.fonds)
