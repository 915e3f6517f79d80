"""Where the program speaks to people: every message of code, templates and definitions, with its place."""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from chameleon.namespaces import I18N_NS, TAL_NS
from lingua.extract import ExtractorOptions
from lingua.extractors.xml import ChameleonExtractor

from tests.architecture.source import ROOT, Module, modules

TEMPLATES = ROOT / 'templates'
CATALOGUES = ROOT / 'src' / 'lantai' / 'locale'
PLACEHOLDER = re.compile(r'\$\{([^}]*)\}')
LETTERS = re.compile(r'[A-Za-z]{2,}|[\u4e00-\u9fff]')
#: elements whose text is no sentence: keys of the keyboard, code, units of a program
NO_SENTENCE = ('kbd', 'code', 'script', 'style')

#: attributes that are shown or read out
SPOKEN = ('title', 'placeholder', 'alt', 'aria-label')


@dataclass
class Found:
    """The messages of one source and what is wrong with how they are written."""

    messages: list[tuple[str, str]] = field(default_factory=list)
    dynamic: list[tuple[str, str]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


def placeholders(text: str) -> set[str]:
    """The names a message leaves open."""
    return set(PLACEHOLDER.findall(text))


def in_module(module: Module) -> Found:
    """The messages of a module: the first argument of each call of the factory in base/i18n."""
    found = Found()
    names = {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == 'lantai.base.i18n'
        for alias in node.names
        if alias.name == '_'
    }
    unfilled = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            place = f'{module.place}:{node.lineno}'
            for text in _texts(node.args[0]):
                if text is None:
                    found.dynamic.append((place, ast.unparse(node.args[0])))
                    continue
                found.messages.append((text, place))
                given = _mapping(node)
                if given is not None and given != placeholders(text):
                    unfilled.append(
                        f'{place}: {text!r} leaves {placeholders(text)} open and is given {given}'
                    )
    if not found.dynamic:  # else a table of messages may be filled where one of them is taken
        found.mistakes += unfilled
    return found


def _texts(node: ast.expr) -> Iterator[str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    else:
        yield None


def _mapping(node: ast.Call) -> set[str] | None:
    """The names given for the placeholders; None when they are not written out here."""
    for keyword in node.keywords:
        if keyword.arg == 'mapping':
            value = keyword.value
            if isinstance(value, ast.Dict) and all(isinstance(key, ast.Constant) for key in value.keys):
                return {key.value for key in value.keys}
            return None
    return set()


class _Template(ChameleonExtractor):
    """Lingua's extractor, which also minds what the page would show untranslated."""

    def __init__(self) -> None:
        self.config = dict(self.default_config)
        self.found = Found()
        self._elements: list[tuple[str, bool]] = []

    def visit_element(self, start, end, children):
        attributes = start['ns_attrs']
        silent = (
            start['name'] in NO_SENTENCE
            or (TAL_NS, 'content') in attributes
            or (TAL_NS, 'replace') in attributes
        )
        self._elements.append((start['name'], silent or attributes.get('translate') == 'no'))
        for name in (attributes.get((I18N_NS, 'attributes')) or '').replace(';', ' ').split():
            for attribute in start['attrs']:
                if attribute['name'] == name and '${' in attribute['value']:
                    self._mistake(f'attribute {name} is translated after its expressions are filled in')
        for attribute in start['attrs']:
            if attribute['name'] in SPOKEN and _is_wording(PLACEHOLDER.sub('', attribute['value'])):
                translated = (attributes.get((I18N_NS, 'attributes')) or '').replace(';', ' ').split()
                if attribute['name'] not in translated:
                    self._mistake(f'attribute {attribute["name"]}="{attribute["value"]}" is not translated')
        super().visit_element(start, end, children)
        self._elements.pop()

    def visit_text(self, data):
        translated = self.translatestack[-1] is not None
        silent = any(quiet for _name, quiet in self._elements)
        if translated and '${' in data:
            self._mistake(f'an expression inside a translated text, give it an i18n:name: {data.strip()!r}')
        if not translated and not silent and LETTERS.search(_without_expressions(data)):
            self._mistake(f'text that is not translated: {data.strip()!r}')
        super().visit_text(data)

    def _mistake(self, what: str) -> None:
        self.found.mistakes.append(f'{Path(self.filename).relative_to(ROOT)}:{self.linenumber}: {what}')


def _is_wording(text: str) -> bool:
    """Words for people; an example of a path is none."""
    return bool(LETTERS.search(text)) and not ('/' in text and ' ' not in text)


def _without_expressions(text: str) -> str:
    """Text without its `${...}`, which may hold braces of their own."""
    kept, depth, position = [], 0, 0
    while position < len(text):
        if depth == 0 and text.startswith('${', position):
            depth, position = 1, position + 2
            continue
        if depth:
            depth += {'{': 1, '}': -1}.get(text[position], 0)
        else:
            kept.append(text[position])
        position += 1
    return re.sub(r'&#?\w+;', '', ''.join(kept))


def in_template(path: Path) -> Found:
    """The messages of a template."""
    extractor = _Template()
    with path.open('rb') as stream:
        messages = extractor(str(path), ExtractorOptions(domain=None, keywords=[], comment_tag=None), stream)
    found = extractor.found
    for message in messages:
        place = f'{path.relative_to(ROOT)}:{message.location[1]}'
        if '<dynamic element>' in message.msgid:
            found.mistakes.append(
                f'{place}: an element inside a translated text needs an i18n:name: {message.msgid!r}'
            )
        found.messages.append((message.msgid, place))
    return found


def in_workflow(path: Path) -> Found:
    """The titles of a workflow's states and transitions."""
    found = Found()
    for section in tomllib.loads(path.read_text('utf-8')).values():
        for about in section.values() if isinstance(section, dict) else ():
            if isinstance(about, dict) and 'title' in about:
                found.messages.append((about['title'], str(path.relative_to(ROOT))))
    return found


@cache
def everything() -> Found:
    """All messages of the program."""
    whole = Found()
    parts = [
        *(in_module(module) for module in modules()),
        *(in_template(path) for path in sorted(TEMPLATES.rglob('*.pt'))),
        *(in_workflow(path) for path in sorted((ROOT / 'config' / 'workflows').glob('*.toml'))),
    ]
    for part in parts:
        whole.messages += part.messages
        whole.dynamic += part.dynamic
        whole.mistakes += part.mistakes
    return whole


@dataclass(frozen=True)
class Entry:
    """One message of one catalogue."""

    file: str
    msgid: str
    msgstr: str
    fuzzy: bool


def catalogue(text: bytes, file: str) -> list[Entry]:
    """The entries of a .po file, the header left out. Raises PoFileError for a broken file."""
    return [
        Entry(file, message.id, message.string, message.fuzzy)
        for message in read_po(io.BytesIO(text), abort_invalid=True)
        if message.id
    ]


@cache
def translations(language: str) -> tuple[Entry, ...]:
    """All entries of a language."""
    return tuple(
        entry
        for path in sorted((CATALOGUES / language).glob('*.po'))
        for entry in catalogue(path.read_bytes(), path.relative_to(ROOT).as_posix())
    )
