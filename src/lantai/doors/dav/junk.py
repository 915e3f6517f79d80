"""What operating systems and office programs leave in every folder, and is no record.

Such names are accepted and kept for an hour in the person's scratch area (`scratch.py`). Names that only look
alike are records, and so are the temporary files of a program that is saving.
"""

import re

#: exactly so, whatever the case: Windows and macOS do not care
_NAMES = frozenset(
    {
        '.ds_store', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', '.spotlight-v100', '.trashes',
        '.metadata_never_index', '.fseventsd', '.temporaryitems',

    }
)  # fmt: skip
#: `._name` twins of macOS, owner files `~$name` and `.~name` of Office and WPS, lock files of LibreOffice
_PATTERN = re.compile(r'\._.*|~\$.*|\.~.+', re.DOTALL)


def is_junk(name: str) -> bool:
    """Whether a member of that name is kept apart and never becomes a record."""
    return name.lower() in _NAMES or _PATTERN.fullmatch(name) is not None
