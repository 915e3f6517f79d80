"""The first argument of every use case: on what, by whom, when, through which door."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transaction import TransactionManager

from lantai.base.clock import Clock
from lantai.services.security.actor import Actor
from lantai.store.tree import Repository

if TYPE_CHECKING:
    from lantai.services.site import Site


@dataclass(frozen=True)
class Act:
    """One act on the repository, inside one transaction that the caller commits or aborts."""

    repository: Repository
    actor: Actor
    clock: Clock
    site: 'Site'
    manager: TransactionManager
    door: str = ''
    address: str = ''
