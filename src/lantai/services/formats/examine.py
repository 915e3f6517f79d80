"""Everything the checks want to know of one file, in one pass of a child process."""

from pathlib import Path

from lantai.base.digests import sha256_of_file
from lantai.services.formats.identify import identify
from lantai.services.formats.readable import readable
from lantai.services.formats.virus import scan


def examine(path: str, name: str, scanner: str = '') -> dict:
    """Digest, format, readability and virus scan of the file at `path` that people call `name`.

    Returns plain values: `{"sha256", "size", "format", "readable", "virus"}`. Raises OSError when there is
    no such file. Made to run in a child: hostile bytes may make it slow or large, never wrong.
    """
    with open(path, 'rb') as stream:
        size = stream.seek(0, 2)
    return {
        'sha256': sha256_of_file(Path(path)),
        'size': size,
        'format': identify(path, name).as_dict(),
        'readable': readable(path).as_dict(),
        'virus': scan(path, scanner).as_dict(),
    }
