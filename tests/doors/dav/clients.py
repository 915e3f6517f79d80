"""Other people's programs in the tests: found on the machine, or the test says that they are missing."""

import shutil
import subprocess
from pathlib import Path

import pytest


def program(name: str) -> str:
    """The path of a program; skips the test, with the reason, when the machine lacks it."""
    found = shutil.which(name) or shutil.which(name, path='/usr/sbin:/sbin')
    if found is None:
        pytest.skip(f'{name} is not installed here')
    return found


def run(*command: str, home: Path, check: bool = True, input: str | None = None, timeout: int = 120) -> str:
    """Runs a program in a home folder of its own; gives all that it printed."""
    done = subprocess.run(
        command,
        cwd=home,
        env={'HOME': str(home), 'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LANG': 'C.UTF-8'},
        input=input,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        encoding='utf-8',
    )
    assert not check or done.returncode == 0, done.stdout
    return done.stdout


def fill(folder: Path) -> dict[str, bytes]:
    """A tree of files with every sort of name; gives name -> bytes."""
    files = {
        '通知.txt': '关于印发《档案管理办法》的通知'.encode() * 10,
        'a/b/c.bin': bytes(range(256)) * 400,
        'a/空 文件.txt': b'',
        'a/100% #1 & a+b;c=d?.txt': b'signs',
        '照片/𠮷野.jpg': b'\xff\xd8\xff' + b'x' * 70_000,
        "a/it's [x] (1).md": b'# x',
        'large.bin': bytes(range(251)) * 12_000,
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return files
