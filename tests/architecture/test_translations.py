"""Both languages are complete: every message has its Chinese, and only once."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from lantai.services.content.schema import shipped
from tests.architecture.complaints import nothing_in
from tests.architecture.messages import (
    PLACEHOLDER,
    ROOT,
    catalogue,
    everything,
    in_module,
    in_template,
    placeholders,
    translations,
)
from tests.architecture.source import SOURCE, Module

#: where a message comes from a definition instead of being written out, and how those are covered
DYNAMIC = {
    'src/lantai/services/content/schema.py': 'titles of schemas, in both languages in config/schemas',
    'src/lantai/services/content/fields.py': 'titles of elements, in both languages in config/schemas',
    'src/lantai/web/forms.py': 'titles and hints of elements, in both languages in config/schemas',
    'src/lantai/features/filing/content_checks.py': 'a table of messages, each written out in it',
    'src/lantai/services/workflow/definition.py': 'titles in config/workflows, which are read here, too',
}
#: words that are the same in both languages
SAME_IN_BOTH = {'KB', 'MB', 'GB', 'PDF', 'URL', 'WebDAV'}


@pytest.fixture(scope='module')
def wanted() -> dict[str, list[str]]:
    """Each message with the places it stands in."""
    places = defaultdict(list)
    for message, place in everything().messages:
        places[message].append(place)
    return dict(places)


@pytest.fixture(scope='module')
def chinese() -> dict[str, str]:
    """The catalogue as the program merges it, the schemas' own messages included."""
    merged = {entry.msgid: entry.msgstr for entry in translations('zh_CN')}
    for schema in shipped().values():
        for message, text in schema.messages().items():
            merged.setdefault(message, text)
    return merged


def test_every_message_has_its_chinese(wanted, chinese):
    missing = [f'{places[0]}: {message!r}' for message, places in wanted.items() if not chinese.get(message)]
    nothing_in(missing)


def test_no_translation_is_left_over(wanted):
    left = [f'{entry.file}: {entry.msgid!r}' for entry in translations('zh_CN') if entry.msgid not in wanted]
    nothing_in(left)


def test_no_translation_is_a_guess():
    nothing_in(f'{entry.file}: {entry.msgid!r}' for entry in translations('zh_CN') if entry.fuzzy)


def test_a_message_is_translated_the_same_everywhere():
    ways = defaultdict(set)
    for entry in translations('zh_CN'):
        ways[entry.msgid].add((entry.msgstr, entry.file))
    for schema in shipped().values():
        for message, text in schema.messages().items():
            if message in ways:
                ways[message].add((text, f'schema {schema.name}'))
    differing = {
        message: sorted(said) for message, said in ways.items() if len({text for text, _file in said}) > 1
    }
    nothing_in(f'{message!r}: {said}' for message, said in differing.items())


def test_no_catalogue_says_a_message_twice():
    seen, twice = set(), []
    for entry in translations('zh_CN'):
        if (entry.file, entry.msgid) in seen:
            twice.append(f'{entry.file}: {entry.msgid!r}')
        seen.add((entry.file, entry.msgid))
    nothing_in(twice)


def test_a_translation_leaves_the_same_places_open():
    differing = [
        f'{entry.file}: {entry.msgid!r} -> {entry.msgstr!r}'
        for entry in translations('zh_CN')
        if placeholders(entry.msgid) != placeholders(entry.msgstr)
    ]
    nothing_in(differing)


def test_the_chinese_is_chinese():
    foreign = [
        f'{entry.file}: {entry.msgid!r} -> {entry.msgstr!r}'
        for entry in translations('zh_CN')
        if entry.msgstr and not _has_han(entry.msgstr) and _has_words(entry.msgid)
    ]
    nothing_in(foreign)


def test_the_english_is_english(wanted):
    nothing_in(f'{places[0]}: {message!r}' for message, places in wanted.items() if _has_han(message))


def test_messages_are_written_so_that_they_can_be_translated():
    nothing_in(everything().mistakes)


