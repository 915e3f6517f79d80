"""A package imports only from the floors below it; the order of the rooms is in floors.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.complaints import nothing_in
from tests.architecture.source import SOURCE, Import, Module, imports, module_at, modules

TABLE = Path(__file__).with_name('floors.toml')
#: below every floor: the version, and what a deployer edits
FOUNDATION = ('lantai', 'lantai.config', 'lantai.templates')


@dataclass(frozen=True)
class Place:
    """Where a room lies."""

    floor: int
    rank: int
    room: str
    floor_name: str
    ordered: bool


class Building:
    """The floors, as the table has them."""

    def __init__(self, text: str) -> None:
        self.floors = tomllib.loads(text)['floor']
        self.places = {
            f'lantai.{room}': Place(level, rank, room, floor['name'], floor.get('ordered', False))
            for level, floor in enumerate(self.floors)
            for rank, room in enumerate(floor['rooms'])
        }

    def place_of(self, name: str) -> Place | None:
        """The room a module or one of its names belongs to; the longest name that fits."""
        while name:
            if name in self.places:
                return self.places[name]
            name = name.rpartition('.')[0]
        return None

    def objection(self, module: Module, found: Import) -> str:
        """Why this import may not be; empty when it may."""
        here = self.place_of(module.name)
        where = f'{module.place}:{found.line}'
        if here is None:
            return ''  # test_every_package_has_its_place speaks of it
        outside = found.target.split('.')[0]
        if outside in self.floors[here.floor].get('never', ()):
            return f'{where}: {here.floor_name} may not know {outside} (imports {found.target})'
        if outside != 'lantai':
            return ''
        there = self.place_of(found.target)
        if there is None:
            if _of_the_foundation(found.target) or not (SOURCE / Path(*found.target.split('.'))).is_dir():
                return ''
            return f'{where}: imports the whole of {found.target}; name the room'
        if there.room == here.room or there.floor < here.floor:
            return ''
        if there.floor > here.floor:
            return f'{where}: {here.room} imports {found.target}, which is upstairs ({there.floor_name})'
        if found.for_types or (here.ordered and there.rank < here.rank):
            return ''
        why = f'the table puts {there.room} after it' if here.ordered else 'rooms of this floor are strangers'
        return f'{where}: {here.room} imports {found.target} sideways: {why}'


def _of_the_foundation(target: str) -> bool:
    return (
        target in FOUNDATION
        or any(target.startswith(name + '.') for name in FOUNDATION[1:])
        or (target.count('.') == 1 and target.split('.')[1].startswith('__'))
    )


BUILDING = Building(TABLE.read_text('utf-8'))


def objections(found: Iterable[Module]) -> list[str]:
    """What is wrong with the imports of these modules, a line each."""
    said = (BUILDING.objection(module, one) for module in found for one in imports(module))
    return sorted({line for line in said if line})


def test_no_package_imports_from_above_or_beside_it():
    nothing_in(objections(modules()))


def test_every_package_has_its_place_in_the_table():
    homeless = {
        module.place
        for module in modules()
        if BUILDING.place_of(module.name) is None and not _is_bare_floor(module)
    }
    nothing_in(homeless)


def test_the_table_names_nothing_that_is_not_there():
    there = {module.name for module in modules()}
    nothing_in(f'{name} is in floors.toml only' for name in BUILDING.places if name not in there)


def _is_bare_floor(module: Module) -> bool:
    """`lantai`, `lantai.services`: packages that only hold rooms."""
    return module.is_package and module.name in {
        'lantai',
        *(f'lantai.{floor["name"]}' for floor in BUILDING.floors),
    }


@pytest.mark.parametrize(
    ('place', 'statement', 'complaint'),
    [
        ('base/x.py', 'from lantai.store.tree import Node', 'upstairs'),
        ('base/x.py', 'import persistent', 'may not know persistent'),
        ('services/content/x.py', 'from pyramid.httpexceptions import HTTPFound', 'may not know pyramid'),
        ('services/eventlog/x.py', 'from lantai.services.workflow.engine import transition', 'sideways'),
        ('services/eventlog/x.py', 'from ..workflow import engine', 'sideways'),
        ('services/eventlog/x.py', 'from lantai.services import workflow', 'sideways'),
        ('services/act.py', 'from lantai.services.site import Site', 'sideways'),
        ('features/records/x.py', 'def f():\n    from lantai.features.filing import service', 'sideways'),
        ('doors/api/x.py', 'from lantai.doors.dav import paths', 'strangers'),
        ('web/x.py', 'import lantai.features', 'whole of lantai.features'),
        ('store/x.py', 'if TYPE_CHECKING:\n    from lantai.services.act import Act', 'upstairs'),
    ],
)
def test_a_forbidden_import_is_found(place, statement, complaint):
    module = Module('lantai.' + place[:-3].replace('/', '.'), SOURCE / 'lantai' / place, statement)
    said = objections([module])
    assert len(said) == 1
    assert complaint in said[0]


@pytest.mark.parametrize(
    ('place', 'statement'),
    [
        ('store/x.py', 'from lantai.base.ids import new_uid'),
        ('base/x.py', 'from . import ids'),
        ('doors/api/x.py', 'from lantai.features.filing import service'),
        ('features/filing/x.py', 'from lantai.features.records.model import Item'),
        ('services/act.py', 'if TYPE_CHECKING:\n    from lantai.services.site import Site'),
        ('app/x.py', 'from lantai import __version__'),
    ],
)
def test_a_lawful_import_is_left_alone(place, statement):
    module = Module('lantai.' + place[:-3].replace('/', '.'), SOURCE / 'lantai' / place, statement)
    assert objections([module]) == []


def test_a_module_knows_its_name(tmp_path):
    (tmp_path / 'lantai').mkdir()
    (tmp_path / 'lantai' / '__init__.py').write_text('')
    assert module_at(tmp_path / 'lantai' / '__init__.py', tmp_path).name == 'lantai'
