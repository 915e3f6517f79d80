"""The one factory of translatable text; a message is its complete English wording."""

from translationstring import TranslationStringFactory

DOMAIN = 'lantai'

_ = TranslationStringFactory(DOMAIN)
