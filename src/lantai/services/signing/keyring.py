"""The keys of one repository, in files of their own: `<key id>.pem` and `<key id>.pub.pem`.

The file `active` names the key that signs. Rotation makes a new pair and points `active` at it; the
private half of the old one is removed, its public half stays for as long as something it signed does.
Nothing here ever puts key material into a message, a log line or a `repr`.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lantai.base.errors import Unavailable, WrongState
from lantai.base.i18n import _
from lantai.services.signing.signature import (
    ALGORITHM,
    KeyUnreadable,
    Signature,
    UnknownAlgorithm,
    UnknownKey,
    key_id_of,
    load_public,
    verify_with,
)

log = logging.getLogger(__name__)

KEY_ID = re.compile(r'[0-9a-f]{16}')
PUBLIC = '.pub.pem'
PRIVATE = '.pem'


class NoActiveKey(Unavailable):
    """There is no key to sign with."""

    name = 'no-signing-key'
    title = _('There is no key to sign with')


class KeysExist(WrongState):
    """A first key is made once; afterwards keys are rotated."""

    name = 'signing-keys-exist'
    title = _('Signing keys exist already')


def keys_folder(default: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the keys lie: `LANTAI_KEYS` when it is set, else the folder given."""
    moved = environ.get('LANTAI_KEYS')
    return Path(moved).absolute() if moved else default


class KeyRing:
    """Signs with the active key, verifies with every key ever used. Safe to share between threads.

    Several processes may hold a ring on one folder: a rotation made by one is seen by the others at
    their next signature.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._lock = threading.Lock()
        self._signer: tuple[object, str, Ed25519PrivateKey] | None = None
        self._public: dict[str, str] = {}

    def __repr__(self) -> str:
        return '<KeyRing>'

    # making keys

    def create(self) -> str:
        """Makes the first key and answers its id; KeysExist when there is one."""
        with self._exclusive():
            if self._active_path.exists():
                raise KeysExist()
            return self._make_active()

    def ensure(self) -> str:
        """The id of the active key; makes the first one when the folder holds none at all."""
        with self._exclusive():
            if not self._active_path.exists() and not self.key_ids():
                return self._make_active()
        return self.active

    def rotate(self) -> str:
        """Makes a new key, signs with it from now on, and answers its id. NoActiveKey when there was none."""
        new = self.prepare()
        self.activate(new)
        return new

    def prepare(self) -> str:
        """Makes a pair that does not sign yet, and answers its id. NoActiveKey when there is no first one."""
        with self._exclusive():
            self._check_active()
            return self._make()

    def activate(self, key_id: str) -> None:
        """Signs with a prepared key from now on; the private half of the one before is removed."""
        with self._exclusive():
            old = self.active
            self._load_private(key_id)
            _write(self._active_path, key_id.encode('ascii') + b'\n')
            if old != key_id:
                # Only now: a crash before this line leaves an unused private key, never a missing one.
                (self.folder / (old + PRIVATE)).unlink(missing_ok=True)
                _flush_folder(self.folder)

    def discard(self, key_id: str) -> None:
        """Removes a prepared key that never signed anything; the active one stays."""
        with self._exclusive():
            if key_id != self.active and (self.folder / (key_id + PRIVATE)).exists():
                for ending in (PUBLIC, PRIVATE):
                    (self.folder / (key_id + ending)).unlink(missing_ok=True)

    # using them

    @property
    def active(self) -> str:
        """The id of the key that signs; NoActiveKey when there is none."""
        try:
            key_id = self._active_path.read_text('ascii').strip()
        except FileNotFoundError as error:
            raise NoActiveKey() from error
        except (OSError, ValueError) as error:
            raise KeyUnreadable() from error
        if not KEY_ID.fullmatch(key_id):
            raise KeyUnreadable()
        return key_id

    def key_ids(self) -> list[str]:
        """The ids of all keys that can verify, the active one among them, in order of name."""
        if not self.folder.is_dir():
            return []
        names = (entry.name for entry in self.folder.iterdir())
        return sorted(n[: -len(PUBLIC)] for n in names if n.endswith(PUBLIC) and KEY_ID.fullmatch(n[:16]))

    def public_pem(self, key_id: str) -> str:
        """The public key as PEM text (SubjectPublicKeyInfo); UnknownKey when there is none of that id."""
        if not KEY_ID.fullmatch(key_id):
            raise UnknownKey()
        if key_id not in self._public:
            try:
                pem = (self.folder / (key_id + PUBLIC)).read_text('ascii')
            except FileNotFoundError as error:
                raise UnknownKey() from error
            except (OSError, ValueError) as error:
                raise KeyUnreadable() from error
            if key_id_of(load_public(pem)) != key_id:
                raise KeyUnreadable()
            self._public[key_id] = pem
        return self._public[key_id]

    def sign(self, data: bytes) -> Signature:
        """The signature of `data` by the active key. Raises NoActiveKey or KeyUnreadable."""
        with self._lock:
            key_id, key = self._active_key()
        return Signature(ALGORITHM, key_id, key.sign(data))

    def verify(self, data: bytes, signature: Signature, others: Mapping[str, str] | None = None) -> bool:
        """Whether the signature is that of `data`.

        `others` are public keys (PEM by key id) known from elsewhere, such as those the event log keeps.
        Raises UnknownKey, UnknownAlgorithm or KeyUnreadable (all CouldNotCheck) where it cannot be told.
        """
        if signature.algorithm != ALGORITHM:
            raise UnknownAlgorithm()
        try:
            pem = self.public_pem(signature.key_id)
        except UnknownKey:
            known = others.get(signature.key_id) if others is not None else None
            if known is None:
                raise
            pem = known
        return verify_with(pem, data, signature)

    # files

    @property
    def _active_path(self) -> Path:
        return self.folder / 'active'

    def _check_active(self) -> None:
        """Raises NoActiveKey or KeyUnreadable."""
        self._load_private(self.active)

    def _active_key(self) -> tuple[str, Ed25519PrivateKey]:
        try:
            status = self._active_path.stat()
        except FileNotFoundError as error:
            raise NoActiveKey() from error
        stamp = (status.st_ino, status.st_mtime_ns)
        if self._signer is None or self._signer[0] != stamp:
            key_id = self.active
            self._signer = (stamp, key_id, self._load_private(key_id))
        return self._signer[1], self._signer[2]

    def _load_private(self, key_id: str) -> Ed25519PrivateKey:
        path = self.folder / (key_id + PRIVATE)
        try:
            if path.stat().st_mode & 0o077:
                log.warning('signing key %s was readable by others than its owner; corrected', key_id)
                path.chmod(0o600)
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError as error:
            raise NoActiveKey() from error
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
            # The library's message may quote the file: it is not passed on.
            raise KeyUnreadable() from None
        if not isinstance(key, Ed25519PrivateKey) or key_id_of(key.public_key()) != key_id:
            raise KeyUnreadable()
        return key

    def _make_active(self) -> str:
        key_id = self._make()
        _write(self._active_path, key_id.encode('ascii') + b'\n')
        return key_id

    def _make(self) -> str:
        key = Ed25519PrivateKey.generate()
        key_id = key_id_of(key.public_key())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        _write(self.folder / (key_id + PRIVATE), private)
        _write(self.folder / (key_id + PUBLIC), public)
        return key_id

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One maker of keys at a time, among all processes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        descriptor = os.open(self.folder / '.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _write(path: Path, data: bytes) -> None:
    """Writes a file for the owner only: whole and durable, or not at all."""
    temporary = path.with_name(path.name + '.new')
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, 'wb') as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
