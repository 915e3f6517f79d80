"""One URI names the storage: none for the data folder, zeo:// for a server.

The options are fixed because they are a matter of safety: ZEO answers a read only after it
has heard of every commit before it (`server_sync`), or a person would miss their own change
made in another process.
"""

from urllib.parse import urlsplit

from ZODB.FileStorage import FileStorage
from ZODB.interfaces import IStorage

from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.store.folder import DataFolder
from lantai.store.packing import finish_interrupted

#: the object file in its folder
OBJECTS = 'Data.fs'
#: seconds to wait for a ZEO server before giving up
WAIT = 30


class UnknownStorage(Invalid):
    """A storage URI that Lantai does not know."""

    name = 'unknown-storage'
    title = _('This storage address is not known')


def is_local(uri: str | None) -> bool:
    """Whether the objects lie in the data folder, so that only one process may open them."""
    return not uri


def open_storage(uri: str | None, folder: DataFolder, *, create: bool = False) -> IStorage:
    """The open storage named by `uri`; raises UnknownStorage."""
    if is_local(uri):
        path = folder.objects / OBJECTS
        finish_interrupted(path)
        return FileStorage(str(path), create=create)
    parts = urlsplit(uri or '')
    if parts.scheme == 'zeo':
        return _zeo((parts.hostname, parts.port) if parts.hostname and parts.port else parts.path)
    raise UnknownStorage(_('The storage ${uri} is not known; use none or zeo://', mapping={'uri': uri or ''}))


def _zeo(address: tuple[str, int] | str) -> IStorage:
    if not address:
        raise UnknownStorage(_('A zeo:// address names HOST:PORT or the path of a socket'))
    from ZEO.ClientStorage import ClientStorage

    return ClientStorage(address, server_sync=True, wait=True, wait_timeout=WAIT)
