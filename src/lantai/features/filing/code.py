"""Reference codes (档号): made in the form of DA/T 13-2022 or DA/T 22-2015, read in both.

2022  Z109-WS·2021·D30·BGS-0002     fonds, then everything of the class joined by ·, then the number
2015  Z109-WS·2011-Y-BGS-0001       period and unit are parts of their own
2022, in volumes  J019-ZY·JC·CC·2019·D30-001-001     the number of the volume before that of the item
"""

import re
from dataclasses import dataclass

from lantai.base.errors import Malformed
from lantai.base.i18n import _

FORMS = ('2022', '2015')
#: digits an item number is filled up to; a number that needs more has more
ITEM_DIGITS = 4
VOLUME_DIGITS = 3

DOT = '·'
#: what old databases and input methods put for the two separators
_DOTS = '.．・･•‧∙⋅・'
_DASHES = '-－–—−‐‑﹣'
_SEPARATORS = str.maketrans({**dict.fromkeys(_DOTS, DOT), **dict.fromkeys(_DASHES, '-')})
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_FONDS = re.compile(r'[A-Z]\d{3}')
_CATEGORY = re.compile(r'[A-Z]{2}')
_YEAR = re.compile(r'(?:19|20)\d{2}')
_PERIOD = re.compile(r'Y|D[1-9]\d*')
_NUMBER = re.compile(r'\d{3,6}')


class BadCode(Malformed):
    """A text that is no reference code of either form."""

    name = 'bad-reference-code'
    title = _('This is not a reference code')


@dataclass(frozen=True)
class ReferenceCode:
    """One code in its parts; `category` may have levels joined by `·`, what is not there is empty or
    None."""

    fonds: str
    category: str
    number: int
    year: int | None = None
    period: str = ''
    unit: str = ''
    volume: int | None = None

    @property
    def group(self) -> str:
        """What items are numbered within, the same in both forms."""
        parts = (self.fonds, self.category, str(self.year or ''), self.period, self.unit)
        return '|'.join(parts) + ('' if self.volume is None else f'|{self.volume}')

    @property
    def sort_key(self) -> str:
        """A text that puts codes in the order of a catalogue: permanent first, then the longer periods."""
        years = int(self.period[1:]) if self.period.startswith('D') else None
        period = '0000' if self.period == 'Y' else '' if years is None else f'{9999 - years:04}'
        parts = (
            self.fonds,
            self.category,
            str(self.year or ''),
            period,
            self.unit,
            f'{self.volume or 0:06}',
            f'{self.number:08}',
        )
        return '\t'.join(parts)

    def text(self, form: str = '2022', digits: int = ITEM_DIGITS) -> str:
        """Write the code in one of the two forms."""
        year = str(self.year) if self.year is not None else ''
        number = f'{self.number:0{digits if self.volume is None else VOLUME_DIGITS}}'
        volume = '' if self.volume is None else f'{self.volume:0{VOLUME_DIGITS}}'
        if form == '2015' and year and self.period and self.volume is None:
            parts = (self.fonds, _dotted(self.category, year), self.period, self.unit, number)
        else:
            # Records in volumes have no form of 2015 (it is for records by the item).
            parts = (self.fonds, _dotted(self.category, year, self.period, self.unit), volume, number)
        return '-'.join(filter(None, parts))


def _dotted(*parts: str) -> str:
    return DOT.join(filter(None, parts))


def normalised(text: str) -> str:
    """Return a code with the separators of the standard, plain letters and digits, and no spaces."""
    return re.sub(r'\s+', '', text.translate(_FULL_WIDTH).translate(_SEPARATORS))


def parse(text: str) -> ReferenceCode:
    """Read a code of either form. Raises BadCode."""
    fonds, *middle, number = normalised(text).split('-') if '-' in normalised(text) else ('', '')
    if not (_FONDS.fullmatch(fonds) and _NUMBER.fullmatch(number) and middle):
        raise BadCode()
    levels = middle[0].split(DOT)
    if not _CATEGORY.fullmatch(levels[0]) or not all(levels):
        raise BadCode()
    rest = middle[1:]
    if rest and _PERIOD.fullmatch(rest[0]) and _YEAR.fullmatch(levels[-1]):
        return _parse_2015(fonds, levels, rest, int(number))
    return _parse_2022(fonds, levels, rest, int(number))


def _parse_2015(fonds: str, levels: list[str], rest: list[str], number: int) -> ReferenceCode:
    if len(rest) > 2 or not all(rest) or len(levels) < 2:
        raise BadCode()
    unit = rest[1] if len(rest) == 2 else ''
    return ReferenceCode(fonds, DOT.join(levels[:-1]), number, int(levels[-1]), rest[0], unit)


def _parse_2022(fonds: str, levels: list[str], rest: list[str], number: int) -> ReferenceCode:
    if len(rest) > 1 or not all(_NUMBER.fullmatch(part) for part in rest):
        raise BadCode()
    volume = int(rest[0]) if rest else None
    place = next((index for index, level in enumerate(levels) if index and _YEAR.fullmatch(level)), None)
    if place is None:
        return ReferenceCode(fonds, DOT.join(levels), number, volume=volume)
    after = levels[place + 1 :]
    period = after.pop(0) if after and _PERIOD.fullmatch(after[0]) else ''
    return ReferenceCode(
        fonds, DOT.join(levels[:place]), number, int(levels[place]), period, DOT.join(after), volume
    )
