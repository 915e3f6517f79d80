"""Searching 检索: one box over titles, numbers and descriptions, with filters, counts and marked hits."""


def includeme(config) -> None:
    """The page; the JSON of the same is the API's."""
    config.add_route('search', '/search')
    config.scan('.views')
