"""A signature as a value, and the check that needs nothing but a public key."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lantai.base.errors import Malformed, Unavailable
from lantai.base.i18n import _

ALGORITHM = 'Ed25519'


class CouldNotCheck(Unavailable):
    """The signature was not checked: it is neither true nor false."""

    name = 'signature-not-checked'
    title = _('The signature could not be checked')


class UnknownKey(CouldNotCheck):
    """No public key of that id is at hand."""

    name = 'unknown-key'
    title = _('The key of this signature is not known here')


class UnknownAlgorithm(CouldNotCheck):
    """Signed with something else than Ed25519."""

    name = 'unknown-signature-algorithm'
    title = _('The algorithm of this signature is not known here')


class KeyUnreadable(CouldNotCheck):
    """What should be a key is none."""

    name = 'key-unreadable'
    title = _('A key cannot be read')


class SignatureMalformed(Malformed):
    """Not a signature at all."""

    name = 'signature-malformed'
    title = _('This is not a signature')


@dataclass(frozen=True)
class Signature:
    """Who signed (by key id) and the bytes of the signature; the algorithm is always named beside them."""

    algorithm: str
    key_id: str
    value: bytes

    def as_dict(self) -> dict[str, str]:
        """For JSON: `{"algorithm", "key_id", "value"}` with the value in base64."""
        return {
            'algorithm': self.algorithm,
            'key_id': self.key_id,
            'value': base64.b64encode(self.value).decode('ascii'),
        }

    @classmethod
    def from_dict(cls, value: Any) -> Signature:
        """The signature in a JSON value; SignatureMalformed when it is none."""
        try:
            return cls(
                str(value['algorithm']),
                str(value['key_id']),
                base64.b64decode(value['value'], validate=True),
            )
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise SignatureMalformed() from error


def load_public(pem: bytes | str) -> Ed25519PublicKey:
    """The public key in PEM text; KeyUnreadable when it is none, UnknownAlgorithm for another kind."""
    data = pem.encode() if isinstance(pem, str) else pem
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnreadable() from error
    if not isinstance(key, Ed25519PublicKey):
        raise UnknownAlgorithm()
    return key


def key_id_of(key: Ed25519PublicKey) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


def verify_with(pem: bytes | str, data: bytes, signature: Signature) -> bool:
    """Whether `signature` is that of `data` under the public key in `pem`.

    Raises CouldNotCheck (UnknownAlgorithm, KeyUnreadable, UnknownKey) where the answer is neither.
    """
    if signature.algorithm != ALGORITHM:
        raise UnknownAlgorithm()
    key = load_public(pem)
    if key_id_of(key) != signature.key_id:
        # Another key's signature says nothing about this one's.
        raise UnknownKey()
    try:
        key.verify(signature.value, data)
    except InvalidSignature:
        return False
    return True
