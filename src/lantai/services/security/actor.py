"""Who acts: a plain value, made at the edge and handed to every use case."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """A role on a node, for one unit where `unit` is given."""

    role: str
    node: str
    unit: str | None = None


@dataclass(frozen=True)
class Actor:
    """A person, or the machine's user at the command line (`almighty`)."""

    id: str
    name: str = ''
    fonds: str = ''
    unit: str = ''
    grants: tuple[Grant, ...] = ()
    administrator: str = ''
    language: str = ''
    almighty: bool = False
    #: whether the person must choose a new password before anything else
    must_change_password: bool = False


def machine_user(name: str) -> Actor:
    """The actor of a command: whoever may open the data folder."""
    return Actor(id=f'os:{name}', name=name, almighty=True)


#: what the software does by itself, such as sweeping
SYSTEM = Actor(id='system', name='Lantai', almighty=True)
