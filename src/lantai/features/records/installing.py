"""What a new repository has before anything is put in: the inbox."""

from persistent.mapping import PersistentMapping

from lantai.features.records.model import INBOX_NAME, Inbox
from lantai.store.tree import Repository


def install(repository: Repository) -> None:
    """Makes the inbox 收集."""
    inbox = Inbox()
    inbox.creator = 'system'
    inbox.created = inbox.modified = repository.created
    repository.objects[inbox.uid] = inbox
    repository.add(inbox, INBOX_NAME)
    repository.rooms['records'] = PersistentMapping(inbox=inbox.uid)
