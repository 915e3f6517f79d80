"""Style and common mistakes are ruff's business; its settings are in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT

#: beside the interpreter, in whichever environment the tests run
RUFF = Path(sys.executable).with_name('ruff')


def _check(*paths: str, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    command = [
        RUFF,
        'check',
        '--no-cache',
        '--output-format=concise',
        '--config',
        ROOT / 'pyproject.toml',
        *paths,
    ]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_ruff_has_nothing_to_say():
    done = _check('src', 'tests', 'templates', 'config')
    assert done.returncode == 0, f'\n{done.stdout}{done.stderr}'


def test_ruff_would_say_so(tmp_path):
    (tmp_path / 'x.py').write_text('import os\n')
    assert _check('x.py', cwd=tmp_path).returncode == 1
