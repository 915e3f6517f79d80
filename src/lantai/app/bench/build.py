"""Making the repository of the load test, through the same use cases that people's requests run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from lantai.app.bench import corpus
from lantai.app.bench.corpus import Described
from lantai.app.opening import opened
from lantai.features.records import service
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.sealer import seal_all
from lantai.services.search import operation
from lantai.services.security.actor import SYSTEM, Grant
from lantai.services.security.people import Person, people_of
from lantai.services.security.sessions import sessions_of
from lantai.services.security.tokens import TokenKind, tokens_of
from lantai.services.settings import Settings
from lantai.services.site import Site
from lantai.store.folder import DataFolder
from lantai.store.tree import Container

#: records made in one transaction
BATCH = 250
#: who asks: somebody who sees all of it, a contributor who sees little, and one with roles deep down
EVERYTHING, LITTLE, DEEP = 'bench-archivist', 'z103-cwc-3', 'bench-deep'
#: the roles of that one: role, names from the top
DEEP_ROLES = (('archivist', ('Z103', 'WS', '2024')), ('unit_archivist', ('Z102', 'WS', '2025', 'D30', 'BGS')))

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Built:
    """How long it took, in seconds, and how three people are signed in."""

    records: int
    load_seconds: float
    index_seconds: float
    cookies: dict[str, str]
    #: an API token of the first of them
    token: str


def build(folder: DataFolder, number: int, seed: int, progress: Progress) -> Built:
    """A repository with `number` described records; always the same ones for a seed."""
    with opened(folder, Settings(), create=True) as site:
        site.transact(_office)
        begun = time.perf_counter()
        _load(site, number, seed, progress)
        loaded = time.perf_counter() - begun
        begun = time.perf_counter()
        seal_all(site.database, site.keys, site.clock, folder.run)
        operation.rebuild(site, SYSTEM)
        indexed = time.perf_counter() - begun
        cookies, token = site.transact(_sign_in)
    return Built(number, loaded, indexed, cookies, token)


def _office(act: Act) -> None:
    for code in corpus.FONDS:
        fonds = factory.create(act, act.repository, 'fonds', code, title=f'{code} 单位')
        fonds.units = {
            unit: {'title': title, 'aliases': (), 'closed': False} for unit, title in corpus.UNITS.items()
        }
        category = factory.create(act, fonds, 'series', 'WS', title='文书', category='WS')
        for year in corpus.YEARS:
            by_year = factory.create(act, category, 'series', str(year), title=str(year), year=year)
            for period, title in corpus.PERIODS.items():
                by_period = factory.create(act, by_year, 'series', period, title=title, period=period)
                for unit, name in corpus.UNITS.items():
                    factory.create(act, by_period, 'series', unit, title=name, unit=unit, open=True)
    for id, fonds, unit in corpus.makers():
        _take_on(act, id, fonds, unit, [Grant('contributor', act.repository[fonds].uid, None)])
    everywhere = [Grant('archivist', act.repository[fonds].uid, None) for fonds in corpus.FONDS]
    _take_on(act, EVERYTHING, corpus.FONDS[0], 'BGS', everywhere)
    deep = [Grant(role, _at(act, names).uid, None) for role, names in DEEP_ROLES]
    _take_on(act, DEEP, corpus.FONDS[2], 'RSC', deep)


def _at(act: Act, names: tuple[str, ...]) -> Container:
    node: Container = act.repository
    for name in names:
        node = node[name]
    return node


def _take_on(act: Act, id: str, fonds: str, unit: str, grants: list[Grant]) -> None:
    person = Person(id, act.clock.now())
    person.fonds, person.unit = fonds, unit
    people = people_of(act.repository)
    people.add(person)
    for grant in grants:
        people.grant(person, grant)


def _load(site: Site, number: int, seed: int, progress: Progress) -> None:
    with site.database.reading() as repository:
        actors = {id: people_of(repository).actor(id) for id, _fonds, _unit in corpus.makers()}
    coming, done = corpus.records(number, seed), 0
    # one person's records at a time, as they come in
    while batch := list(islice(coming, BATCH)):
        by_maker: dict[str, list[Described]] = {}
        for each in batch:
            by_maker.setdefault(each.maker, []).append(each)

        def make(act: Act, by_maker: dict[str, list[Described]] = by_maker) -> None:
            for maker, theirs in by_maker.items():
                own = Act(act.repository, actors[maker], act.clock, act.site, act.manager, act.door)
                for each in theirs:
                    service.create(own, _series(act, each), 'item', name=each.name, metadata=each.metadata)

        site.transact(make)
        done += len(batch)
        progress(done, number)


def _series(act: Act, each: Described) -> Container:
    fonds, year, period, unit = each.place
    return _at(act, (fonds, 'WS', str(year), period, unit))


def _sign_in(act: Act) -> tuple[dict[str, str], str]:
    """Sessions as the form would have begun them; nobody's password is typed at a load test."""
    found = {}
    for id in (EVERYTHING, LITTLE, DEEP):
        person = people_of(act.repository).get(id)
        _session, found[id] = sessions_of(act.repository).start(
            id, person.credentials_version, act.clock.now(), act.site.doorkeeper.lifetimes
        )
    _token, text = tokens_of(act.repository).create(EVERYTHING, TokenKind.API, 'bench', act.clock.today())
    return found, text
