"""Several file at once into one series on a real FileStorage: no gap, no number twice. And a kill in the
middle."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ZODB.FileStorage import FileStorage

from lantai.app.opening import build_site
from lantai.app.rooms import install_missing
from lantai.base.clock import SystemClock
from lantai.features.filing import service
from lantai.features.filing.code import parse
from lantai.features.filing.errors import BatchRefused
from lantai.features.filing.manifest import verify_manifest
from lantai.features.filing.model import Counter, batches_of
from lantai.features.records.service import transition
from lantai.services.security.actor import machine_user
from lantai.services.security.people import people_of
from lantai.services.site import Site
from lantai.store.database import Database
from lantai.store.folder import DataFolder
from lantai.store.tree import Repository
from tests.builders.filing import add_schedule, approved
from tests.builders.office import make_office
from tests.builders.sites import CHEAP

MACHINE = machine_user('test')


def durable_site(path: Path) -> Site:
    """The small office in files."""
    folder = DataFolder(path)
    new = not folder.exists()
    folder.create()
    clock = SystemClock()
    site = build_site(folder, CHEAP, Database(FileStorage(str(folder.objects / 'Data.fs'))), clock)
    if new:
        site.database.initialise(lambda: Repository('测试', clock))
        site.keys.ensure()
        site.database.transact(lambda repository, _manager: install_missing(repository))
        site.transact(make_office, MACHINE)
        site.transact(add_schedule, MACHINE)
    return site


@pytest.fixture
def durable(tmp_path):
    site = durable_site(tmp_path / 'data')
    yield site
    site.close()


def archivist(site: Site):
    with site.database.reading() as repository:
        return people_of(repository).actor('archivist')


def make(site: Site, *titles: str, **more: object) -> list[str]:
    return site.transact(lambda act: [approved(act, title, **more).uid for title in titles], MACHINE)


def given_numbers(site: Site) -> list[int]:
    with site.reading(MACHINE) as act:
        return sorted(parse(code).number for code in batches_of(act.repository).codes)


def together(jobs) -> list[BaseException]:
    """Run them in threads that start at once; what they raised."""
    barrier, failures = threading.Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            job()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


def test_single_records_filed_at_once_get_every_number_once(durable):
    actor = archivist(durable)
    uids = make(durable, *(f'件{n}' for n in range(24)))

    def file(chosen):
        for uid in chosen:
            durable.transact(
                lambda act, uid=uid: transition(act, act.repository.by_uid(uid), 'file') and None, actor
            )

    failures = together([lambda chosen=uids[n::4]: file(chosen) for n in range(4)])
    assert failures == []
    assert given_numbers(durable) == list(range(1, 25))
    with durable.reading(MACHINE) as act:
        for uid in uids:
            assert verify_manifest(act, act.repository.by_uid(uid)) == []


def test_batches_confirmed_at_once_keep_their_numbers_together(durable):
    actor = archivist(durable)
    batch_ids = []
    for group in range(4):
        uids = make(durable, *(f'批{group}件{n}' for n in range(5)))
        batch_ids.append(
            durable.transact(
                lambda act, uids=uids: (
                    service.open_batch(
                        act, act.repository['Z109'], '', [act.repository.by_uid(uid) for uid in uids]
                    ).id
                ),
                actor,
            )
        )

    def confirm(batch_id):
        durable.transact(lambda act: service.confirm(act, service.find(act, batch_id)) and None, actor)

    assert together([lambda id=id: confirm(id) for id in batch_ids]) == []
    assert given_numbers(durable) == list(range(1, 21))
    with durable.reading(actor) as act:
        for batch_id in batch_ids:
            items = service.items_of(act, service.find(act, batch_id))
            numbers = [parse(item.reference_code).number for item in items]
            assert numbers == list(range(numbers[0], numbers[0] + 5))


def test_a_refused_one_among_many_leaves_no_gap(durable):
    actor = archivist(durable)
    good = make(durable, *(f'件{n}' for n in range(9)))
    bad = make(durable, *(f'空{n}' for n in range(3)), content=b'')

    def file(uid):
        durable.transact(lambda act: transition(act, act.repository.by_uid(uid), 'file') and None, actor)

    failures = together(
        [lambda chosen=(good[n::3], bad[n]): [file(uid) for uid in (*chosen[0], chosen[1])] for n in range(3)]
    )
    assert len(failures) == 3
    assert given_numbers(durable) == list(range(1, 10))


def test_the_same_batch_confirmed_twice_at_once_is_filed_once(durable):
    actor = archivist(durable)
    uids = make(durable, '甲', '乙')
    batch_id = durable.transact(
        lambda act: (
            service.open_batch(
                act, act.repository['Z109'], '', [act.repository.by_uid(uid) for uid in uids]
            ).id
        ),
        actor,
    )

    def confirm():
        durable.transact(lambda act: service.confirm(act, service.find(act, batch_id)) and None, actor)

    failures = together([confirm, confirm, confirm])
    assert [type(failure).__name__ for failure in failures] == ['BatchIsFiled', 'BatchIsFiled']
    assert given_numbers(durable) == [1, 2]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(st.lists(st.booleans(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_whatever_is_refused_in_between_numbers_have_no_gap(durable, plans):
    """Each plan is a batch; a record that is not ready (False) refuses the whole of it."""
    actor = archivist(durable)
    before = len(given_numbers(durable))
    filed = 0
    for plan in plans:
        uids = [
            make(durable, os.urandom(6).hex(), **({} if ready else {'author': None}))[0] for ready in plan
        ]

        def confirm(act, uids=uids):
            items = [act.repository.by_uid(uid) for uid in uids]
            service.confirm(act, service.open_batch(act, act.repository['Z109'], '', items))

        try:
            durable.transact(confirm, actor)
            assert all(plan)
            filed += len(plan)
        except BatchRefused:
            assert not all(plan)
    assert given_numbers(durable) == list(range(1, before + filed + 1))


def test_a_counter_gives_each_number_once():
    counter = Counter()
    assert [counter.take() for _ in range(5)] == [1, 2, 3, 4, 5]


KILLED = """
import sys
from pathlib import Path
from tests.features.filing import test_together as this
from lantai.features.filing import fixing, service

