"""Cutting text into what is looked up, the same way for what is kept and for what is asked.

Every character is folded by itself (full width to half width, large to small, traditional to
simplified, accents away), so any run of a title folds to a run of the folded title. Letters,
digits and Chinese characters are cut into pairs of neighbours, across spaces and punctuation:
a word of any language, a number or a part of one is then a phrase of pairs. There are only so
many pairs of Latin letters and digits, each in very many documents; three of those in a row are
one term, and the pairs stand in a column of their own. A title also yields its single
characters and its signs, so even one character or a pair of brackets finds it.
"""

import unicodedata
from dataclasses import dataclass

from lantai.services.search.variants import SIMPLIFIED

#: raise it whenever the same text would be cut otherwise: an index cut the old way is rebuilt
CUTTING_VERSION = 1

#: stands between two fields, so that no pair is made of the end of one and the start of the next
_BREAK = '\u00b7'


def _pieces(character: str) -> str:
    """A character folded: no width, no case, no accents; empty for invisible ones."""
    simple = SIMPLIFIED.get(character, character)
    decomposed = unicodedata.normalize('NFKD', unicodedata.normalize('NFKD', simple).casefold())
    return ''.join(
        SIMPLIFIED.get(piece, piece)
        for piece in decomposed
        if unicodedata.category(piece) not in ('Mn', 'Me', 'Cf', 'Cc', 'Cs') and not piece.isspace()
    )


def _is_letter(piece: str) -> bool:
    return unicodedata.category(piece)[0] in 'LN' or unicodedata.category(piece) == 'Mc'


class _Letters(dict[str, str]):
    """Character to the letters and digits it folds to; made as characters are met."""

    def __missing__(self, character: str) -> str:
        found = self[character] = ''.join(filter(_is_letter, _pieces(character)))
        return found


class _Signs(dict[str, str]):
    """Character to the signs (punctuation, symbols) it folds to."""

    def __missing__(self, character: str) -> str:
        found = ''.join(piece for piece in _pieces(character) if not _is_letter(piece))
        self[character] = found
        return found


# bounded by the number of characters there are
_LETTERS = _Letters()
_SIGNS = _Signs()


def letters(text: str) -> str:
    """The folded letters, digits and Chinese characters of a text, in order, joined."""
    return ''.join(map(_LETTERS.__getitem__, text))


def _grams(folded: str) -> list[str]:
    """A term for every character but the last: with the next, or the next two of Latin letters and digits."""
    return [folded[at : at + 3 if folded[at : at + 3].isascii() else at + 2] for at in range(len(folded) - 1)]


def _phrase(folded: str) -> str:
    """The terms that stand in a text one after the other wherever `folded` is a part of it."""
    grams = _grams(folded)
    if not folded[-2:].isascii():
        return f'"{" ".join(grams)}"'
    if folded[-3:].isascii():
        # what follows in the text is not known, and the term before says all there is to say
        return f'"{" ".join(grams[:-1])}"'
    return f'"{" ".join(grams)}" *'


def _sign_terms(text: str) -> list[str]:
    """A term for each sign, and a break wherever letters stand between signs."""
    terms: list[str] = []
    for character in text:
        if signs := _SIGNS[character]:
            terms += [f'x{ord(sign):x}' for sign in signs]
        elif _LETTERS[character] and terms and terms[-1] != _BREAK:
            terms.append(_BREAK)
    return terms


def cut_title(title: str) -> str:
    """The terms of a title: runs in order, then each single character, then the signs."""
    folded = letters(title)
    return ' '.join([*_grams(folded), *sorted(set(folded)), *_sign_terms(title)])


def cut_fields(fields: tuple[str, ...]) -> str:
    """The terms of other fields: runs in order, a break between two fields."""
    return f' {_BREAK} '.join(' '.join(_grams(letters(field))) for field in fields)


def cut_pairs(title: str, fields: tuple[str, ...]) -> str:
    """Every pair of Latin letters or digits that stands anywhere, once."""
    found = set()
    for text in (title, *fields):
        folded = letters(text)
        found |= {pair for at in range(len(folded) - 1) if (pair := folded[at : at + 2]).isascii()}
    return ' '.join(sorted(found))


def code_term(kind: str, code: str) -> str:
    """A term for a code, whatever characters it is made of."""
    return f'{kind}{code.encode("utf-8", "surrogatepass").hex()}'


@dataclass(frozen=True)
class Term:
    """One part of what was asked: its folded letters, or its signs when it has no letters."""

    letters: str
    signs: str = ''

    @property
    def match(self) -> str:
        """The term as FTS5 wants it. Holds no quotation mark, whatever was typed."""
        if len(self.letters) == 2 and self.letters.isascii():
            return f'pairs : "{self.letters}"'
        if len(self.letters) > 1:
            return f'{{title body}} : {_phrase(self.letters)}'
        return f'title : "{self.letters or self.signs}"'


    @property
    def match_text(self) -> str:
        """The term as FTS5 wants it, of the texts of files; empty for single characters and signs, which
        nearly every text has."""
        if len(self.letters) < 2:
            return ''
        if len(self.letters) == 2 and self.letters.isascii():
            return f'pairs : "{self.letters}"'
        return f'text : {_phrase(self.letters)}'


def terms_of(asked: str) -> list[Term]:
    """The parts of a query, separated by white space; parts of which nothing is left are dropped."""
    found: list[Term] = []
    for part in asked.split():
        folded = letters(part)
        signs = '' if folded else ' '.join(_sign_terms(part))
        term = Term(folded, signs)
        if (folded or signs) and term not in found:
            found.append(term)
    return found


def stands_in(term: Term, title: str, fields: tuple[str, ...]) -> bool:
    """Whether a term is found in a description, as the index finds it."""
    if not term.letters:
        return f' {term.signs} ' in f' {" ".join(_sign_terms(title))} '
    if len(term.letters) == 1:
        return term.letters in letters(title)
    return any(term.letters in letters(text) for text in (title, *fields))


def spans(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Where the terms stand in a text: half-open spans of characters, in order, none touching."""
    folded = letters(text)
    if not any(term.letters and term.letters in folded for term in terms):
        return []
    places = [at for at, character in enumerate(text) for _letter in _LETTERS[character]]
    hit: list[tuple[int, int]] = []
    for term in terms:
        size = len(term.letters)
        start = folded.find(term.letters) if size else -1
        while start >= 0:
            hit.append((places[start], places[start + size - 1] + 1))
            start = folded.find(term.letters, start + size)
    return _joined(sorted(hit))


def _joined(hit: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in hit:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked(text: str, terms: list[Term]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was asked for; joined they are the text again."""
    pieces: list[tuple[str, bool]] = []
    last = 0
    for start, end in spans(text, terms):
        if start > last:
            pieces.append((text[last:start], False))
        pieces.append((text[start:end], True))
        last = end
    if last < len(text):
        pieces.append((text[last:], False))
    return pieces
