"""Intake (收集): files and folders coming in, and the arranging of what came in until it is submitted."""


def includeme(config) -> None:
    """The pages of the inbox."""
    config.include('.views')