site = this.durable_site(Path(sys.argv[1]))
original, done = fixing._fix_item, []

def slow(*args):
    row = original(*args)
    done.append(row)
    if len(done) == 3:
        print('half way', flush=True)
        import time
        time.sleep(60)
    return row

fixing._fix_item = slow
site.transact(lambda act: service.confirm(act, service.find(act, sys.argv[2])) and None,
this.archivist(site))
"""


def test_killed_in_the_middle_nothing_is_half_filed(tmp_path):
    path = tmp_path / 'data'
    site = durable_site(path)
    actor = archivist(site)
    uids = make(site, *'甲乙丙丁戊')
    batch_id = site.transact(
        lambda act: (
            service.open_batch(
                act, act.repository['Z109'], '', [act.repository.by_uid(uid) for uid in uids]
            ).id
        ),
        actor,
    )
    site.close()
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-c', KILLED, str(path), batch_id],
        cwd=root,
        stdout=subprocess.PIPE,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join([str(root), str(root / 'src')])},
    )
    try:
        assert process.stdout.readline() == b'half way\n'
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    site = durable_site(path)
    try:
        with site.reading(actor) as act:
            assert service.find(act, batch_id).state == 'open'
            assert {act.repository.by_uid(uid).state for uid in uids} == {'approved'}
            assert given_numbers(site) == []
        site.transact(lambda act: service.confirm(act, service.find(act, batch_id)) and None, actor)
        assert given_numbers(site) == [1, 2, 3, 4, 5]
    finally:
        site.close()
