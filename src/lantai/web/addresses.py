"""Addresses that are not UTF-8: kept from the framework, which fails on them before a view is asked.

What it gets is the address with the broken bytes replaced, so that the request is led to its door and
answered there as it should be (401 first, 400 or 404 then). The address as sent stays in `REQUEST_URI`.
"""

from collections.abc import Callable
from urllib.parse import quote

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import INGRESS

Handler = Callable[[Request], Response]


def readable_addresses(handler: Handler, _registry: Registry) -> Handler:
    """The tween in front of all others."""

    def tween(request: Request) -> Response:
        environ = request.environ
        for name in ('SCRIPT_NAME', 'PATH_INFO'):
            raw = environ.get(name, '').encode('latin-1')
            try:
                raw.decode('utf-8')
            except UnicodeDecodeError:
                environ.setdefault('REQUEST_URI', quote(raw))
                environ[name] = raw.decode('utf-8', 'replace').encode('utf-8').decode('latin-1')
        return handler(request)

    return tween


def includeme(config: Configurator) -> None:
    config.add_tween('lantai.web.addresses.readable_addresses', under=INGRESS)
