"""The JSON door: `/api/v1/...` as the contract says, described by `/api/v1/openapi.json`."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.include('lantai.doors.api.routing')
