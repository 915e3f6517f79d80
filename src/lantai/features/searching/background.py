"""The search's part of the background work."""

from lantai.services.jobs.registry import follower
from lantai.services.search.operation import Attendant
from lantai.services.site import Site


@follower('search')
def search_follower(site: Site) -> Attendant:
    """Keeps the index up with the log, and builds it where it is missing or broken."""
    return Attendant(site)
