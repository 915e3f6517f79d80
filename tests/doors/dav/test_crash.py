"""The process is killed while it takes files in: what was answered is there afterwards, and nothing half."""

import hashlib
import http.client
import random
import threading
import time

import pytest

from tests.builders import davoffice
from tests.doors.dav.conftest import INBOX
from tests.doors.dav.test_parallel import AUTHORIZATION


def upload(port: int, worker: int, answered: dict[str, str], stop: threading.Event) -> None:
    """Puts files of every size until the server is gone; notes what was answered with success."""
    choose = random.Random(worker)
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
    number = 0
    while not stop.is_set():
        # some again under the same name: either content is right, as long as it is whole
        name = f'{worker}-{number % 40}'
        body = choose.randbytes(choose.choice((0, 10, 10_000, 100_000, 1_500_000)))
        try:
            connection.request('PUT', f'{INBOX}/{name}', body=body, headers=AUTHORIZATION)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            answered[f'{name} perhaps'] = hashlib.sha256(body).hexdigest()
            return
        assert answer.status in (201, 204)
        answered[name] = hashlib.sha256(body).hexdigest()
        number += 1


@pytest.mark.parametrize('seconds', [0.4, 0.9])
def test_everything_answered_is_there_byte_for_byte(tmp_path, seconds):
    process, port = davoffice.start(tmp_path)
    answered: dict[str, str] = {}
    stop = threading.Event()
    threads = [threading.Thread(target=upload, args=(port, worker, answered, stop)) for worker in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    davoffice.end(process)
    stop.set()
    for thread in threads:
        thread.join()

    site = davoffice.open_office(tmp_path)
    try:
        with site.reading() as act:
            stored = {}
            for item in act.repository['收集'].values():
                component = item.single
                data = site.contents.path(component.content_key).read_bytes()
                assert (len(data), hashlib.sha256(data).hexdigest()) == (component.size, component.sha256)
                stored[item.name] = component.sha256
        for name, digest in answered.items():
            if not name.endswith(' perhaps'):
                assert stored[name] in (digest, answered.get(f'{name} perhaps'))
        unanswered = set(stored) - set(answered)
        assert all(f'{name} perhaps' in answered for name in unanswered)
        assert len(stored) > 0
    finally:
        site.close()
