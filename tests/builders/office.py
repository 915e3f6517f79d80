"""A small office to test with: two bodies, units, a few series, one person for each role."""

from lantai.features.records.model import Fonds, Series
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.security.actor import Grant
from lantai.services.security.people import Person, people_of
from lantai.store.contents import Received
from lantai.store.tree import Container

#: password of every person
PASSWORD = 'office-password-1'

#: person -> (fonds, unit, role, unit of the role)
PEOPLE = {
    'clerk': ('Z109', 'BGS', 'contributor', None),
    'clerk2': ('Z109', 'BGS', 'contributor', None),
    'jjc_clerk': ('Z109', 'JJC', 'contributor', None),
    'unitarchivist': ('Z109', 'BGS', 'unit_archivist', 'BGS'),
    'manager': ('Z109', 'BGS', 'manager', 'BGS'),
    'jjc_manager': ('Z109', 'JJC', 'manager', 'JJC'),
    'archivist': ('Z109', 'BGS', 'archivist', None),
    'appraiser': ('Z109', 'BGS', 'appraiser', None),
    'leader': ('Z109', 'BGS', 'leader', None),
    'supervisor1': ('Z109', 'BGS', 'supervisor', None),
    'reader': ('Z109', 'JJC', 'reader', None),
    'outsider': ('Z110', 'BGS', 'contributor', None),
}
ADMINISTRATORS = ('sysadmin', 'security', 'auditor')
UNITS = {'BGS': '办公室', 'JJC': '经济发展处'}


def make_office(act: Act) -> None:
    """Fills an empty repository. Series: Z109/WS/2026/{D30,D10,Y}/{BGS,JJC}, those of BGS open."""
    for code, title in (('Z109', '保税区管理局'), ('Z110', '港务局')):
        fonds = factory.create(act, act.repository, 'fonds', code, title=title)
        fonds.units = {unit: {'title': name, 'aliases': (), 'closed': False} for unit, name in UNITS.items()}
        category = _series(act, fonds, 'WS', '文书', category='WS')
        year = _series(act, category, '2026', '2026', year=2026)
        for period, name in (('D30', '30年'), ('D10', '10年'), ('Y', '永久')):
            level = _series(act, year, period, name, period=period)
            for unit, title in UNITS.items():
                _series(act, level, unit, title, unit=unit, open=unit == 'BGS')
    _people(act)


def _series(act: Act, parent: Container, name: str, title: str, **values: object) -> Series:
    return factory.create(act, parent, 'series', name, title=title, **values)


def _people(act: Act) -> None:
    people = people_of(act.repository)
    password = act.site.doorkeeper.passwords.hash(PASSWORD)
    for id, (fonds, unit, role, for_unit) in PEOPLE.items():
        person = Person(id, act.clock.now())
        person.fonds, person.unit, person.password_hash = fonds, unit, password
        people.add(person)
        node: Fonds = act.repository[fonds]
        people.grant(person, Grant(role, node.uid, for_unit))
    for id in ADMINISTRATORS:
        person = Person(id, act.clock.now())
        person.administrator, person.password_hash = id, password
        people.add(person)


def body(act: Act, data: bytes = b'%PDF-1.4 a body') -> Received:
    """A body as a door would have received it."""
    return act.site.contents.receive([data])
