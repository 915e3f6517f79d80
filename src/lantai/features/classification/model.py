"""What a body was set up with: classification scheme (分类方案), archiving scope (归档范围), controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from lantai.store.tree import Repository

ROOM = 'classification'

#: what a rule of the archiving scope says of what it describes
FILES, EXCLUDES, ELSEWHERE = '归档', '不归档', '按专门规定'
#: what a level of series can say, and what it is called
LEVELS = {'class': '二级类别', 'year': '年度', 'period': '保管期限', 'unit': '机构'}


@dataclass(frozen=True)
class CategoryClass:
    """A second-level category, such as 01 会计凭证; `period` is empty when the next level says it."""

    code: str
    title: str
    period: str = ''


@dataclass(frozen=True)
class Category:
    """An archival category (门类) and the levels it is arranged by below the fonds."""

    code: str
    title: str
    levels: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    classes: tuple[CategoryClass, ...] = ()


@dataclass(frozen=True)
class ScopeRule:
    """A row of the archiving scope: `rule` is 归档, 不归档 or 按专门规定."""

    no: int
    rule: str
    origin: str
    scope: str
    reason: str


class Body(Persistent):
    """The controls of one body. Everything in it is replaced as a whole when a profile is applied."""

    profile = ''
    #: schema, workflow, code_form, waiting_days, excluded_kept_years, transferred_kept_years, transfer,
    #: transfer_to
    controls: dict[str, Any] = {}  # noqa: RUF012  a default, replaced and never changed
    scheme: tuple[Category, ...] = ()
    scope: tuple[ScopeRule, ...] = ()

    def category(self, code: str) -> Category | None:
        """Return the category of that code, or None."""
        return next((category for category in self.scheme if category.code == code), None)

    def excludes(self, no: int) -> bool:
        """Return whether that row of the scope says 不归档; a body without a scope takes any number."""
        return not self.scope or any(rule.no == no and rule.rule == EXCLUDES for rule in self.scope)


class Bodies(Persistent):
    """The room's store: the controls of each body by the code of its fonds."""

    def __init__(self) -> None:
        self.by_fonds = OOBTree()

    def get(self, fonds_code: str) -> Body:
        """Return the controls of a body; one that was never set up has none of its own."""
        return self.by_fonds.get(fonds_code) or Body()

    def claim(self, fonds_code: str) -> Body:
        """Return the controls of a body for changing; made when it has none yet."""
        if fonds_code not in self.by_fonds:
            self.by_fonds[fonds_code] = Body()
        return self.by_fonds[fonds_code]


def install(repository: Repository) -> None:
    """Make the store of controls in a new repository."""
    repository.rooms[ROOM] = Bodies()


def body_of(repository: Repository, fonds_code: str) -> Body:
    """Return the controls of a body."""
    return repository.room(ROOM).get(fonds_code)
