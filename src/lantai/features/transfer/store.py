"""Where packages lie: `packages/<case>/<package>/` in the data folder, for its owner only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lantai.services.act import Act
from lantai.services.site import Site


def folder_of_case(site: Site, case_id: str) -> Path:
    """Where the packages of a case lie."""
    return site.folder.path / 'packages' / case_id


def folder_of(site: Site, case_id: str, package_id: str) -> Path:
    """Where one package lies."""
    return folder_of_case(site, case_id) / package_id


def is_there(site: Site, case_id: str, package: Mapping[str, Any] | None) -> bool:
    """Whether the files of the package that a case notes are there; a backup does not have them."""
    return package is not None and folder_of(site, case_id, package['id']).is_dir()


def make_room(site: Site, case_id: str, package_id: str) -> Path:
    """An empty folder for a new package; what earlier attempts left is taken away."""
    for old in _others(site, case_id, package_id):
        shutil.rmtree(old)
    folder = folder_of(site, case_id, package_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _others(site: Site, case_id: str, package_id: str) -> Iterator[Path]:
    folder = folder_of_case(site, case_id)
    if folder.is_dir():
        yield from (each for each in folder.iterdir() if each.name != package_id)


def remove_after_commit(act: Act, case_id: str, name: str = '') -> None:
    """Removes all packages of a case, or what is called `name` there, once the transaction is committed."""
    folder = folder_of_case(act.site, case_id) / name

    def remove(committed: bool) -> None:
        if committed and folder.exists():
            shutil.rmtree(folder)

    act.manager.get().addAfterCommitHook(remove)


def files_below(folder: Path) -> list[Path]:
    """All files of a package in a fixed order."""
    return sorted(path for path in folder.rglob('*') if path.is_file())
