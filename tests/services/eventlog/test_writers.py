"""Slots of processes and threads: never shared by two that live, taken over from the dead."""

import gc
import os
import subprocess
import sys
import threading

import transaction

from lantai.services.eventlog.writers import Writers, writers_for


def key_in_thread(writers, manager):
    keys = []
    thread = threading.Thread(target=lambda: keys.append(writers.key(manager.get())))
    thread.start()
    thread.join()
    return keys[0]


def manager():
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    return manager


def test_one_thread_has_one_queue_and_another_thread_another(tmp_path):
    writers, open_one = Writers(tmp_path), manager()
    mine = writers.key(open_one.get())
    assert mine == writers.key(open_one.get()) == '000.000.0'
    assert key_in_thread(writers, manager()) == '000.001.0'
    writers.close()


def test_the_number_of_a_finished_thread_is_used_again(tmp_path):
    writers = Writers(tmp_path)
    writers.key(manager().get())
    first = key_in_thread(writers, manager())
    gc.collect()
    assert key_in_thread(writers, manager()) == first
    writers.close()


def test_two_open_transactions_of_one_thread_use_two_lanes(tmp_path):
    writers, outer, inner = Writers(tmp_path), manager(), manager()
    keys = [writers.key(outer.get()), writers.key(inner.get()), writers.key(outer.get())]
    assert keys == ['000.000.0', '000.000.1', '000.000.0']
    outer.commit()
    outer.begin()
    assert writers.key(outer.get()) == '000.000.0'
    writers.close()


def test_another_process_takes_another_slot_and_a_dead_ones_slot_is_free_again(tmp_path):
    mine = Writers(tmp_path)
    claim = (
        'import sys; from pathlib import Path; from lantai.services.eventlog.writers import Writers\n'
        'print(Writers(Path(sys.argv[1])).process, flush=True); sys.stdin.read()'
    )
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    other = subprocess.Popen(
        [sys.executable, '-c', claim, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert (mine.process, other.stdout.readline().strip()) == (0, '1')
    third = Writers(tmp_path)
    assert third.process == 2
    other.kill()
    other.communicate()
    fourth = Writers(tmp_path)
    assert fourth.process == 1
    for writers in (mine, third, fourth):
        writers.close()


def test_a_process_claims_a_folder_once(tmp_path):
    assert writers_for(tmp_path) is writers_for(tmp_path)
