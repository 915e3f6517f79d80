"""One record of the demonstration: what it says, who made it, where it lies, and how far it has come."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from lantai.app.demo import office, pdf, pictures
from lantai.app.demo.texts import Text
from lantai.features.classification.service import series_at
from lantai.features.records import deposit, service
from lantai.features.records.model import Fonds, Item
from lantai.services.act import Act

#: row of the schedule by period and kind; the rest gets the first row with its period
ROWS = {
    ('Y', '通知'): 12, ('Y', '意见'): 12, ('Y', '报告'): 29, ('Y', '总结'): 29, ('Y', '计划'): 29,
    ('Y', '会议纪要'): 2, ('Y', '请示'): 14, ('Y', '批复'): 14, ('Y', '函'): 16, ('Y', '照片'): 9,
    ('Y', '财务报告'): 53,
    ('D30', '来文'): 57, ('D30', '请示'): 15, ('D30', '批复'): 15, ('D30', '合同'): 52,
    ('D30', '报告'): 10, ('D30', '照片'): 10,
    ('D10', '来文'): 58, ('D10', '通知'): 49, ('D10', '意见'): 49, ('D10', '会议纪要'): 8,
    ('D10', '简报'): 34, ('D10', '函'): 17, ('D10', '总结'): 30, ('D10', '计划'): 30,
}  # fmt: skip


@dataclass
class Record:
    """A record on its way; `uid` once it was made."""

    text: Text
    fonds: str
    unit: str
    category: str
    levels: dict[str, Any]
    period: str
    seed: int
    shape: str = 'pdf'
    openness: str = 'unreviewed'
    publicity: str = ''
    uid: str = field(default='', compare=False)

    def item(self, act: Act) -> Item:
        """Return the record's item."""
        return act.repository.by_uid(self.uid)

    def make(self, act: Act) -> None:
        """The clerk puts the files in with their description."""
        fonds = act.repository[self.fonds]
        assert isinstance(fonds, Fonds)
        parent = fonds
        for name in (self.category, *map(str, self.levels.values())):
            parent = parent[name]
        metadata = self.text.metadata()
        access = {'publicity': self.publicity} if self.publicity else None
        name = service.free_name(parent, self.text.title)
        if self.shape == 'several':
            item = service.create(act, parent, 'item', name=name, metadata=metadata, access=access or {})
            for place, (part, role, data) in enumerate(self._parts()):
                component = _put(act, item, part, data).component
                service.edit(act, component, {'role': role, 'place': place})
            self.uid = item.uid
            return
        ending, data = self._single()
        self.uid = _put(act, parent, f'{name}.{ending}', data, metadata=metadata, access=access).node.uid

    def _single(self) -> tuple[str, bytes]:
        makers: dict[str, Callable[[], bytes]] = {
            'pdf': lambda: pdf.document_pdf(self.text),
            'docx': lambda: office.document_docx(self.text),
            'xlsx': lambda: office.table_xlsx(self.text, self.seed),
            'txt': lambda: office.note_txt(self.text),
            'jpg': lambda: pictures.photograph(self.text.title, self._taken(), self.seed),
        }
        return self.shape, makers[self.shape]()

    def _taken(self) -> datetime:
        return datetime.combine(self.text.dated, time(8 + self.seed % 9, self.seed % 60))

    def _parts(self) -> list[tuple[str, str, bytes]]:
        parts = [
            ('正本.pdf', 'main', pdf.document_pdf(self.text)),
            ('定稿.docx', 'final', office.document_docx(self.text)),
            ('附件1 任务分解表.xlsx', 'attachment', office.table_xlsx(self.text, self.seed)),
            ('文件处理单.txt', 'processing', office.note_txt(self.text)),
        ]
        return parts[: 2 + self.seed % 3]

    def settle(self, act: Act) -> None:
        """The archivist settles row and openness before taking it in."""
        values: dict[str, Any] = {'retention_row': ROWS.get((self.period, self.text.kind))}
        if self.openness != 'unreviewed':
            values['access'] = {'openness': self.openness}
        service.edit(act, self.item(act), {key: value for key, value in values.items() if value is not None})

    def step(self, name: str, comment: str = '', **values: Any) -> Callable[[Act], Any]:
        """Return the act that takes a step of the workflow."""
        return lambda act: service.transition(act, self.item(act), name, comment, **values)


def ensure_place(act: Act, record: Record) -> None:
    """The archivist makes the series a record goes to, when it is not there yet."""
    fonds = act.repository[record.fonds]
    series_at(act, fonds, record.category, **record.levels)


def put_file(act: Act, parent: Any, name: str, data: bytes, metadata: dict[str, Any] | None = None) -> Item:
    """Put bytes into a container as they are, whatever is wrong with them."""
    return _put(act, parent, name, data, metadata=metadata).node


def _put(act: Act, parent: Any, name: str, data: bytes, **more: Any) -> deposit.Put:
    return deposit.put(act, parent, name, act.site.contents.receive(io.BytesIO(data)), **more)
