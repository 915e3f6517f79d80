"""What is asked of the server: each kind of question with enough different ones to be no lucky strike."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote, urlencode, urlsplit

from lantai.app.bench import corpus
from lantai.app.bench.build import DEEP, EVERYTHING, LITTLE
from lantai.base.names import lookup_key
from lantai.web.cookies import SESSION_COOKIE

#: rounds of the figures that are thrown away: the first ones fill caches and compile templates
WARMING = 5


@dataclass(frozen=True)
class Question:
    """One request: what kind it is, who asks, and the address."""

    group: str
    kind: str
    who: str
    address: str


@dataclass
class Timings:
    """Milliseconds of one kind of question."""

    values: list[float] = field(default_factory=list)

    def quantile(self, part: float) -> float:
        """The value below which `part` of them lie; the nearest one, nothing in between."""
        ordered = sorted(self.values)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]

    def as_json(self) -> dict[str, float | int]:
        """As the contract has it."""
        return {
            'p50_ms': round(self.quantile(0.5), 2),
            'p95_ms': round(self.quantile(0.95), 2),
            'count': len(self.values),
        }


class Browser:
    """One connection that stays open, as a browser keeps it."""

    def __init__(self, url: str, cookies: dict[str, str], token: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
        self._cookies, self._token = cookies, token
        #: questions so far, those for warming up too
        self.asked = 0

    def ask(self, question: Question) -> float:
        """Milliseconds from the question to the last byte of a 200; ValueError for another answer."""
        if question.address.startswith('/api/'):
            headers = {'Authorization': f'Bearer {self._token}'}
        else:
            headers = {'Cookie': f'{SESSION_COOKIE}={self._cookies[question.who]}', 'Accept': 'text/html'}
        self.asked += 1
        begun = time.perf_counter()
        self._connection.request('GET', question.address, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        taken = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            raise ValueError(f'{question.address}: {answer.status}')
        return taken

    def close(self) -> None:
        self._connection.close()


@contextmanager
def browsing(url: str, cookies: dict[str, str], token: str) -> Iterator[Browser]:
    """A browser for the block."""
    browser = Browser(url, cookies, token)
    try:
        yield browser
    finally:
        browser.close()


def measure(
    browser: Browser, questions: list[Question], progress: Callable[[int, int], None]
) -> dict[tuple[str, str], Timings]:
    """Asks each of them once, in the order given, after a few of each kind for warming up."""
    warmed: dict[tuple[str, str], int] = {}
    for question in questions:
        kind = (question.group, question.kind)
        if warmed.setdefault(kind, 0) < WARMING:
            warmed[kind] += 1
            browser.ask(question)
    found: dict[tuple[str, str], Timings] = {}
    for done, question in enumerate(questions, 1):
        found.setdefault((question.group, question.kind), Timings()).values.append(browser.ask(question))
        progress(done, len(questions))
    return found


def questions(number: int, seed: int, each: int) -> list[Question]:
    """`each` of every kind about the repository of `number` records, mixed, the same for one seed."""
    random = Random(seed + 1)
    sizes = [(place, size) for place, size in corpus.sizes(number, Random(seed)) if size]
    names: dict[tuple, list[str]] = {}
    for record in corpus.records(number, seed):
        names.setdefault(record.place, []).append(record.name)
    asked = [
        Question(group, kind, who, address)
        for group, kind, who, make in _kinds(random, sizes, names)
        for address in (make() for _n in range(each))
    ]
    random.shuffle(asked)
    return asked


def _kinds(random: Random, sizes: list, names: dict) -> list[tuple[str, str, str, Callable[[], str]]]:
    big = _path(corpus.BIG)
    inside = names[corpus.BIG]
    words, things = corpus.WORDS, corpus.THINGS
    deep = [place for place in corpus.places() if place[:2] == ('Z103', 2024)]

    def search(**query: object) -> str:
        return '/search?' + urlencode(query)

    def two() -> str:
        return ' '.join(random.sample(things, 2))

    def some() -> tuple:
        return random.choice(sizes)[0]

    def item() -> str:
        place = some()
        return f'/archive{_path(place)}/{quote(random.choice(names[place]))}'

    def above() -> str:
        return '/archive' + '/'.join(_path(some()).split('/')[: random.randrange(2, 5)])

    return [
        ('browse', 'first page of the big container', EVERYTHING, lambda: f'/archive{big}'),
        (
            'browse',
            'a page in the middle of it',
            EVERYTHING,
            lambda: f'/archive{big}?' + urlencode({'after': random.choice(inside)}),
        ),
        ('browse', 'its last page', EVERYTHING, lambda: f'/archive{big}?before='),
        ('browse', 'any container with records', EVERYTHING, lambda: f'/archive{_path(some())}'),
        ('browse', 'any container above', EVERYTHING, above),
        ('browse', 'the big one, for who sees little', LITTLE, lambda: f'/archive{_path(_OWN)}'),
        (
            'browse',
            'one of their own, roles deep down',
            DEEP,
            lambda: f'/archive{_path(random.choice(deep))}',
        ),
        ('browse', 'a branch of the tree', EVERYTHING, lambda: above().replace('/archive', '/branch', 1)),
        (
            'browse',
            'JSON of the big container',
            EVERYTHING,
            lambda: f'/api/v1/tree{big}?' + urlencode({'cursor': lookup_key(random.choice(inside))}),
        ),
        ('search', 'one term', EVERYTHING, lambda: search(q=random.choice(words))),
        ('search', 'two terms', EVERYTHING, lambda: search(q=two())),
        ('search', 'a rare term', EVERYTHING, lambda: search(q=corpus.RARE)),
        (
            'search',
            'a term with filters',
            EVERYTHING,
            lambda: search(
                q=random.choice(things),
                fonds=random.choice(corpus.FONDS),
                period=random.choice(list(corpus.PERIODS)),
            ),
        ),
        (
            'search',
            'filters alone',
            EVERYTHING,
            lambda: search(fonds=random.choice(corpus.FONDS), year=random.choice(corpus.YEARS)),
        ),
        ('search', 'one term, for who sees little', LITTLE, lambda: search(q=random.choice(words))),
        ('search', 'one term, roles deep down', DEEP, lambda: search(q=random.choice(words))),
        ('detail', 'page of a record', EVERYTHING, item),
    ]


#: where the person who sees little has most of it
_OWN = ('Z103', corpus.BIG[1], corpus.BIG[2], 'CWC')


def _path(place: tuple) -> str:
    fonds, year, period, unit = place
    return f'/{fonds}/WS/{year}/{period}/{unit}'
