"""Two processes on one ZEO server: both write, seal and work; nothing is lost, doubled or out of order."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import ZEO

from lantai.app.opening import open_site
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.verify import verify_log
from lantai.services.jobs.model import jobs_of
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from tests.builders.eventlogs import signature_of

ROOT = Path(__file__).parents[3]
EVENTS = 60

PROCESS = """
import sys, threading, time
from pathlib import Path
from lantai.app.opening import open_site
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.jobs import service
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.worker import Worker
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from tests.builders import jobs

folder, storage, name, events = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
site = open_site(DataFolder(folder), Settings(storage=storage))
site.worker = Worker(site, pause=0.05)
site.worker.start()
actor = machine_user(name)

def write(thread):
    for n in range(events):
        site.transact(lambda act: record(act, Event.NODE_EDIT, n=n, thread=thread), actor)

threads = [threading.Thread(target=write, args=(number,)) for number in range(2)]
for thread in threads:
    thread.start()
mine = [site.transact(lambda act: service.create(act, 'test-count', {'n': 30}).id, actor) for _ in range(3)]
for thread in threads:
    thread.join()

def unfinished():
    with site.database.reading() as repository:
        return any(job_id in jobs_of(repository).open for job_id in mine)

deadline = time.monotonic() + 60
while unfinished() and time.monotonic() < deadline:
    time.sleep(0.1)
print(site.worker.troubles)
site.close()
"""


@pytest.fixture
def shared(tmp_path):
    """A data folder whose objects are on a ZEO server, and the address of that."""
    address, stop = ZEO.server(path=str(tmp_path / 'objects.fs'))
    folder = DataFolder(tmp_path / 'data')
    uri = f'zeo://127.0.0.1:{address[1]}'
    open_site(folder, Settings(storage=uri), create=True).close()
    yield folder, uri
    stop()


def test_two_processes_share_the_log_and_the_work(shared):
    folder, uri = shared
    environment = {**os.environ, 'PYTHONPATH': f'{ROOT / "src"}{os.pathsep}{ROOT}'}
    arguments = [sys.executable, '-W', 'ignore', '-c', PROCESS, str(folder.path), uri]
    running = [
        subprocess.Popen([*arguments, name, str(EVENTS)], stdout=subprocess.PIPE, text=True, env=environment)
        for name in ('a', 'b')
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert said == ['{}', '{}']
    site = open_site(folder, Settings(storage=uri))
    try:
        with site.database.reading() as repository:
            log = event_log(repository)
            events = [entry.event for entry in log.iterate()]
            jobs = [
                (job.state, job.done, job.skipped, job.failed)
                for job in jobs_of(repository).by_id.values()
            ]
            assert verify_log(log, site.keys, signature_of).ok and log.waiting == 0
        assert len(events) == len({event['id'] for event in events})
        for name in ('os:a', 'os:b'):
            for thread in range(2):
                own = [e['n'] for e in events if e['actor'] == name and e.get('thread') == thread]
                assert own == list(range(EVENTS))
        assert jobs == [('done', 20, 6, 4)] * 6
    finally:
        site.close()
