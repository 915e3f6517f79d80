"""Every role, given anywhere: the index shows what the policy shows, no more and no less, also in figures."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from lantai.features.records import deposit, lookup, service
from lantai.features.searching.service import search
from lantai.services.search import operation
from lantai.services.search.documents import document_of
from lantai.services.search.listing import children, items_below
from lantai.services.search.query import Query
from lantai.services.security import policy
from lantai.services.security.actor import Actor, Grant
from lantai.services.security.permissions import Role
from tests.builders.office import body

PLACES = (
    (),
    ('Z109',),
    ('Z109', 'WS'),
    ('Z109', 'WS', '2026', 'D30'),
    ('Z109', 'WS', '2026', 'D30', 'BGS'),
    ('Z110',),
)
FOLDER = ('收集', '来文')
STATES = ('draft', 'submitted', 'approved', 'excluded', 'filed')
PERSON = Actor('someone', fonds='Z109', unit='JJC')


@pytest.fixture
def full(site, acting):
    """Records of two units and two bodies in every state, in the archive and in the inbox; some are open."""
    with acting('clerk') as act:
        service.create(act, lookup.find(act, ('收集',)), 'folder', name='来文', title='来文')
    with acting('machine') as act:
        number = itertools.count()
        for place in (*PLACES[3:], FOLDER, ('收集',)):
            container = lookup.find(act, place)
            if hasattr(container, 'open'):
                container.open = True
            for state, unit, maker in itertools.product(STATES, ('BGS', 'JJC'), ('clerk', 'someone')):
                if container.type == 'fonds':
                    continue
                item = deposit.put(act, container, f'检查{next(number)}.txt', body(act)).node
                item.state, item.unit, item.creator = state, unit, maker
                item.fonds_code = 'Z110' if state == 'excluded' and place[0] == '收集' else 'Z109'
                if unit == 'BGS' and maker == 'clerk':
                    item.access = {**item.access, 'openness': 'open'}
                item.touch(act.clock)
    operation.bring_up(site)
    return site


def check(act, nodes) -> None:
    """The index against the policy, node by node."""
    said = act.actor.grants
    visible = {node.uid for node in nodes if policy.sees(act.actor, node)}
    items = [node for node in nodes if node.type == 'item' and node.uid in visible]
    everything = search(act, Query(limit=500))
    assert {hit.node.uid for hit in everything.hits} == visible, said
    assert everything.exactly == len(visible), said
    for state in STATES:
        here = [node.uid for node in items if node.state == state]
        assert everything.facets.get('state', {}).get(state, 0) == len(here), said
        assert search(act, Query(state=state)).exactly == len(here), said
    found = search(act, Query(text='检查', limit=500))
    assert {hit.node.uid for hit in found.hits} == {node.uid for node in items}, said
    assert found.exactly == len(items), said
    assert search(act, Query(text='检查', maker='someone')).exactly == len(
        [node for node in items if node.creator == 'someone']
    )
    containers = [node for node in nodes if node.type in ('fonds', 'series', 'folder')]
    below = items_below(act, containers)
    for container in containers:
        inside = [node for node in items if container in node.ancestors()]
        assert below.get(container.uid, 0) == len(inside), (said, container.path)
        direct = [node for node in items if node.__parent__ is container]
        listing = children(act, container, Query(sort='title', type='item', limit=500))
        assert listing.total == len(listing.nodes) == len(direct), (said, container.path)


def test_every_role_on_every_place_for_every_unit(full):
    with full.reading() as act:
        nodes = [node for node in act.repository.objects.values() if document_of(node) is not None]
        places = [lookup.find(act, place) for place in (*PLACES, FOLDER)]
        grants = [Grant(role, node.uid, unit) for role in Role for node in places for unit in (None, 'BGS')]
        for grant in grants:
            check(replace(act, actor=replace(PERSON, grants=(grant,))), nodes)


def test_several_roles_together_and_none_at_all(full):
    with full.reading() as act:
        nodes = [node for node in act.repository.objects.values() if document_of(node) is not None]
        places = [lookup.find(act, place) for place in (*PLACES, FOLDER)]
        series, folder = places[4], places[-1]
        for roles in (
            (),
            (Grant('contributor', places[1].uid), Grant('archivist', series.uid)),
            (
                Grant('reader', places[0].uid),
                Grant('manager', places[3].uid, 'BGS'),
                Grant('archivist', folder.uid),
            ),
            (Grant('unit_archivist', places[1].uid, 'BGS'), Grant('contributor', places[1].uid)),
            (Grant('archivist', 'no such node'),),
        ):
            check(replace(act, actor=replace(PERSON, grants=roles)), nodes)
        for office in ('sysadmin', 'security', 'auditor'):
            check(replace(act, actor=replace(PERSON, administrator=office)), nodes)
