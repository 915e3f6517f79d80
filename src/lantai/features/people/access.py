"""Who has access to a node, and why; and what would change if a role were given or taken back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lantai.base.errors import Forbidden
from lantai.features.people.service import get_person
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.actor import Actor, Grant
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission, Role
from lantai.services.security.rules import shipped_table
from lantai.store.tree import Node, Repository

#: who may do one of these somewhere keeps the records there, and may ask who reads them
_KEEPING = frozenset(
    {
        Permission.ARRANGE,
        Permission.UNFILE,
        Permission.FILE,
        Permission.EXCLUDE,
        Permission.INCLUDE,
        Permission.CREATE_SERIES,
    }
)


@dataclass(frozen=True)
class Ground:
    """One reason: a role, the node it was given on, and the unit it is for (None for all)."""

    role: str
    path: str
    title: str
    inherited: bool
    unit: str | None


@dataclass(frozen=True)
class Scope:
    """Which filed records below a node somebody reads: of one unit, only opened ones, or all of them."""

    unit: str = ''
    only_open: bool = False


@dataclass(frozen=True)
class Access:
    """What one person may do with a node, which filed records they read there, and why."""

    person: str
    name: str
    fonds: str
    unit: str
    permissions: frozenset[Permission]
    reads: tuple[Scope, ...]
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Cell:
    """What a role may do with an item in one state: (qualifier, permissions) each."""

    state: str
    clauses: tuple[tuple[str, tuple[Permission, ...]], ...]


def who_may(
    act: Act,
    node: Node,
    *,
    given: tuple[str, Grant] | None = None,
    taken: tuple[str, Grant] | None = None,
) -> list[Access]:
    """Everybody with access to `node`, by name of account; as if a role named were given or taken.

    For who gives roles there, and for who keeps the records. Raises NotFound, Forbidden, NoSuchPerson.
    """
    allowed = policy.permissions(act.actor, node)
    policy.require(act, Permission.SEE, node)
    if Permission.MANAGE_ROLES not in allowed and not allowed & _KEEPING:
        raise Forbidden()
    found = []
    for id in sorted(_candidates(act.repository, node) | ({given[0]} if given else set())):
        person = get_person(act, id)
        if person.disabled:
            continue
        actor = person.actor()
        if given is not None and given[0] == id and given[1] not in actor.grants:
            actor = replace(actor, grants=(*actor.grants, given[1]))
        if taken is not None and taken[0] == id:
            actor = replace(actor, grants=tuple(each for each in actor.grants if each != taken[1]))
        access = _access(act.repository, actor, node)
        if access.grounds and Permission.SEE in access.permissions:
            found.append(access)
    return found


def rights_of(role: Role) -> tuple[Cell, ...]:
    """The row of a role in the table "who may what", state by state."""
    return tuple(
        Cell(state, tuple((clause.qualifier, _ordered(clause.permissions)) for clause in by_role[role]))
        for (kind, state), by_role in shipped_table().items()
        if kind == 'item' and role in by_role
    )


def _ordered(permissions: frozenset[Permission]) -> tuple[Permission, ...]:
    return tuple(each for each in Permission if each in permissions)


def _candidates(repository: Repository, node: Node) -> set[str]:
    """Accounts with a role on the node or above it; of the fonds, for what lies in the inbox."""
    return {id for place in _places(repository, node) for id, _grant in people_of(repository).on_node(place)}


def _places(repository: Repository, node: Node) -> Iterator[Node]:
    yield from node.ancestors()
    fonds = repository.get(node.subject()[5]) if node.subject()[5] else None
    if fonds is not None and fonds not in tuple(node.ancestors()):
        yield fonds


def _access(repository: Repository, actor: Actor, node: Node) -> Access:
    places = {place.uid: place for place in _places(repository, node)}
    grounds, reads = [], []
    for grant in actor.grants:
        place = places.get(grant.node)
        if place is None:
            continue
        alone = replace(actor, grants=(grant,), administrator='')
        if Permission.SEE not in policy.permissions(alone, node):
            continue
        grounds.append(Ground(grant.role, place.path, place.title, place is not node, grant.unit))
        reads += [scope for scope in _scopes(actor, grant) if scope not in reads]
    if Scope() in reads:
        reads = [Scope()]
    permissions = policy.permissions(replace(actor, administrator=''), node)
    return Access(actor.id, actor.name, actor.fonds, actor.unit, permissions, tuple(reads), tuple(grounds))


def _scopes(actor: Actor, grant: Grant) -> Iterator[Scope]:
    for clause in shipped_table().get(('item', 'filed'), {}).get(grant.role, ()):
        if Permission.READ not in clause.permissions:
            continue
        if clause.qualifier == 'open':
            yield Scope(grant.unit or '', only_open=True)
        elif clause.qualifier == 'unit':
            yield Scope(grant.unit or actor.unit)
        else:
            yield Scope(grant.unit or '')
