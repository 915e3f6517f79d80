"""Templates are compiled before anybody waits for them, and each only once."""

from __future__ import annotations

import logging
import threading

import pytest
from chameleon.loader import MemoryLoader
from chameleon.template import BaseTemplate

from lantai.app.main import main
from lantai.web import compiled
from tests.builders.browser import at, browsers


@pytest.fixture
def programs(monkeypatch) -> compiled.Programs:
    """A process that has compiled nothing."""
    monkeypatch.setattr(BaseTemplate, 'loader', compiled.Programs())
    return BaseTemplate.loader


@pytest.fixture
def first_few(monkeypatch):
    """Not all seventy: those of the pages looked at here."""
    rooms = ('lantai.templates:layout/', 'lantai.templates:people/login', 'lantai.templates:records/')
    names = [name for name in compiled.all_templates() if name.startswith(rooms)]
    assert len(names) > 15
    monkeypatch.setattr(compiled, 'all_templates', lambda: iter(names))


def test_no_page_compiles_anything_afterwards(site, programs, first_few):
    compiled.compile_all(main(site).registry)
    before = len(programs)
    assert before > 15
    app = browsers(site)('clerk')
    form = at('new', 'item', 'Z109', 'WS', '2026', 'D30', 'BGS')
    for page in ('/', '/approvals', at('archive', 'Z109'), form):
        app.get(page, status=200)
    assert len(programs) == before


def test_the_frame_is_compiled_once_for_all_pages(site, programs):
    app = browsers(site)('clerk')
    app.get('/')
    app.get('/approvals')
    frames = [name for name in programs._known if name.startswith('page_')]
    assert len(frames) == 1


def test_compiling_goes_on_in_the_background_and_stops_when_asked(site, programs, monkeypatch):
    release, begun = threading.Event(), threading.Event()

    def two():
        yield 'lantai.templates:layout/crumbs.pt'
        begun.set()
        release.wait(10)
        yield 'lantai.templates:layout/act.pt'

    monkeypatch.setattr(compiled, 'all_templates', two)
    stopping = threading.Event()
    thread = compiled.compile_in_background(main(site).registry, stopping)
    assert begun.wait(10) and thread.is_alive()
    stopping.set()
    release.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(programs) == 1


def test_a_broken_template_is_logged_and_the_others_are_compiled(site, programs, monkeypatch, caplog):
    names = ['lantai.templates:layout/absent.pt', 'lantai.templates:layout/crumbs.pt']
    monkeypatch.setattr(compiled, 'all_templates', lambda: iter(names))
    with caplog.at_level(logging.ERROR, 'lantai.web.compiled'):
        compiled.compile_all(main(site).registry)
    assert 'absent.pt' in caplog.text
    assert len(programs) == 1


def test_a_process_keeps_what_it_compiled(site, monkeypatch):
    monkeypatch.setattr(BaseTemplate, 'loader', MemoryLoader())
    main(site)
    assert isinstance(BaseTemplate.loader, compiled.Programs)
