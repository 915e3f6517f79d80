"""Canonical JSON: the same value is always the same bytes, so that it can be digested and signed."""

import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces (as RFC 8785 for texts and whole numbers).

    Raises TypeError for values JSON does not know, ValueError for NaN and infinities.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(',', ':'), allow_nan=False
    ).encode()
