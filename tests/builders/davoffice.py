"""The small office behind the real server, in a process of its own that a test may kill.

`python -m tests.builders.davoffice FOLDER [STORAGE]` prints its port and serves until it is stopped.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from lantai.app import main as application
from lantai.app.opening import open_site
from lantai.app.rooms import includes
from lantai.app.server import make_server
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.services.site import Site
from lantai.store.folder import DataFolder
from tests.builders.office import make_office

THREADS = 8


def door_alone() -> list[str]:
    """What the application includes for this door, and for the pages whose addresses it shares."""
    rooms = ('lantai.web.', 'lantai.features.records', 'lantai.features.people', 'lantai.doors.dav')
    return [name for name in includes() if name.startswith(rooms)]


def open_office(path: Path, storage: str = '') -> Site:
    """The site of the folder, made with its office when there is none."""
    folder = DataFolder(path)
    new = not folder.exists()
    site = open_site(folder, Settings(storage=storage, argon2_time=1, argon2_memory_kib=8), create=new)
    if new:
        site.transact(make_office, machine_user('test'), door='cli')
    return site


def start(path: Path, storage: str = '') -> tuple[subprocess.Popen, int]:
    """A serving process and its port; whoever starts it ends it."""
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    command = [sys.executable, '-W', 'ignore', '-m', 'tests.builders.davoffice', str(path), storage]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.fullmatch(r'port (\d+)\n', line):
            return process, int(found.group(1))
    end(process)
    raise RuntimeError(''.join(said))


def end(process: subprocess.Popen) -> None:
    """Kills the process, as a power cut would."""
    process.kill()
    process.wait()
    process.stdout.close()


def serve(path: Path, storage: str) -> None:
    """What the process does."""
    site = open_office(path, storage)
    application.includes = door_alone
    server = make_server(application.main(site), '127.0.0.1', 0, THREADS, site.folder)
    server.stop_on_signals()
    print(f'port {server.effective_port}', flush=True)
    server.run()
    site.close()


if __name__ == '__main__':
    serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else '')
