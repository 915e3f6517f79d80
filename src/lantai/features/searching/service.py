"""Searching: what a person asks, found in the index, looked at again, ready to be shown."""

from dataclasses import dataclass, replace
from typing import Any

from lantai.base.errors import NotSignedIn
from lantai.features.records.reading import is_restricted
from lantai.services.act import Act
from lantai.services.eventlog.log import event_log
from lantai.services.search.cutting import Term, marked, spans, terms_of
from lantai.services.search.documents import document_of
from lantai.services.search.listing import found_by
from lantai.services.search.operation import caught_up
from lantai.services.search.passages import passage, texts_of
from lantai.services.search.query import CAP, FACETS, Query
from lantai.store.tree import Node

#: characters shown around a hit in a long field
_AROUND = 40

#: a text in pieces, each with whether it was asked for
Marked = list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """One thing found: the node, its title marked, and the field that was hit where the title was not.

    `field` is a key of the metadata, or `name` or `reference_code`, or `text` for the text of a file, whose
    name is then `file`; empty when the title says it all.
    """

    node: Node
    title: Marked
    field: str = ''
    snippet: tuple[tuple[str, bool], ...] = ()
    file: str = ''


@dataclass(frozen=True)
class Results:
    """A page of hits. `total` stops at 1,000 with `more`; `exactly` is the true number where it is known.

    `facets` say how many have which type, state, fonds, unit, year, period; with `more` at least so
    many. `lag`: log entries the index does not have yet.
    """

    hits: list[Hit]
    total: int
    more: bool
    exactly: int | None
    facets: dict[str, dict[str, int]]
    next: str | None
    previous: str | None
    lag: int
    terms: tuple[Term, ...] = ()


def search(act: Act, query: Query) -> Results:
    """What the actor may see of what the query finds. A person's own last changes are in it.

    Raises NotSignedIn, BadQuery, BadCursor, and IndexUnavailable while the index is being made.
    """
    if act.actor is None:
        raise NotSignedIn()
    query.checked()
    caught_up(act)
    found, nodes = found_by(act, query)
    terms = terms_of(query.text)
    # what the index still names and the tree no longer shows is neither listed nor counted
    total = found.total - (len(found.uids) - len(nodes))
    log = event_log(act.repository)
    return Results(
        hits=[_shown(act, node, terms, node.uid in found.by_text) for node in nodes],
        total=min(total, CAP),
        more=found.more or total > CAP,
        exactly=None if found.more else total,
        facets=found.facets,
        next=found.next,
        previous=found.previous,
        lag=max(log.size + log.waiting - act.site.index.position, 0),
        terms=tuple(terms),
    )


def choices(act: Act, query: Query, results: Results) -> dict[str, dict[str, int]]:
    """For each filter the values that can be chosen: for one in use, those there are without it."""
    found = dict(results.facets)
    for name in FACETS:
        if getattr(query, name):
            found[name] = found_by(act, replace(query.without(name), limit=0))[0].facets.get(name, {})
    return found


def _shown(act: Act, node: Any, terms: list[Term], by_text: bool) -> Hit:
    if not by_text:
        return hit(node, terms)
    title = marked(node.title or node.name, terms)
    # what is restricted is not read in passing: reading it is an event
    if is_restricted(node):
        return Hit(node, title, 'text')
    names = {component.content_key: component.name for component in node.values()}
    missing = [term for term in terms if not spans(node.title or node.name, [term])]
    with act.site.index.reading() as connection:
        for key, text in texts_of(connection, node.uid):
            found = passage(text, missing)
            if key in names and found:
                return Hit(node, title, 'text', tuple(_around(*found, terms)), names[key])
    return Hit(node, title, 'text')


def hit(node: Any, terms: list[Term]) -> Hit:
    """A node as a search for these terms shows it."""
    title = marked(node.title or node.name, terms)
    document = document_of(node)
    missing = [term for term in terms if term.letters and not spans(node.title or node.name, [term])]
    if not missing or document is None:
        return Hit(node, title)
    for field, text in document.fields:
        places = spans(text, missing)
        if places:
            return Hit(node, title, field, tuple(_around(text, places[0], terms)))
    return Hit(node, title)


def _around(text: str, place: tuple[int, int], terms: list[Term]) -> Marked:
    start, end = max(place[0] - _AROUND, 0), min(place[1] + _AROUND, len(text))
    pieces = marked(text[start:end], terms)
    if start:
        pieces.insert(0, ('…', False))
    if end < len(text):
        pieces.append(('…', False))
    return pieces
