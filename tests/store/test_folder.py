"""Making a repository: all of it or nothing, however it ends."""

import os
import signal
import subprocess
import sys

import pytest

from lantai.store.folder import DataFolder, FolderInUse


@pytest.fixture
def folder(tmp_path) -> DataFolder:
    return DataFolder(tmp_path / 'data')


def _begin(folder: DataFolder) -> None:
    folder.create()
    (folder.objects / 'Data.fs').write_bytes(b'half')
    (folder.path / 'accounts.txt').write_text('half')


def test_what_was_made_to_the_end_stays(folder):
    with folder.making():
        _begin(folder)
    assert folder.exists()
    assert not folder.is_empty()
    assert (folder.objects / 'Data.fs').exists()


@pytest.mark.parametrize('end', [ValueError, KeyboardInterrupt, SystemExit])
def test_what_was_not_made_to_the_end_goes_away(folder, end):
    with pytest.raises(end), folder.making():
        _begin(folder)
        raise end
    assert folder.is_empty()
    assert list(folder.path.iterdir()) == []


def test_after_a_kill_the_folder_counts_as_empty_and_the_next_one_starts_anew(folder):
    program = (
        'import os, signal, sys\n'
        'from lantai.store.folder import DataFolder\n'
        'folder = DataFolder(sys.argv[1])\n'
        'with folder.making():\n'
        '    folder.create()\n'
        '    (folder.objects / "Data.fs").write_bytes(b"half")\n'
        '    os.kill(os.getpid(), signal.SIGKILL)\n'
    )
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, '-c', program, str(folder.path)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert folder.is_empty()
    assert not folder.exists()
    with folder.making():
        assert not folder.objects.exists()
        folder.create()
    assert folder.exists()


def test_what_another_process_is_making_is_left_alone(folder):
    with folder.making():
        _begin(folder)
        with folder.own(wait=False):
            with pytest.raises(FolderInUse), DataFolder(folder.path).making():
                pytest.fail('two made it at once')
        assert (folder.objects / 'Data.fs').exists()


def test_a_folder_with_something_in_it_is_not_empty(folder):
    folder.path.mkdir()
    (folder.path / 'letter.txt').write_text('mine')
    assert not folder.is_empty()
