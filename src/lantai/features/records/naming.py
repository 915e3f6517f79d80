"""A file whose name contradicts what it is, and naming it by what it is (按真实格式处理)."""

from typing import Any

from lantai.base.errors import WrongState
from lantai.base.i18n import _
from lantai.features.records import places, service
from lantai.features.records.media import media_type_of
from lantai.features.records.model import Component, Item, stem
from lantai.services.act import Act
from lantai.services.formats.identify import extension_of


class NothingContradicts(WrongState):
    """The name of the file fits what it is, or nobody knows a better ending."""

    name = 'nothing-contradicts'
    title = _('The name of the file does not contradict its content')


def contradiction(component: Component) -> dict[str, Any] | None:
    """What identification found, where it contradicts the name the file has now; None where it does not."""
    about = component.format or {}
    if about.get('version') != component.version or not about.get('mismatch'):
        return None
    ending = extension_of(component.name)
    return about if about.get('extension', ending) == ending else None


def proper_name(component: Component) -> str:
    """The name with the ending of what the file is; empty when that is not known."""
    proper = (contradiction(component) or {}).get('proper', '')
    return f'{stem(component.name)}.{proper}' if proper else ''


def name_by_content(act: Act, component: Component) -> str:
    """Gives a file the ending of what it is, its record too where that is one file; answers the name.

    Raises NothingContradicts, and what renaming raises.
    """
    about, name = contradiction(component), proper_name(component)
    if about is None or not name:
        raise NothingContradicts()
    item: Item = component.item
    node = item if item.single is component else component
    parent = node.__parent__
    places.rename(act, node, name if name not in parent else service.free_name(parent, name))
    component.media_type = media_type_of(component.name)
    component.format = {**about, 'mismatch': False, 'extension': extension_of(component.name)}
    return component.name
