"""XML bodies that clients send: PROPFIND, PROPPATCH and LOCK, read into plain values.

Elements that are not known are ignored, as RFC 4918 section 17 asks; anything that cannot be read is 400.
Property names are in Clark notation: `{namespace}local`.
"""

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from lantai.base.i18n import _
from lantai.base.safexml import parse
from lantai.doors.dav.errors import BadBody

DAV = '{DAV:}'
LANG = '{http://www.w3.org/XML/1998/namespace}lang'


@dataclass(frozen=True)
class Propfind:
    """What is asked for: `allprop` (and `include`d names beside), `propname`, or `prop` with names."""

    kind: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Instruction:
    """One step of a PROPPATCH: set `name` to the XML text of its element, or (None) remove it."""

    name: str
    xml: str | None
    text: str = ''


@dataclass(frozen=True)
class LockInfo:
    """The lock asked for; `owner` is the XML text of the owner element as given, or empty."""

    exclusive: bool
    owner: str = ''


def parse_propfind(body: bytes) -> Propfind:
    """An empty body means everything. Raises BadBody, Malformed, TooLarge."""
    if not body.strip():
        return Propfind('allprop')
    root = _root(body, 'propfind')
    children = {child.tag: child for child in root}
    wanted = [kind for kind in ('prop', 'propname', 'allprop') if DAV + kind in children]
    if len(wanted) != 1:
        raise BadBody(_('PROPFIND asks for one of prop, propname and allprop'))
    kind = wanted[0]
    source = {'prop': 'prop', 'allprop': 'include'}.get(kind)
    names = tuple(_name(child) for child in children.get(DAV + source, ())) if source else ()
    return Propfind(kind, tuple(dict.fromkeys(names)))


def parse_proppatch(body: bytes) -> tuple[Instruction, ...]:
    """The steps in the order of the document, for they are to be done in that order."""
    root = _root(body, 'propertyupdate')
    steps = []
    for action in root:
        if action.tag not in (DAV + 'set', DAV + 'remove'):
            continue
        for prop in action.iterchildren(DAV + 'prop'):
            for element in prop:
                steps.append(_instruction(element, action.tag == DAV + 'set'))
    if not steps:
        raise BadBody(_('PROPPATCH names no property'))
    return tuple(steps)


def _instruction(element: etree._Element, setting: bool) -> Instruction:
    name = _name(element)
    if not setting:
        return Instruction(name, None)
    return Instruction(name, standalone(element), ''.join(element.itertext()).strip())


def parse_lockinfo(body: bytes) -> LockInfo | None:
    """The lock asked for; None for an empty body, which refreshes a lock."""
    if not body.strip():
        return None
    root = _root(body, 'lockinfo')
    scope, kind = root.find(DAV + 'lockscope'), root.find(DAV + 'locktype')
    if scope is None or kind is None or kind.find(DAV + 'write') is None:
        raise BadBody(_('LOCK names its scope and its type, and the type is write'))
    exclusive = scope.find(DAV + 'exclusive') is not None
    if exclusive == (scope.find(DAV + 'shared') is not None):
        raise BadBody(_('LOCK is either exclusive or shared'))
    owner = root.find(DAV + 'owner')
    return LockInfo(exclusive, standalone(owner) if owner is not None else '')


def standalone(element: etree._Element) -> str:
    """The element as XML text that can stand anywhere: its namespaces and language on itself."""
    language = next((parent.get(LANG) for parent in element.iterancestors() if parent.get(LANG)), None)
    copy = deepcopy(element)
    copy.tail = None
    if language and copy.get(LANG) is None:
        copy.set(LANG, language)
    # what only the ancestors needed is not carried along
    etree.cleanup_namespaces(copy, keep_ns_prefixes=[prefix for prefix in copy.nsmap if prefix])
    return etree.tostring(copy, encoding='unicode', with_tail=False)


def _root(body: bytes, name: str) -> etree._Element:
    root = parse(body)
    if root.tag != DAV + name:
        raise BadBody(_('The body is not a ${name} element', mapping={'name': name}))
    return root


def _name(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        raise BadBody(_('The body of the request cannot be understood'))
    return element.tag
