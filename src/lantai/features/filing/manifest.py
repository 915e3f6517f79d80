"""The manifest: everything that filing fixes of an item, as canonical JSON, signed. Checked without the
database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lantai.base.canonical import canonical_json
from lantai.base.clock import rfc3339
from lantai.base.digests import sha256_of_file
from lantai.base.errors import DomainError
from lantai.features.filing.model import batches_of
from lantai.features.records.model import Component, Item
from lantai.services.act import Act
from lantai.services.signing.signature import CouldNotCheck, Signature
from lantai.store.tree import Repository

VERSION = 1


@dataclass(frozen=True)
class Problem:
    """Something that does not agree: a stable code, and what it is about in plain English for a report."""

    code: str
    detail: str = ''


def build(item: Item) -> dict[str, Any]:
    """Return what is fixed of a filed item, as plain values in the form that is signed.

    Openness and the retention as it may be changed later by an appraisal are not among them; the retention
    it was filed under is.
    """
    filing = item.filing or {}
    return {
        'manifest': VERSION,
        'uid': item.uid,
        'reference_code': item.reference_code,
        'fonds': item.fonds_code,
        'unit': item.unit,
        'created': rfc3339(item.created),
        'creator': item.creator,
        'metadata': item.metadata,
        'classification': item.access.get('classification', ''),
        'retention': filing.get('retention'),
        'batch': filing.get('batch'),
        'number': filing.get('number'),
        'filed': filing.get('time'),
        'filed_by': filing.get('by'),
        'components': [_component(component) for component in item.components],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        'uid': component.uid,
        'name': component.name,
        'role': component.role,
        'place': component.place,
        'version': component.version,
        'size': component.size,
        'sha256': component.sha256,
        'media_type': component.media_type,
        'format': (component.format or {}).get('puid', ''),
    }


def manifest_of(repository: Repository, uid: str) -> dict[str, Any] | None:
    """Return `{"manifest", "text", "signature"}` of a filed item; None when it has none. `text` is what was
    signed."""
    stored = batches_of(repository).manifests.get(uid)
    if stored is None:
        return None
    text = stored.text
    return {'manifest': json.loads(text), 'text': text.decode('utf-8'), 'signature': dict(stored.signature)}


def verify_manifest(act: Act, item: Item, *, contents: bool = True) -> list[Problem]:
    """Return everything about a filed item that does not agree with what was signed; empty when all is well.

    With `contents` the stored bytes are digested too. A signature that could not be checked is a problem of
    its own.
    """
    stored = batches_of(act.repository).manifests.get(item.uid)
    if stored is None:
        return [Problem('manifest-missing', 'a filed record without a manifest')]
    text = stored.text
    problems = _signature(act, text, stored.signature)
    try:
        signed = json.loads(text)
    except ValueError:
        return [*problems, Problem('manifest-unreadable', 'the manifest is no JSON')]
    problems += _differences(signed, build(item))
    if contents and item.state not in ('destroyed', 'transferred'):
        problems += [problem for component in item.components for problem in check_content(act, component)]
    return problems


def _signature(act: Act, text: bytes, signature: Mapping[str, str]) -> list[Problem]:
    try:
        if not act.site.keys.verify(text, Signature.from_dict(signature)):
            return [Problem('manifest-signature', 'the signature does not fit the manifest')]
    except CouldNotCheck as error:
        return [Problem('manifest-not-checked', error.name)]
    except DomainError as error:
        return [Problem('manifest-signature', error.name)]
    return []


def _differences(signed: Any, now: dict[str, Any]) -> list[Problem]:
    if not isinstance(signed, dict):
        return [Problem('manifest-unreadable', 'the manifest is no object')]
    keys = sorted({*signed, *now} - {'components'})
    differing = [key for key in keys if canonical_json(signed.get(key)) != canonical_json(now.get(key))]
    problems = [Problem('manifest-differs', key) for key in differing]
    before = {part['uid']: part for part in signed.get('components', ())}
    after = {part['uid']: part for part in now['components']}
    for uid in sorted({*before, *after}):
        if before.get(uid) != after.get(uid):
            problems.append(Problem('component-differs', uid))
    return problems


def check_content(act: Act, component: Component) -> list[Problem]:
    """Return what is wrong with the stored bytes of a component, digesting them."""
    path = act.site.contents.path(component.content_key)
    try:
        digest = sha256_of_file(path)
    except FileNotFoundError:
        return [Problem('content-missing', component.uid)]
    except OSError as error:
        return [Problem('content-unreadable', f'{component.uid}: {error.strerror}')]
    return [] if digest == component.sha256 else [Problem('content-digest', component.uid)]
