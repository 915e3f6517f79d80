"""Reading the files of a profile, with every mistake named by file, line and column."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import colander

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.classification.errors import ProfileInvalid
from lantai.services.content.fields import PERIOD

#: a sheet longer than this was not written by people
ROWS_AT_MOST = 10_000


class ProfileFolder:
    """A folder of readable files, and the mistakes found in them so far."""

    def __init__(self, folder: Traversable | Path) -> None:
        self.folder = folder
        self.problems: list[Condition] = []

    def complain(self, place: str, message: str, code: str = 'bad-entry') -> None:
        """Note a mistake at a place such as `units.csv:3:code`."""
        self.problems.append(Condition(code, message, place))

    def raise_problems(self) -> None:
        """Raise ProfileInvalid when there was any mistake."""
        if self.problems:
            raise ProfileInvalid(conditions=self.problems)

    def has(self, name: str) -> bool:
        """Return whether the folder has that file."""
        return self.folder.joinpath(name).is_file()

    def text(self, name: str) -> str | None:
        """Return the text of a file, or None with a complaint."""
        try:
            return self.folder.joinpath(name).read_text(encoding='utf-8-sig')
        except FileNotFoundError:
            self.complain(name, _('This file is missing'), 'missing-file')
        except UnicodeDecodeError:
            self.complain(name, _('This file is not UTF-8 text'), 'not-text')
        return None

    def toml(self, name: str, schema: colander.SchemaNode) -> dict[str, Any]:
        """Return the checked values of a TOML file; empty with a complaint."""
        text = self.text(name)
        if text is None:
            return {}
        try:
            return schema.deserialize(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            self.complain(name, _('This file is no TOML: ${why}', mapping={'why': str(error)}), 'no-toml')
        except colander.Invalid as error:
            self.complain_of(name, error)
        return {}

    def csv(self, name: str, schema: colander.SchemaNode) -> list[dict[str, Any]]:
        """Return the checked rows of a CSV file with a header; columns not in the schema are passed over."""
        text = self.text(name)
        return [] if text is None else self.rows(name, text, schema)

    def rows(self, name: str, text: str, schema: colander.SchemaNode) -> list[dict[str, Any]]:
        """Return the checked rows of CSV text; `name` is what complaints call it."""
        reader = csv.DictReader(io.StringIO(text, newline=''))
        header = reader.fieldnames or []
        wanted = [node.name for node in schema.children if node.required]
        if lacking := [column for column in wanted if column not in header]:
            message = _('These columns are missing: ${columns}', mapping={'columns': ', '.join(lacking)})
            self.complain(f'{name}:1', message, 'missing-column')
            return []
        found = []
        try:
            for row in reader:
                if len(found) == ROWS_AT_MOST:
                    self.complain(f'{name}:{reader.line_num}', _('There are too many rows'), 'too-many')
                    break
                try:
                    found.append(
                        schema.deserialize({key: value for key, value in row.items() if key and value})
                    )
                except colander.Invalid as error:
                    self.complain_of(f'{name}:{reader.line_num}', error)
        except csv.Error as error:
            message = _('This line cannot be read: ${why}', mapping={'why': str(error)})
            self.complain(f'{name}:{reader.line_num}', message)
        return found

    def complain_of(self, place: str, error: colander.Invalid) -> None:
        """Note everything a colander schema found wrong at a place."""
        for path in error.paths():
            last = path[-1]
            names = [_name(each) for each in path[1:]]
            for message in last.messages() or [last.msg]:
                self.complain(':'.join([place, '.'.join(names)]) if names else place, message)

    def unique(self, name: str, codes: list[Any]) -> None:
        """Complain of what is listed twice."""
        for code in sorted({code for code in codes if codes.count(code) > 1}, key=str):
            self.complain(name, _('${code} is listed twice', mapping={'code': code}), 'twice')


def _name(error: colander.Invalid) -> str:
    return str(error.pos + 1) if error.positional else error.node.name


def matches(pattern: str, message: str) -> Callable[[colander.SchemaNode, str], None]:
    """Return a validator for text of one shape."""
    return colander.Regex(rf'\A(?:{pattern})\Z', msg=message)


def text(name: str, longest: int = 200, **more: Any) -> colander.SchemaNode:
    """Return a node for a line of text."""
    validators = [
        colander.Length(max=longest, max_err=_('No more than ${n} characters', mapping={'n': longest})),
        matches(r'[^\x00-\x1f\x7f]*', _('Characters that cannot be shown are not allowed here')),
    ]
    if 'validator' in more:
        validators.append(more.pop('validator'))
    return colander.SchemaNode(
        colander.String(),
        name=name,
        validator=colander.All(*validators),
        missing_msg=_('This is missing'),
        **more,
    )


def code(name: str, **more: Any) -> colander.SchemaNode:
    """Return a node for a code that can stand in a reference code: capitals, digits or Chinese characters."""
    message = _('A code has capitals, digits or Chinese characters, no more than 20')
    return text(name, validator=matches(r'[A-Z0-9\u4e00-\u9fff]{1,20}', message), **more)


def period(name: str, **more: Any) -> colander.SchemaNode:
    """Return a node for the code of a retention period."""
    message = _('A retention period is expected here: Y, D30, D10 or D and the years')
    return text(name, validator=matches(PERIOD.pattern, message), **more)


def number(name: str, least: int = 1, most: int = 99_999, **more: Any) -> colander.SchemaNode:
    """Return a node for a whole number."""
    message = _('A number from ${least} to ${most} is expected here', mapping={'least': least, 'most': most})

    def within(node: colander.SchemaNode, value: int) -> None:
        if not least <= value <= most:
            raise colander.Invalid(node, message)

    return colander.SchemaNode(
        WholeNumber(), name=name, validator=within, missing_msg=_('This is missing'), **more
    )


class WholeNumber(colander.SchemaType):
    """A whole number, as text or as a number."""

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null or cstruct == '':
            return colander.null
        if isinstance(cstruct, bool) or not str(cstruct).isascii() or not str(cstruct).strip().isdigit():
            raise colander.Invalid(node, _('A whole number is expected here'))
        return int(str(cstruct)[:20])


def mapping(
    name: str = '', *children: colander.SchemaNode, strict: bool = False, **more: Any
) -> colander.SchemaNode:
    """Return a node for a table of values; a strict one refuses settings it does not know."""
    kind = colander.Mapping(unknown='raise' if strict else 'ignore')
    return colander.SchemaNode(kind, *children, name=name, missing_msg=_('This is missing'), **more)


def several(name: str, child: colander.SchemaNode, **more: Any) -> colander.SchemaNode:
    """Return a node for a list."""
    return colander.SchemaNode(
        colander.Sequence(), child, name=name, missing_msg=_('This is missing'), **more
    )
