"""What is particular to a kind of case on its page. Its room says it: `config.add_case_page(...)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_KEY = 'lantai.case_pages'


@dataclass(frozen=True)
class CasePage:
    """One kind's page.

    `values(request, case)` gives what its template shows beyond the common frame; `read(request, case,
    post)` makes name and values of an action from the form, raising Invalid.
    """

    template: str
    values: Callable[[Any, Any], dict[str, Any]]
    read: Callable[[Any, Any, Any], tuple[str, dict[str, Any]]]
    #: what is fetched beside the papers: name -> function(request, case) that answers it
    downloads: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    #: names of the steps that a case waits for; without it, of all that lead on
    awaited: Callable[[Any], tuple[str, ...]] | None = None
    #: who took that step already and is not to take it again
    acted: Callable[[Any, str], tuple[str, ...]] = lambda _case, _name: ()
    #: why a record was set aside, in words, by code
    aside: Mapping[str, str] = field(default_factory=dict)


def add_case_page(config, kind: str, page: CasePage) -> None:
    """Declares the page of a kind; two for one kind are refused."""

    def register() -> None:
        config.registry.setdefault(_KEY, {})[kind] = page

    config.action((_KEY, kind), register)


def page_of(request, kind: str) -> CasePage:
    """The page of a kind; KeyError for one without."""
    return request.registry[_KEY][kind]


def includeme(config) -> None:
    config.add_directive('add_case_page', add_case_page)
