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


#: what Office, Nautilus and macOS write beside a document while they save it
_SAVING = re.compile(r'~WR[LD].*\.tmp|\.goutputstream-.+|.+\.sb-[0-9a-f]{8}-\w{6}', re.DOTALL)


def is_saving(name: str) -> bool:
    """Whether a program is in the middle of saving; what stays of it longer than a day was left behind."""
    return _SAVING.fullmatch(name) is not None


def is_junk(name: str) -> bool:
    """Whether a member of that name is kept apart and never becomes a record."""
    return name.lower() in _NAMES or _PATTERN.fullmatch(name) is not None
