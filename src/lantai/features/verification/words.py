"""What the codes of problems mean, for people."""

from lantai.base.i18n import _

WORDS = {
    'node-lost': _('It is not in the place it names'),
    'content-missing': _('The content file is missing'),
    'content-short': _('The content file is too short'),
    'content-long': _('The content file is too long'),
    'content-different': _('The content is not the one that was stored'),
    'content-unreadable': _('The content file cannot be read'),
    'content-not-erased': _('The content of a destroyed record is still there'),
    'manifest-missing': _('The signed manifest is missing'),
    'manifest-unreadable': _('The signed manifest cannot be read'),
    'manifest-signature': _('The signature of the manifest is false'),
    'manifest-not-checked': _('The signature of the manifest could not be checked: its key is missing'),
    'manifest-differs': _('The description is not the one that was filed'),
    'component-differs': _('A file is not the one that was filed'),
    'manifest-replaced': _('The manifest is not the one that the event log names'),
    'filed-record-missing': _('A filed record is missing'),
    'log-event-changed': _('An event is not the one that was logged'),
    'log-event-unreadable': _('An event of the log cannot be read'),
    'log-event-missing': _('An event of the log is missing'),
    'log-tile-damaged': _('A hash of the event log is damaged'),
    'log-root-differs': _('Events of the log were changed'),
    'log-truncated': _('The end of the event log is missing'),
    'log-head-missing': _('The newest events are under no signed head'),
    'log-head-changed': _('A signed head was changed'),
    'log-head-forged': _('The signature of a head is false'),
    'log-head-not-checked': _('The signature of a head could not be checked: its key is missing'),
    'log-key-unknown': _('A head is signed by a key that is not ours'),
}


def word(code: str) -> str:
    """The words for a problem; a code without any stands for itself."""
    return WORDS.get(code, code)
