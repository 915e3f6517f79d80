"""What a process needs to know who somebody is, in one place (`site.doorkeeper`)."""

from dataclasses import dataclass

from lantai.base.clock import Clock
from lantai.services.security.credentials import Credentials
from lantai.services.security.passwords import Passwords
from lantai.services.security.sessions import Lifetimes
from lantai.services.security.throttle import Throttle
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder


@dataclass(frozen=True)
class Doorkeeper:
    """Password hashing and policy, the verifier with its memory, and how long sessions live."""

    passwords: Passwords
    credentials: Credentials
    lifetimes: Lifetimes

    @classmethod
    def of(cls, settings: Settings, folder: DataFolder, clock: Clock) -> 'Doorkeeper':
        """As the settings say, with the throttle all processes of `folder` share."""
        passwords = Passwords.from_settings(settings)
        throttle = Throttle(folder.run / 'throttle.sqlite', clock)
        return cls(passwords, Credentials(passwords, throttle, clock), Lifetimes.from_settings(settings))
