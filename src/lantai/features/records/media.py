"""Media types by name, from one table of our own: the machine's tables differ."""

import mimetypes

_TYPES = mimetypes.MimeTypes()
for _media_type, _ending in (
    ('application/ofd', '.ofd'),
    ('application/vnd.ms-works', '.wps'),
    ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'),
    ('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.xlsx'),
    ('application/vnd.openxmlformats-officedocument.presentationml.presentation', '.pptx'),
    ('application/vnd.oasis.opendocument.text', '.odt'),
    ('application/vnd.oasis.opendocument.spreadsheet', '.ods'),
    ('application/vnd.oasis.opendocument.presentation', '.odp'),
    ('message/rfc822', '.eml'),
    ('text/markdown', '.md'),
    ('image/webp', '.webp'),
):
    _TYPES.add_type(_media_type, _ending)

UNKNOWN = 'application/octet-stream'


def media_type_of(name: str) -> str:
    """The media type that a file name says."""
    found, encoding = _TYPES.guess_type(name, strict=False)
    return found if found and not encoding else UNKNOWN
