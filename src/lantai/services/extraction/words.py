"""What became of the text of a file, in words."""

from lantai.base.i18n import _
from lantai.store.derived import TextFacts, TextState

_STATES = {
    TextState.WAITING: _('Its text is waiting to be read'),
    TextState.TRYING: _('Its text is being read'),
    TextState.DONE: _('Its text can be searched'),
}
_REASONS = {
    'empty': _('The file is empty'),
    'no-text': _('It holds no text'),
    'no-text-layer': _(
        'It holds pictures of pages only, no text; a scan with recognised text could be searched'
    ),
    'picture': _('It is a picture; its text is not read'),
    'package': _('It is a package; what it holds is not read'),
    'no-reader': _('Text of this kind of file is not read'),
    'damaged': _('It is damaged; its text could not be read'),
    'encrypted': _('It is protected by a password; its text could not be read'),
    'too-many-parts': _('It holds too many parts; its text was not read'),
    'unpacks-too-far': _('It unpacks to far more than a file of its size should; its text was not read'),
    'too-slow': _('Reading its text took too long and was stopped'),
    'too-large': _('Reading its text needed too much memory and was stopped'),
    'crashed': _('Reading its text broke off again and again'),
}


def word_of(facts: TextFacts) -> str:
    """One sentence for people."""
    if facts.state in (TextState.NOTHING, TextState.FAILED):
        return _REASONS.get(facts.reason, _REASONS['damaged'])
    if facts.state == TextState.DONE and facts.cut:
        return _(
            'The first ${n} characters of its text can be searched', mapping={'n': f'{facts.characters:,}'}
        )
    return _STATES[facts.state]
