"""An office with two filed records and a draft, everything sealed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lantai.features.filing import service as filing
from lantai.features.verification.service import verify
from lantai.services.eventlog.sealer import seal_all
from lantai.services.security.actor import machine_user
from tests.builders.filing import add_schedule, approved


class Archive:
    """The site, the uids of what is in it, and ways to look and to tamper."""

    def __init__(self, site, acting) -> None:
        self.site = site
        self.acting = acting
        site.transact(add_schedule, machine_user('test'), door='cli')
        with acting('machine') as act:
            self.filed = [approved(act, title).uid for title in ('一号文件', '二号文件')]
            draft = approved(act, '未归档')
            draft.state = 'draft'
            draft.touch(act.clock)
            self.draft = draft.uid
        with acting('archivist') as act:
            items = [act.repository.by_uid(uid) for uid in self.filed]
            batch = filing.open_batch(act, act.repository['Z109'], '一季度', items)
            filing.confirm(act, batch)
        self.seal()

    def seal(self) -> None:
        site = self.site
        seal_all(site.database, site.keys, site.clock, site.folder.run)

    def verify(self):
        return verify(self.site, machine_user('test'))

    def codes(self) -> list[tuple[str, str]]:
        return [(problem.code, problem.uid) for problem in self.verify().problems]

    def tamper(self, uid, change) -> None:
        """Changes an object behind everybody's back."""
        self.site.database.transact(lambda repository, _manager: change(repository.by_uid(uid)))

    def component(self, item_uid):
        """Uid, path in the tree and content file of the one component of an item."""
        with self.site.database.reading() as repository:
            component = repository.by_uid(item_uid).components[0]
            return SimpleNamespace(
                uid=component.uid,
                path=component.path,
                file=self.site.contents.path(component.content_key),
            )


@pytest.fixture
def archive(site, acting):
    return Archive(site, acting)
