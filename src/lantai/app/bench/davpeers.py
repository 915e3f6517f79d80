"""The servers that `lantai bench dav` compares with, where a machine has them: WsgiDAV and Apache mod_dav.

Neither is needed by anything here. Both keep plain files in a folder, ask nobody who they are, flush nothing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lantai.app.bench.serving import PATIENCE, DidNotStart

#: where distributions keep the modules of Apache
_MODULES = ('/usr/lib/apache2/modules', '/usr/lib64/httpd/modules', '/usr/lib/httpd/modules')
_LOADED = ('mpm_event', 'authz_core', 'dav', 'dav_fs')
_WSGIDAV = """
import logging, sys
from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp
logging.disable(logging.CRITICAL)
application = WsgiDAVApp({
    'provider_mapping': {'/': sys.argv[1]},
    'simple_dc': {'user_mapping': {'*': True}},
    'verbose': 0,
})
wsgi.Server(('127.0.0.1', int(sys.argv[2])), application, numthreads=8).start()
"""


@dataclass(frozen=True)
class Target:
    """One server to measure: what it is called, where its folder is, and how a request shows who asks.

    `folder` is where the files of a foreign server lie on this machine, None for ours.
    """

    name: str
    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None


def find_apache(asked: str | None) -> str | None:
    """The program of Apache with its WebDAV modules, or None."""
    program = asked or shutil.which('apache2') or shutil.which('httpd') or '/usr/sbin/apache2'
    return program if Path(program).is_file() and _modules() is not None else None


def has_wsgidav(python: str | None) -> bool:
    """Whether that interpreter can import WsgiDAV and a server for it."""
    if python is None:
        return False
    try:
        done = subprocess.run([python, '-c', 'import wsgidav, cheroot'], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


@contextmanager
def wsgidav(python: str, place: Path) -> Iterator[Target]:
    """WsgiDAV's provider for files over a new folder, eight threads, for the block."""
    folder, port = _folder(place / 'wsgidav'), _free_port()
    command = [python, '-c', _WSGIDAV, str(folder), str(port)]
    with _running(command, port, place / 'wsgidav.log'):
        yield Target('WsgiDAV', port, '/', folder=folder)


@contextmanager
def apache(program: str, place: Path) -> Iterator[Target]:
    """Apache with mod_dav_fs over a new folder for the block."""
    home, port = _folder(place / 'apache'), _free_port()
    folder = _folder(home / 'files')
    owner = _unprivileged(place, home, folder)
    settings = home / 'httpd.conf'
    settings.write_text(
        '\n'.join(
            (
                *(f'LoadModule {name}_module {_modules()}/mod_{name}.so' for name in _LOADED),
                f'ServerRoot {home}',
                f'DefaultRuntimeDir {home}',
                'ServerName localhost',
                f'PidFile {home}/pid',
                f'ErrorLog {home}/error.log',
                f'Listen 127.0.0.1:{port}',
                f'DocumentRoot {folder}',
                f'DavLockDB {home}/locks',
                'LimitRequestBody 0',
                'MaxKeepAliveRequests 0',
                f'User {owner}' if owner else '',
                f'<Directory {folder}>',
                'Dav On',
                'Require all granted',
                '</Directory>',
                '',
            )
        ),
        'utf-8',
    )
    with _running([program, '-f', str(settings), '-DFOREGROUND'], port, home / 'out.log'):
        yield Target('Apache mod_dav', port, '/', folder=folder)


def _modules() -> Path | None:
    for place in map(Path, _MODULES):
        if all((place / f'mod_{name}.so').exists() for name in _LOADED):
            return place
    return None


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _unprivileged(place: Path, *folders: Path) -> str | None:
    """Apache never serves as root: the user it takes instead, who gets what it writes; None otherwise."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = next(known[name] for name in ('www-data', 'apache', 'nobody') if name in known)
    place.chmod(0o711)
    for folder in folders:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return owner.pw_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """The process for the block, from when it answers; raises DidNotStart."""
    with log.open('wb') as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen, port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(('127.0.0.1', port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise DidNotStart()
