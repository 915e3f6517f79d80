"""Languages: the catalogues read at start, and which language a request speaks.

Message ids are complete English sentences, so English needs no catalogue. Chinese lies in one readable .po
file per room under ``lantai/locale/zh_CN``; they are read and merged when the process starts, and no
compiled file exists that could be older than its source.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from pyramid.i18n import Localizer, Translations
from pyramid.interfaces import ILocalizer
from pyramid.threadlocal import get_current_request
from pyramid_chameleon.interfaces import IChameleonTranslate
from translationstring import ChameleonTranslate, TranslationString

from lantai.base.i18n import DOMAIN
from lantai.services.content.schema import chinese_messages, shipped

DEFAULT_LANGUAGE = 'zh_CN'
LANGUAGES = {'zh_CN': '中文', 'en': 'English'}
COOKIE = 'lantai_language'

# What browsers call the languages, best first; "zh" alone and every regional Chinese get the one there is.
_TAGS = {'zh-CN': 'zh_CN', 'zh': 'zh_CN', 'en': 'en'}


def language_or_none(name: str | None) -> str | None:
    """The language called `name` (``zh_CN``, ``zh-CN``, ``en`` ...), or None when it is not one of ours."""
    if not name:
        return None
    name = name.replace('-', '_')
    if name in LANGUAGES:
        return name
    return {'zh': 'zh_CN', 'en': 'en'}.get(name.split('_')[0].lower())


def negotiate(request) -> str:
    """The language of a request: the account's choice, the cookie's, the browser's, or else Chinese."""
    actor = getattr(request, 'actor', None)
    return (
        language_or_none(getattr(actor, 'language', None))
        or language_or_none(request.cookies.get(COOKIE))
        or _TAGS[request.accept_language.lookup(tuple(_TAGS), default='zh-CN')]
    )


def catalogue_files(language: str) -> Iterator[Traversable]:
    """The .po files of a language, in the order in which they are merged."""
    folder = resources.files('lantai').joinpath('locale', language)
    if folder.is_dir():
        yield from sorted((f for f in folder.iterdir() if f.name.endswith('.po')), key=lambda f: f.name)


def read_catalogue(file: Traversable) -> Catalog:
    """One room's messages. Raises babel's PoFileError when the file is broken: at start, not in a page."""
    with file.open('rb') as stream:
        return read_po(stream, domain=DOMAIN, abort_invalid=True)


class NestingLocalizer(Localizer):
    """A localizer that translates what is put into a message as well, such as a state's name."""

    def translate(self, tstring, domain=None, mapping=None):
        inner = getattr(tstring, 'mapping', None)
        if inner and any(isinstance(value, TranslationString) for value in inner.values()):
            mapping = {**{name: self._inner(value) for name, value in inner.items()}, **(mapping or {})}
            tstring = TranslationString(
                str(tstring), domain=tstring.domain, default=tstring.default, mapping=mapping
            )
        return super().translate(tstring, domain=domain, mapping=mapping)

    def _inner(self, value: object) -> object:
        return self.translate(value) if isinstance(value, TranslationString) else value


@cache
def localizer_for(language: str) -> Localizer:
    """The localizer of a language, for requests, jobs and commands. Reads the catalogues once per process."""
    merged = Catalog(locale=language, domain=DOMAIN)
    for file in catalogue_files(language):
        for message in read_catalogue(file):
            # Where two rooms share a message its translations are the same, a test sees to it: one stays.
            if message.id and message.id not in merged and not message.fuzzy:
                merged[message.id] = message
    if language == 'zh_CN':
        # the titles of metadata elements and their values stand in the schemas, in both languages
        for message_id, text in chinese_messages().items():
            if message_id not in merged:
                merged.add(message_id, text)
    for schema in shipped().values() if language == DEFAULT_LANGUAGE else ():
        # a schema brings both languages of its own words
        for message, text in schema.messages().items():
            if message not in merged:
                merged.add(message, text)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    translations = Translations()
    translations._catalog = {}  # Translations() without a file has none, and plural lookups need one
    translations.add(Translations(compiled, domain=DOMAIN))
    return NestingLocalizer(language, translations)


def translate(message: object, language: str) -> str:
    """`message` (a translation string, or text that stays as it is) in a language, outside any request."""
    if isinstance(message, TranslationString):
        return localizer_for(language).translate(message)
    return str(message)


def _translate_for_template(message: object) -> object:
    request = get_current_request()
    if request is None:  # a template rendered by a job or a command says its language by itself
        return message
    return request.localizer.translate(message)


def includeme(config) -> None:
    """Localizers, the negotiator and the translation of templates."""
    config.add_settings(default_locale_name=DEFAULT_LANGUAGE)
    for language in LANGUAGES:
        config.registry.registerUtility(localizer_for(language), ILocalizer, name=language)
    config.registry.registerUtility(ChameleonTranslate(_translate_for_template), IChameleonTranslate)
    config.set_locale_negotiator(negotiate)
