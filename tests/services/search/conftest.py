"""A small tree with its log and index."""

from __future__ import annotations

import pytest

from tests.builders.libraries import Library


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / 'data')
    library.rebuild()
    yield library
    library.close()
