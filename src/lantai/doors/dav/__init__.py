"""WebDAV (RFC 4918, classes 1 and 2) over the tree, for the drives of every desktop and for sync programs.

The door adds headers, XML and locks; what may happen is decided by the use cases of the rooms. `view.py` is
where a request comes in, `gate.py` what it must pass, `methods/` what it does.
"""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    from pyramid.security import NO_PERMISSION_REQUIRED

    from lantai.doors.dav.methods.options import options_at_root
    from lantai.doors.dav.refusals import answer
    from lantai.doors.dav.view import dav
    from lantai.services.security.permissions import Permission
    from lantai.web.errors import DOORS

    config.registry.setdefault(DOORS, {})['dav'] = answer
    config.add_route('dav_root', '/dav')
    config.add_route('dav', '/dav/*path')
    for route in ('dav_root', 'dav'):
        config.add_view(dav, route_name=route, permission=Permission.SIGNED_IN, require_csrf=False)
    # Windows asks the root of the host before it looks at the share
    config.add_view(
        options_at_root,
        route_name='start',
        request_method='OPTIONS',
        permission=NO_PERMISSION_REQUIRED,
        require_csrf=False,
    )
