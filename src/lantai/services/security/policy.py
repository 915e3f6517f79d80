"""The one policy: what an actor may do with a node, for all doors alike.

Roles are read from the actor's grants and the node's place; nothing about people is stored on
nodes, so that giving a role on a fonds of a million items changes nothing but the person.
"""

from collections.abc import Callable, Iterable
from typing import Any

from lantai.base.errors import Forbidden, NotFound
from lantai.services.security.actor import Actor, Grant
from lantai.services.security.permissions import Permission
from lantai.services.security.rules import shipped_table
from lantai.store.tree import WITHIN, ClassKey, Container, Node, Repository

#: every permission, for whoever may open the data folder
ALL = frozenset(Permission)
#: kinds of containers that a person passes through on the way to what was given to them
WAYS = ('repository', 'fonds', 'series', 'file')


def repository_of_node(node: Node) -> Repository:
    """The top of the tree a node is in."""
    *_rest, top = node.ancestors()
    return top


def permissions(actor: Actor | None, node: Node) -> frozenset[Permission]:
    """All that `actor` may do with `node`; the state of the tree may still forbid some of it."""
    if actor is None:
        return frozenset()
    if actor.almighty:
        return ALL
    allowed = _allowed(actor, _roles_at(actor, node), node.subject())
    if node.type == 'repository':
        allowed |= {Permission.SEE, Permission.SIGNED_IN}
    elif Permission.SEE not in allowed and node.type in WAYS and _leads_to_grant(actor, node):
        allowed |= {Permission.SEE}
    return allowed


def permissions_as(actor: Actor, node: Node, subject: ClassKey) -> frozenset[Permission]:
    """The permissions at a node's place, as if what they depend on were `subject`."""
    return ALL if actor.almighty else _allowed(actor, _roles_at(actor, node), subject)


def sees(actor: Actor | None, node: Node) -> bool:
    """Whether the node exists for this actor."""
    return Permission.SEE in permissions(actor, node)


def require(act: Any, permission: Permission, node: Node) -> None:
    """Raises NotFound when the node is hidden from the actor, Forbidden when it is only forbidden."""
    allowed = permissions(act.actor, node)
    if Permission.SEE not in allowed:
        raise NotFound()
    if permission not in allowed:
        raise Forbidden()


def visible(actor: Actor | None, container: Container) -> Callable[[ClassKey], bool]:
    """Tells for the classes of a container's children which of them the actor sees."""
    if actor is not None and actor.almighty:
        return lambda _class_key: True
    if actor is None:
        return lambda _class_key: False
    repository = repository_of_node(container)
    # what lies in the inbox is of several bodies: roles in one of them show nothing of another
    here = _roles_above(actor, container)

    def sees_class(class_key: ClassKey) -> bool:
        if class_key == WITHIN:
            return sees(actor, container)
        if class_key[0] == 'node':
            child = repository.by_uid(class_key[1])
            return child is not None and sees(actor, child)
        return class_visible(actor, _with_fonds(actor, here, repository, class_key[5]), class_key)

    return sees_class


def class_visible(
    actor: Actor, roles: Iterable[Grant], class_key: ClassKey, permission: Permission = Permission.SEE
) -> bool:
    """Whether children of a class are seen (read, ...) by an actor with these roles at their container."""
    return permission in _allowed(actor, roles, class_key)


def _roles_at(actor: Actor, node: Node) -> tuple[Grant, ...]:
    # the inbox belongs to no body: there people have the roles they have in their own
    fonds = actor.fonds if node.type == 'inbox' else node.subject()[5]
    return _with_fonds(actor, _roles_above(actor, node), repository_of_node(node), fonds)


def _roles_above(actor: Actor, node: Node) -> tuple[Grant, ...]:
    """The roles given on the node or on what holds it, and the office of an administrator."""
    chain = {ancestor.uid for ancestor in node.ancestors()}
    roles = tuple(grant for grant in actor.grants if grant.node in chain)
    return (*roles, Grant(actor.administrator, '')) if actor.administrator else roles


def _with_fonds(
    actor: Actor, roles: tuple[Grant, ...], repository: Repository, fonds: str
) -> tuple[Grant, ...]:
    """The roles, and those on the fonds that something in the inbox belongs to."""
    node = repository.get(fonds) if fonds else None
    if node is None:
        return roles
    return roles + tuple(grant for grant in actor.grants if grant.node == node.uid and grant not in roles)


def _allowed(actor: Actor, roles: Iterable[Grant], subject: ClassKey) -> frozenset[Permission]:
    kind, state = subject[0], subject[1]
    table = shipped_table()
    by_role = table.get((kind, state)) or table.get((kind, ''), {})
    allowed: set[Permission] = set()
    for grant in roles:
        for clause in by_role.get(grant.role, ()):
            if _holds(clause.qualifier, actor, grant, subject):
                allowed |= clause.permissions
    return frozenset(allowed)


def _holds(qualifier: str, actor: Actor, grant: Grant, subject: ClassKey) -> bool:
    kind, _state, unit, maker, openness, fonds = subject
    if grant.unit and unit and unit != grant.unit:
        return False
    if qualifier == 'own':
        return maker == actor.id
    if qualifier == 'unit':
        if not unit:
            # a series or volume of no unit belongs to all; an item or folder always has one
            return kind in WAYS
        return unit == grant.unit if grant.unit else (fonds, unit) == (actor.fonds, actor.unit)
    if qualifier == 'open':
        return openness == 'open'
    return True


def _leads_to_grant(actor: Actor, node: Node) -> bool:
    repository = repository_of_node(node)
    for grant in actor.grants:
        target = repository.by_uid(grant.node)
        if target is not None and any(ancestor is node for ancestor in target.ancestors()):
            return True
    return False
