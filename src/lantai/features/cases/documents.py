"""The papers of a case by name: kept as signed values, shown and printed by the form of their kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lantai.base.errors import NotFound
from lantai.features.cases.model import Case
from lantai.features.cases.printing import Form, Translate, as_pdf, as_xlsx

#: a kept value -> the form it is printed by
MakeForm = Callable[[dict[str, Any]], Form]
_forms: dict[tuple[str, str], MakeForm] = {}


class UnknownDocument(NotFound):
    """The case has no paper of that name (yet), or none in that format."""


def form(kind: str, name: str) -> Callable[[MakeForm], MakeForm]:
    """Registers how a paper of a kind of case is printed."""

    def register(function: MakeForm) -> MakeForm:
        earlier = _forms.setdefault((kind, name), function)
        if earlier is not function:
            raise ValueError(f'{kind}/{name} is printed in two ways')
        return function

    return register


def document_of(case: Case, name: str) -> dict[str, Any]:
    """`{"value", "signature"}` as it was kept; raises UnknownDocument."""
    if name not in case.documents:
        raise UnknownDocument()
    return case.documents[name]


def form_of(case: Case, name: str) -> Form:
    """A paper's form, for a page or a printer; raises UnknownDocument."""
    value = document_of(case, name)['value']
    if (case.type, name) not in _forms:
        raise UnknownDocument()
    return _forms[case.type, name](value)


def printed(case: Case, name: str, format: str, translate: Translate) -> bytes:
    """A paper as `pdf` or `xlsx`; raises UnknownDocument."""
    return {'pdf': as_pdf, 'xlsx': as_xlsx}[format](form_of(case, name), translate)
