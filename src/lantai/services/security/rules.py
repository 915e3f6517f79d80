"""The table "who may what", read from `config/roles.toml`.

A cell says for one kind and state of node and one role what is allowed, with a qualifier where
it is not allowed everywhere: `own` (the person made it), `unit` (it belongs to the unit the role
was given for, else to the person's own), `open` (open to readers). The law's own limits are not
here: they are guards in the use cases.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lantai.services.security.permissions import Administrator, Permission, Role

QUALIFIERS = ('', 'own', 'unit', 'open')


@dataclass(frozen=True)
class Clause:
    """Permissions that hold where the qualifier does."""

    qualifier: str
    permissions: frozenset[Permission]


#: (kind of node, state) -> role -> clauses
Table = dict[tuple[str, str], dict[str, tuple[Clause, ...]]]


def parse_table(text: str) -> Table:
    """The table of a TOML text; raises ValueError naming the cell that is wrong."""
    table: Table = {}
    known = {*Role, *Administrator}
    for kind, by_state in tomllib.loads(text).items():
        for state, by_role in by_state.items():
            row = table[kind, '' if state == 'any' else state] = {}
            for role, cell in by_role.items():
                if role not in known:
                    raise ValueError(f'{kind}.{state}: no role is called {role}')
                row[role] = tuple(_clause(part, f'{kind}.{state}.{role}') for part in cell.split(';'))
    return table


def _clause(text: str, place: str) -> Clause:
    qualifier, colon, words = text.rpartition(':')
    qualifier = qualifier.strip()
    if qualifier not in QUALIFIERS or (colon and not qualifier):
        raise ValueError(f'{place}: no qualifier is called {qualifier}')
    try:
        return Clause(qualifier, frozenset(Permission(word) for word in words.split()))
    except ValueError as error:
        raise ValueError(f'{place}: {error}') from error


@cache
def shipped_table() -> Table:
    """The table as shipped."""
    return parse_table((files('lantai.config') / 'roles.toml').read_text('utf-8'))
