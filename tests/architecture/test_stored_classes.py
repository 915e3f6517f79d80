"""What the object database remembers by name can still be found by that name.

A stored object names its class by module and class name. Renaming or moving a class without leaving the old
name behind would make every repository unreadable, so each name ever shipped stands in stored_classes.txt
and stays there.
"""

from __future__ import annotations

import importlib
import pickle
from pathlib import Path

import pytest
from persistent import Persistent

from lantai.store.tree import Node
from tests.architecture.complaints import nothing_in
from tests.architecture.pickles import classes_in, named_in
from tests.architecture.source import modules

LIST = Path(__file__).with_name('stored_classes.txt')


def _listed() -> list[str]:
    lines = LIST.read_text('utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def _below(parent: type) -> set[type]:
    children = set(parent.__subclasses__())
    return children | {grandchild for child in children for grandchild in _below(child)}


def persistent_classes() -> set[str]:
    """Every persistent class of the program, as `module:Class`; imports all of it."""
    for module in modules():
        importlib.import_module(module.name)
    return {
        f'{found.__module__}:{found.__qualname__}'
        for found in _below(Persistent)
        if found.__module__.split('.')[0] == 'lantai'
    }


def load(name: str) -> type:
    """The class stored under a name. Raises ImportError or AttributeError when nothing answers to it."""
    module, _, attribute = name.partition(':')
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize('name', _listed())
def test_a_stored_name_is_still_answered(name):
    assert isinstance(load(name), type)


def test_every_persistent_class_is_on_the_list():
    nothing_in(
        f'{name}: add it to tests/architecture/stored_classes.txt'
        for name in persistent_classes() - set(_listed())
    )


def test_every_class_of_a_real_repository_is_on_the_list(site):
    """Values that are no persistent objects are stored by name, too: rows, grants, kinds."""
    nothing_in(
        f'{name}: add it to tests/architecture/stored_classes.txt'
        for name in set(classes_in(site.database.db.storage)) - set(_listed())
    )


def test_the_names_in_a_record_are_found():
    assert named_in(pickle.dumps(Node, 2) + pickle.dumps({'a': Path, 'b': [Path, Node]}, 4)) == {
        'lantai.store.tree:Node',
        'pathlib:Path',
    }


def test_no_persistent_class_hides_inside_another():
    nothing_in(name for name in persistent_classes() if '.' in name.partition(':')[2])


def test_the_list_is_in_order():
    assert _listed() == sorted(set(_listed()))


def test_a_name_nobody_answers_to_is_noticed():
    with pytest.raises(AttributeError):
        load('lantai.store.tree:NeverWas')
