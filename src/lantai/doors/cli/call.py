"""One call of a command: what it works on, and how it speaks to whoever called."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lantai.base.errors import DomainError
from lantai.services.security.actor import Actor
from lantai.services.site import Site
from lantai.web.i18n import translate

#: exit codes
OK, NOT_SO, WRONG_USE = 0, 1, 2


class Terminal(Protocol):
    """Where output goes and secrets come from: this process's terminal or another's."""

    #: whether a person watches, so that progress is worth printing
    watched: bool

    def out(self, text: str) -> None: ...

    def err(self, text: str) -> None: ...

    def ask_secret(self, prompt: str) -> str: ...


@dataclass
class Call:
    """A command with its arguments on a site."""

    site: Site
    args: argparse.Namespace
    terminal: Terminal
    actor: Actor
    cwd: Path
    language: str

    def say(self, message: Any) -> None:
        """A line for people."""
        self.terminal.out(translate(message, self.language) + '\n')

    def report(self, value: Any, lines: Callable[[], list[Any]]) -> None:
        """The result: as JSON where `--json` asks for it, else as lines for people."""
        if getattr(self.args, 'json', False):
            self.terminal.out(json.dumps(value, ensure_ascii=False, indent=1) + '\n')
        else:
            for line in lines():
                self.say(line)

    def progress(self, done: int, total: int | None = None) -> None:
        """How far long work is; shown only where somebody watches."""
        if self.terminal.watched:
            self.terminal.err(f'\r{done}' + (f' / {total}' if total else ''))
            if total and done >= total:
                self.terminal.err('\n')

    def path(self, text: str) -> Path:
        """A path of the file system as the caller means it."""
        return (self.cwd / text).resolve()


Command = Callable[[Call], int]


def explain(error: DomainError, language: str) -> str:
    """An error with all its reasons, for the terminal."""
    lines = [f'lantai: {translate(error.detail, language)}']
    for condition in error.conditions:
        field = f'{condition.field}: ' if condition.field else ''
        lines.append(f'  - {field}{translate(condition.message, language)}')
    return '\n'.join(lines) + '\n'
