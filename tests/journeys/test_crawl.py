"""Every page that a link leads to, as each role: it is there, it is sound HTML, it is small."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html
from webtest import TestApp

from lantai.app.main import main
from lantai.services.act import Act
from lantai.services.jobs.worker import work_off
from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from tests.builders import demonstration as demo
from tests.builders.filing import add_schedule, approved
from tests.builders.office import ADMINISTRATORS, PASSWORD, make_office
from tests.builders.sites import new_site

LARGEST = 100_000
#: pages of one kind that are looked at: the two-hundredth record looks as the first
OF_A_KIND = 4
#: pages that are printed as a whole, however long they are
UNBOUNDED = ('format=print',)
HOSTILE = (
    '<script>alert(1)</script>&amp;"\'</td>',
    '\u202eexe.gnp\u200f\u0661',
    'W' * 255,
    '😀👩\u200d👩\u200d👧' * 20,
    'a\u0301' * 100,
)
ROLES = ('clerk', 'unitarchivist', 'manager', 'archivist', 'appraiser', 'leader', 'supervisor1', 'reader',
         *ADMINISTRATORS, 'outsider')  # fmt: skip


class Visitor:
    """Somebody signed in who follows every link."""

    def __init__(self, application: object, person: str, password: str, language: str) -> None:
        self.app = TestApp(
            application, extra_environ={'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': language}
        )
        form = next(each for each in self.app.get('/login').forms.values() if each.action == '/login')
        form['name'], form['password'] = person, password
        form.submit(status=303)
        self.seen: set[str] = set()
        self.complaints: list[str] = []

    def walk(self, most: int = 120) -> None:
        """Follows links from the first page on, some of every kind."""
        waiting, kinds = ['/'], Counter()
        while waiting and len(self.seen) < most:
            address = waiting.pop(0)
            kind = kind_of(address)
            if address in self.seen or kinds[kind] >= OF_A_KIND:
                continue
            kinds[kind] += 1
            self.seen.add(address)
            waiting += self.visit(address)

    def visit(self, address: str) -> list[str]:
        """Looks at a page; gives where it leads to."""
        answer = self.app.get(address, status='*')
        hops = 0
        while 300 <= answer.status_int < 400 and hops < 5:
            answer, hops = answer.follow(status='*'), hops + 1
        if answer.status_int != 200:
            self.complaints.append(f'{unquote(address)}: {answer.status_int}')
        if answer.content_type != 'text/html':
            return []
        self.complaints += [f'{unquote(address)}: {each}' for each in faults(answer.body, address)]
        document = html.fromstring(answer.body)
        return [leads for leads in map(partial_of(answer.request.url), document.xpath('//a/@href')) if leads]


def partial_of(base: str):
    """A function that makes a link of a page an address of this server, or nothing."""

    def local(link: str) -> str:
        parts = urlsplit(urljoin(base, link))
        if parts.netloc != urlsplit(base).netloc:
            return ''
        return parts.path + (f'?{parts.query}' if parts.query else '')

    return local


def kind_of(address: str) -> tuple[str, int, tuple[str, ...]]:
    """What pages are alike: the first word, how deep, and which parameters they have."""
    path, _, query = address.partition('?')
    return path.split('/')[1], min(path.count('/'), 7), tuple(sorted(re.findall(r'(\w+)=', query)))


def faults(body: bytes, address: str) -> Iterator[str]:
    """What is wrong with a page."""
    if len(body) > LARGEST and not any(each in address for each in UNBOUNDED):
        yield f'{len(body)} bytes'
    if b'Traceback' in body:
        yield 'a traceback'
    document = html.fromstring(body)
    for identity, times in Counter(document.xpath('//@id')).items():
        if times > 1:
            yield f'id {identity} {times} times'
    for field in document.xpath('//input[not(@type="hidden")]|//select|//textarea'):
        named = field.get('aria-label') or field.get('aria-labelledby') or field.get('aria-hidden')
        labels = document.xpath('//label[@for=$id]', id=field.get('id', ''))
        if not named and not labels and not field.xpath('ancestor::label'):
            yield f'no label: {field.get("name")}'
    if document.xpath('//img[not(@alt)]'):
        yield 'a picture without words'
    if len(document.xpath('//h1')) != 1 or not document.xpath('//html/@lang'):
        yield 'no heading or no language'
    # no title of a record becomes markup
    if document.xpath('//script[contains(., "alert")]'):
        yield 'a title that is a script'
    if document.xpath('//*[@style or @onclick or @onload]'):
        yield 'what the content security policy forbids'


@pytest.fixture(scope='module')
def office(tmp_path_factory: pytest.TempPathFactory, demonstration) -> Iterator[object]:
    """The demonstration; nobody changes it by following links."""
    with demo.site_in(demonstration) as site:
        yield main(site)


@pytest.mark.parametrize('person', ROLES)
def test_every_link_of_the_demonstration_leads_to_a_sound_page(office: object, person: str) -> None:
    language = 'en' if ROLES.index(person) % 2 else 'zh-CN'
    visitor = Visitor(office, person, demo.PASSWORD, language)
    visitor.walk()
    assert not visitor.complaints, '\n'.join(visitor.complaints)
    assert len(visitor.seen) > 5


@pytest.mark.parametrize('language', ['zh-CN', 'en'])
@pytest.mark.parametrize('person', ['clerk', 'archivist'])
def test_hostile_titles_are_only_text(site: Site, person: str, language: str) -> None:
    for work in (add_schedule, _hostile):
        site.transact(work, machine_user('test'), door='cli')
    work_off(site)
    visitor = Visitor(main(site), person, PASSWORD, language)
    visitor.walk()
    assert not visitor.complaints, '\n'.join(visitor.complaints)


def _hostile(act: Act) -> None:
    for number, title in enumerate(HOSTILE):
        # a name of 255 bytes, as long as they come
        approved(act, title, name=f'{number}{"长" * 83}.pdf')


@pytest.mark.parametrize('person', ADMINISTRATORS)
def test_a_repository_with_nothing_in_it(tmp_path, clock, person: str) -> None:
    with new_site(tmp_path / 'data', clock) as site:
        site.transact(_only_administrators, machine_user('test'), door='cli')
        visitor = Visitor(main(site), person, PASSWORD, 'en')
        visitor.walk()
        assert not visitor.complaints, '\n'.join(visitor.complaints)


def _only_administrators(act: Act) -> None:
    make_office(act)
    for code in ('Z109', 'Z110'):
        act.repository.remove(act.repository[code])
