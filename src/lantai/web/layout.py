"""What every template is given as `layout`: who is here, where things are, and how values look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyramid.csrf import get_csrf_token
from pyramid.decorator import reify
from pyramid.events import BeforeRender
from pyramid.interfaces import IRoutesMapper

from lantai.base.i18n import _
from lantai.services.content.fields import period_in_words
from lantai.services.security import policy
from lantai.store.tree import Node
from lantai.web import branches, navigation, notices, shown
from lantai.web.assets import asset_url
from lantai.web.i18n import LANGUAGES
from lantai.web.navigation import ADMINISTRATION, PERSON, SIDE, Entry


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a node; `url` is None for the last one."""

    title: str
    url: str | None


class Layout:
    """Plain values and small functions for templates; everything is made when first asked for."""

    def __init__(self, request) -> None:
        self.request = request

    # who, and in which language

    @property
    def actor(self):
        return self.request.actor

    @reify
    def csrf(self) -> str:
        return get_csrf_token(self.request)

    @property
    def html_lang(self) -> str:
        return self.request.locale_name.replace('_', '-')

    @property
    def other_language(self) -> tuple[str, str]:
        """Code and own name of the language to switch to."""
        return next((code, title) for code, title in LANGUAGES.items() if code != self.request.locale_name)

    @property
    def here(self) -> str:
        """This page's path with its query, to come back to; the start page where this one takes no GET."""
        try:
            return self.request.path_qs if self.request.method in ('GET', 'HEAD') else '/'
        except UnicodeDecodeError:
            return '/'  # an address that is no text: the page of that error is shown just now

    # where

    def asset(self, name: str) -> str:
        return asset_url(self.request, name)

    def route(self, name: str, **query: object) -> str:
        """The address of a page that is about no node."""
        return self.request.route_path(name, _query=_asked(query))

    def url_of(self, node: Node, route: str = 'archive', **query: object) -> str:
        """The address of a page about a node."""
        return self.url_at(node.segments, route, **query)

    def url_at(self, segments: Sequence[str], route: str = 'archive', **query: object) -> str:
        """The same by names: the path of a row is computed from its container's once."""
        return self.request.route_path(route, traverse=tuple(segments), _query=_asked(query))

    def has(self, name: str) -> bool:
        """Whether this installation has a page."""
        mapper = self.request.registry.queryUtility(IRoutesMapper)
        return mapper is not None and mapper.get_route(name) is not None

    def optional(self, name: str) -> str | None:
        """The address of a page that this installation may be without."""
        return self.request.route_path(name) if self.has(name) else None

    def optional_with(self, name: str, **query: object) -> str | None:
        """The same with a query."""
        return self.route(name, **query) if self.optional(name) else None

    @property
    def start(self) -> str:
        return self.optional('start') or '/'

    @property
    def search_url(self) -> str | None:
        return self.optional('search')

    @property
    def query(self) -> str:
        """What was asked for, to stand in the search box again."""
        route = self.request.matched_route
        if route is None or route.name != 'search':
            return ''
        try:
            return self.request.GET.get('q', '')
        except UnicodeDecodeError:
            return ''

    def crumbs(self, node: Node, last_is_link: bool = False) -> list[Crumb]:
        """The way to a node from the top. Whoever sees a node sees what holds it."""
        chain = [each for each in node.ancestors() if each.__parent__ is not None][::-1]
        return [
            Crumb(self.title_of(each), self.url_of(each) if last_is_link or each is not node else None)
            for each in chain
        ]

    def text(self, message: str) -> str:
        """A message as text in the language of the page, to be put together with other text."""
        return self.request.localizer.translate(message)

    def place(self, node: Node, skip: int = 0) -> str:
        """The way to a node in one line, as lists show it; `skip` levels from the top are left out."""
        return ' / '.join(self.text(crumb.title) for crumb in self.crumbs(node)[skip:])

    def title_of(self, node: Node) -> str:
        """How a node is called in a list: the code first where people know it by that (全宗, 门类)."""
        title = node.title or (shown.kind_title('inbox') if node.type == 'inbox' else node.name)
        if node.type == 'series' and node.period and node.name == node.period:
            return period_in_words(node.period)
        coded = node.type == 'fonds' or (node.type == 'series' and node.__parent__.type == 'fonds')
        return f'{node.name} {title}' if coded and not title.startswith(node.name) else title

    @property
    def sidebar(self) -> bool:
        return self.actor is not None and self.request.repository is not None

    @reify
    def side(self) -> list[Entry]:
        return navigation.entries(self.request, SIDE)

    @reify
    def administration(self) -> list[Entry]:
        return navigation.entries(self.request, ADMINISTRATION)

    @reify
    def person_menu(self) -> list[Entry]:
        return navigation.entries(self.request, PERSON)

    @property
    def to_do(self) -> Entry | None:
        """The entry of the page with what waits for this person."""
        return next((entry for entry in self.side if entry.route == 'approvals'), None)

    @reify
    def tree(self) -> list[branches.Branch]:
        """The tree, open on the way to the node of this page."""
        context = getattr(self.request, 'context', None)
        return branches.whole_tree(self.request, context if isinstance(context, Node) else None)

    @reify
    def fonds(self) -> list[tuple[str, str]]:
        """Title and address of each fonds this person may see."""
        return [(self.title_of(node), self.url_of(node)) for node in self._fonds]

    @reify
    def _fonds(self) -> list[Node]:
        actor, repository = self.request.actor, self.request.repository
        page = repository.page(policy.visible(actor, repository), limit=50)
        return [node for node in page.nodes if node.type == 'fonds']

    @reify
    def own_fonds(self) -> str:
        """The name of the body whose records the person sees first."""
        own = [node for node in self._fonds if node.name == self.actor.fonds] or self._fonds
        return own[0].title or own[0].name if own else ''

    @reify
    def notices(self) -> list[notices.Notice]:
        return notices.take(self.request)

    # how values look

    size = staticmethod(shown.size)
    extension = staticmethod(shown.extension)
    state = staticmethod(shown.state_title)
    kind = staticmethod(shown.kind_title)

    def state_of(self, state: str, held: bool = False) -> str:
        """The word for a state, with the hold that stands beside it."""
        title = shown.state_title(state)
        return _('${state} · on hold', mapping={'state': title}) if held else title

    def open_state(self, state: str) -> str:
        """The word for a container that takes deposits, or does not."""
        return shown.OPEN_STATES[state]

    def period(self, code: str | None) -> str:
        """A retention period in words: 永久, 30年."""
        return period_in_words(code) if code else ''

    def day(self, value) -> str:
        return shown.day(value, self.request.site.clock.zone)

    def moment(self, value) -> str:
        return shown.moment(value, self.request.site.clock.zone)


def _asked(query: dict[str, object]) -> dict[str, object] | None:
    return {name: value for name, value in query.items() if value not in (None, '')} or None


def add_layout(event: BeforeRender) -> None:
    """Puts the layout into what a template gets; what has no request has no layout."""
    request = event.get('request')
    if request is not None and 'layout' not in event:
        event['layout'] = request.layout


def includeme(config) -> None:
    config.add_request_method(Layout, 'layout', reify=True)
    config.add_subscriber(add_layout, BeforeRender)
