"""Holds (暂停处置、冻结): nothing held is appraised, destroyed or handed over; everything else goes on."""

from typing import Any


def includeme(config: Any) -> None:
    """The pages of holds, and what they offer on the pages of records."""
    config.add_route('holds', '/holds')
    config.add_route('holds.new', '/holds/new')
    config.add_route('hold', '/holds/{id}')
    config.include('.menu')
    config.scan('.views')
