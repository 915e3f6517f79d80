"""Killed with no warning in the middle of a destruction: it goes on where it was, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lantai.app.opening import open_site
from lantai.features.verification.service import verify
from lantai.services.jobs.model import jobs_of
from lantai.services.security.actor import machine_user
from lantai.store.folder import DataFolder
from tests.builders.cases import MARKER
from tests.builders.destruction import TERMS, files_with, run_jobs, states_of, stored, take, vocabulary
from tests.builders.sites import CHEAP

KILLED = """
import os, signal, sys
from datetime import datetime
from lantai.app.opening import open_site
from lantai.base.clock import FixedClock
from lantai.features.destruction import erasing
from lantai.services.jobs.running import Runner
from lantai.store.folder import DataFolder
from tests.builders.sites import CHEAP

def killing(function, when):
    def look(*given):
        if when == 'before':
            os.kill(os.getpid(), signal.SIGKILL)
        found = function(*given)
        os.kill(os.getpid(), signal.SIGKILL)
        return found
    return look

folder, moment, phase, when = sys.argv[1:]
site = open_site(DataFolder(folder), CHEAP, FixedClock(datetime.fromisoformat(moment)))
if when == 'unlinking':
    # the commit is through, its removals are not
    from pathlib import Path
    from lantai.store import contents
    whole = Path.unlink
    def unlink(path, *given, **named):
        if 'contents' in path.parts and not path.name.startswith('in-'):
            os.kill(os.getpid(), signal.SIGKILL)
        whole(path, *given, **named)
    Path.unlink = unlink
else:
    erasing._LOOKS[phase] = killing(erasing._LOOKS[phase], when)
runner = Runner(site)
for job in runner.open_jobs():
    runner.run_to_end(job)
"""


@pytest.mark.parametrize(
    ('phase', 'when'),
    [
        ('erase', 'after'),
        ('erase', 'unlinking'),
        ('sweep', 'after'),
        ('pack', 'after'),
        ('index', 'before'),
        ('index', 'after'),
        ('search', 'after'),
        ('forget', 'before'),
    ],
)
def test_killed_in_the_middle_it_goes_on_and_leaves_nothing(acting, site, clock, read, due, phase, when):
    take(acting, read, 'archivist', 'execute')
    moment = clock.moment.isoformat()
    site.close()
    ended = subprocess.run(
        [sys.executable, '-c', KILLED, str(site.folder.path), moment, phase, when],
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[3],
        timeout=120,
        capture_output=True,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    again = open_site(DataFolder(site.folder.path), CHEAP, clock)
    try:
        run_jobs(again)
        with again.reading() as act:
            case = stored(act, read)
            job = jobs_of(act.repository).by_id[case.job]
            assert (case.state, job.state, job.done, job.total) == ('signing', 'done', 3, 3)
            assert states_of(act, due) == ['destroyed'] * 3
            assert case.execution['search']['clean']
        assert files_with(again.folder.path, MARKER) == []
        assert not vocabulary(again.folder.path) & TERMS
        assert not list(again.folder.scratch.glob('destruction-*'))
        report = verify(again, machine_user('test'))
        assert report.ok, report.problems
    finally:
        again.close()
