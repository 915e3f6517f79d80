"""`/healthz`: the process answers. `/readyz`: it can read the repository and write a file."""

import tempfile

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from ZODB.POSException import POSError


def healthz(_request: Request) -> Response:
    """The process is there."""
    return Response('ok\n', content_type='text/plain')


def readyz(request: Request) -> Response:
    """503 while the storage is away or the disk takes nothing."""
    try:
        with request.site.database.reading() as repository:
            repository._p_activate()
        with tempfile.TemporaryFile(dir=request.site.folder.incoming) as probe:
            probe.write(b'x' * 4096)
            probe.flush()
    except (POSError, OSError):
        return Response('not ready\n', status=503, content_type='text/plain')
    return Response('ok\n', content_type='text/plain')


def includeme(config: Configurator) -> None:
    for name, view in (('healthz', healthz), ('readyz', readyz)):
        config.add_route(name, f'/{name}')
        config.add_view(view, route_name=name, request_method='GET', permission=NO_PERMISSION_REQUIRED)
