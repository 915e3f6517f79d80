"""How the tests of this folder complain: everything that is wrong, a line each, none cut off."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def nothing_in(complaints: Iterable[str]) -> None:
    """Fail with all complaints when there are any."""
    __tracebackhide__ = True
    lines = sorted(complaints)
    if lines:
        pytest.fail(f'{len(lines)} found:\n' + '\n'.join(f'  {line}' for line in lines), pytrace=False)
