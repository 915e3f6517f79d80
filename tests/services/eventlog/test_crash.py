"""kill -9 in the middle of writing and sealing: everything acknowledged is there, once, and proven."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from lantai.services.eventlog.verify import verify_log
from tests.builders.eventlogs import LogWorld, signature_of

ROOT = Path(__file__).parents[3]

WRITER = """
import sys, threading
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from tests.builders.eventlogs import LogWorld

world = LogWorld(__import__('pathlib').Path(sys.argv[1]), durable=True)
lock = threading.Lock()

def write(name):
    n = 0
    while True:
        event_id = world.do(lambda act: record(act, Event.NODE_EDIT, n=n), actor=name)
        with lock:
            print(event_id, flush=True)
        n += 1

for name in ('a', 'b'):
    threading.Thread(target=write, args=(name,), daemon=True).start()
while True:
    world.seal(limit=20)
"""


def run_and_kill(data, seconds):
    environment = {**os.environ, 'PYTHONPATH': f'{ROOT / "src"}{os.pathsep}{ROOT}'}
    process = subprocess.Popen(
        [sys.executable, '-c', WRITER, str(data)], stdout=subprocess.PIPE, text=True, env=environment
    )
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    lines = [first, *process.stdout.read().splitlines(keepends=True)]
    process.wait()
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL
    # a last line without its end was never acknowledged
    return [line.strip() for line in lines if line.endswith('\n')]


def test_killed_again_and_again_nothing_acknowledged_is_lost_or_doubled(tmp_path):
    acknowledged = []
    for seconds in (0.3, 0.15, 0.4):
        acknowledged += run_and_kill(tmp_path, seconds)
    world = LogWorld(tmp_path, durable=True)
    sealed_before = world.read(lambda log: log.size)
    world.seal_all()
    ids = world.read(lambda log: [entry.event['id'] for entry in log.iterate()])
    report = world.read(lambda log: verify_log(log, world.keys, signature_of))
    world.close()
    assert sealed_before > 0, 'the writer was killed before it sealed anything'
    assert set(acknowledged) <= set(ids)
    assert len(ids) == len(set(ids))
    # Each life of the writer may have committed one event for each thread without having said so.
    assert len(ids) <= len(acknowledged) + 6
    assert report.ok
