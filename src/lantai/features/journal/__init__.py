"""The event log for people (事件日志): what happened, by whom, when; for the security auditor alone.

The log holds identifiers, never titles, so the auditor learns what was done and not what the records say.
"""


def includeme(config) -> None:
    """The page of the log, and asking for a verification."""
    config.add_route('journal', '/journal')
    config.add_route('journal.verify', '/journal/verify')
    config.include('.menu')
    config.scan('.views')