def test_only_definitions_bring_messages_from_elsewhere():
    elsewhere = [
        f'{place}: {what}' for place, what in everything().dynamic if place.split(':')[0] not in DYNAMIC
    ]
    nothing_in(elsewhere)


def test_every_exemption_is_still_needed(wanted):
    used = {place.split(':')[0] for place, _what in everything().dynamic}
    nothing_in(set(DYNAMIC) - used)


def test_the_schemas_speak_both_languages():
    silent = [
        f'{schema.name}: {message!r} -> {text!r}'
        for schema in shipped().values()
        for message, text in schema.messages().items()
        if not text or _has_han(message)
    ]
    nothing_in(silent)


def _has_han(text: str) -> bool:
    return any('\u4e00' <= character <= '\u9fff' for character in text)


def _has_words(text: str) -> bool:
    """Whether anything is left to translate beside places left open and names."""
    return bool(set(re.findall('[A-Za-z]+', PLACEHOLDER.sub('', text))) - SAME_IN_BOTH)


class TestTheReaders:
    """The readers find what they are there to find."""

    def _module(self, body: str) -> Module:
        return Module('lantai.x', SOURCE / 'lantai' / 'x.py', 'from lantai.base.i18n import _\n' + body)

    def test_a_message_in_code(self):
        found = in_module(self._module("x = _('Too ' 'long')\ny = _('A' if x else 'B')"))
        assert [message for message, _place in found.messages] == ['Too long', 'A', 'B']

    def test_a_message_that_is_computed(self):
        assert in_module(self._module("x = _(f'{a} of them')")).dynamic == [
            ('src/lantai/x.py:2', "f'{a} of them'")
        ]

    def test_a_placeholder_that_is_not_filled(self):
        assert in_module(self._module("x = _('${n} of ${m}', mapping={'n': 1})")).mistakes

    @pytest.mark.parametrize(
        ('markup', 'complaint'),
        [
            ('<p>Hello there</p>', 'not translated'),
            ('<p>你好</p>', 'not translated'),
            ('<p i18n:translate="">Found ${n} items</p>', 'i18n:name'),
            ('<p i18n:translate="">Found <b>some</b> items</p>', 'i18n:name'),
            ('<a title="Open it">${x}</a>', 'not translated'),
            ('<a title="Open ${it}" i18n:attributes="title">${x}</a>', 'filled in'),
        ],
    )
    def test_a_template_that_cannot_be_translated(self, tmp_path, monkeypatch, markup, complaint):
        said = self._template(tmp_path, monkeypatch, markup).mistakes
        assert any(complaint in line for line in said), said

    @pytest.mark.parametrize(
        ('markup', 'messages'),
        [
            ('<p i18n:translate="">Hello\n   there</p>', ['Hello there']),
            ('<p i18n:translate="">Found <b i18n:name="n">${n}</b> items</p>', ['Found ${n} items']),
            ('<a title="Open" i18n:attributes="title">${x}</a>', ['Open']),
            ('<p><kbd>Esc</kbd> ${x["a"]} &nbsp;·</p>', []),
        ],
    )
    def test_a_template_that_can(self, tmp_path, monkeypatch, markup, messages):
        found = self._template(tmp_path, monkeypatch, markup)
        assert found.mistakes == []
        assert [message for message, _place in found.messages] == messages

    def _template(self, folder, monkeypatch, markup):
        monkeypatch.setattr('tests.architecture.messages.ROOT', folder)
        path = folder / 'x.pt'
        path.write_text(f'<div i18n:domain="lantai">{markup}</div>', 'utf-8')
        return in_template(path)

    def test_a_catalogue(self):
        entries = catalogue('#, fuzzy\nmsgid "A"\nmsgstr "甲"\n'.encode(), 'x.po')
        assert [(entry.msgid, entry.msgstr, entry.fuzzy) for entry in entries] == [('A', '甲', True)]


def test_catalogues_are_found():
    assert translations('zh_CN'), f'no catalogue below {ROOT}'
