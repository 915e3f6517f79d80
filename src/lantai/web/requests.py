"""What a request is given: the site, its own connection, who asks, and the act for use cases."""

from pyramid.config import Configurator
from pyramid.request import Request
from transaction.interfaces import NoTransaction

from lantai.services.act import Act
from lantai.services.security.actor import Actor
from lantai.services.site import Site
from lantai.store.database import repository_of
from lantai.store.tree import Repository
from lantai.web.security import actor_of, address_of, program_door, require_signed_in

SITE = 'lantai.site'


def site_of(request: Request) -> Site:
    """The process's repository."""
    return request.registry[SITE]


def repository_for(request: Request) -> Repository:
    """The repository as this request sees it, on a connection closed when the request ends."""
    connection = site_of(request).database.open(request.tm)

    def close(_request: Request) -> None:
        try:
            request.tm.abort()
        except NoTransaction:
            # pyramid_tm has ended it already
            pass
        connection.close()

    request.add_finished_callback(close)
    return repository_of(connection)


def act_for(request: Request) -> Act:
    """The act of whoever asks; raises NotSignedIn for nobody."""
    return act_as(request, require_signed_in(request))


def act_as(request: Request, actor: Actor) -> Act:
    """An act of this request by a given actor: the login form acts before anybody is signed in."""
    return Act(
        repository=request.repository,
        actor=actor,
        clock=request.site.clock,
        site=request.site,
        manager=request.tm,
        door=program_door(request) or 'web',
        address=address_of(request),
    )


class SeekableRequest(Request):
    """A request whose body is not copied again so that it can be read twice: waitress has it in a file.

    Each begins at the start of the body: another try of a request that met a conflict reads it once more.
    """

    def __init__(self, environ: dict, **more: object) -> None:
        body = environ.get('wsgi.input')
        if hasattr(body, 'seek'):
            body.seek(0)
            environ['webob.is_body_seekable'] = True
        super().__init__(environ, **more)


def includeme(config: Configurator) -> None:
    config.set_request_factory(SeekableRequest)
    config.add_request_method(site_of, 'site', reify=True)
    config.add_request_method(repository_for, 'repository', reify=True)
    config.add_request_method(actor_of, 'actor', property=True)
    config.add_request_method(act_for, 'act', reify=True)
