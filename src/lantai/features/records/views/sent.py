"""Files that came with a form, taken in as content to be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lantai.features.records.model import stem
from lantai.store.contents import Received


@dataclass(frozen=True)
class Sent:
    """One file: its name at the sender, and its bytes on this machine."""

    name: str
    received: Received

    @property
    def title(self) -> str:
        return stem(self.name)


def sent_files(request, field: str) -> list[Sent]:
    """Every file of a form's field; whoever asks discards what no use case has kept."""
    limit = request.site.settings.max_upload or None
    found: list[Sent] = []
    try:
        for part in request.POST.getall(field):
            name = plain_name(getattr(part, 'filename', '') or '')
            if name:
                found.append(Sent(name, request.site.contents.receive(part.file, limit=limit)))
    except BaseException:
        for each in found:
            each.received.discard()
        raise
    return found


def plain_name(text: str) -> str:
    """A file's own name; some browsers put the folders before it."""
    return re.split(r'[\\/]', text)[-1].strip()
