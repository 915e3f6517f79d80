"""What filing needs: a schedule in force, approved records with real files."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from typing import Any

from reportlab.pdfgen import canvas

from lantai.features.records import deposit
from lantai.features.records.model import Item
from lantai.features.retention.model import Schedule, ScheduleRow, schedules_of
from lantai.services.act import Act
from lantai.services.workflow import engine

ROWS = (
    ScheduleRow(1, '会议', 'BGS', '局党组会议材料', '会议记录；纪要', 'Y'),
    ScheduleRow(4, '会议', 'BGS', '全系统工作会议辅件', '典型材料；交流发言', 'D30'),
    ScheduleRow(7, '会议', 'BGS', '上级会议带回的材料', '会议文件', 'D10'),
    ScheduleRow(15, '业务文件', 'JJC', '一般业务问题的请示', '请示；批复', 'D30'),
)


def add_schedule(act: Act, fonds_code: str = 'Z109', rows: tuple[ScheduleRow, ...] = ROWS) -> None:
    """Put a schedule into force for a body."""
    schedules_of(act.repository).add(Schedule(fonds_code, 'S1', date(2020, 1, 1), rows, title='保管期限表'))


@cache
def pdf(text: str = 'page', pages: int = 1) -> bytes:
    """A sound PDF of so many pages."""
    out = io.BytesIO()
    document = canvas.Canvas(out, invariant=True)
    for number in range(pages):
        document.drawString(72, 720, f'{text} {number + 1}')
        document.showPage()
    document.save()
    return out.getvalue()


def metadata(title: str, **more: object) -> dict[str, object]:
    """A description that is enough for filing."""
    return {
        'title': title,
        'author': '办公室',
        'date': '2026-02-03',
        'year': 2026,
        'retention_period': 'D30',
        **more,
    }


def approved(
    act: Act,
    title: str = '工作简报',
    *,
    where: str = 'Z109/WS/2026/D30/BGS',
    content: bytes | None = None,
    name: str = '',
    **more: object,
) -> Item:
    """An approved record with one file, as its way through the office leaves it (here without the steps)."""
    data = pdf(title) if content is None else content
    received = act.site.contents.receive([data])
    put = deposit.put(
        act, node_at(act, where), name or f'{title}.pdf', received, metadata=metadata(title, **more)
    )
    item = put.node
    item.unit, item.fonds_code = 'BGS', 'Z109'
    engine.change_state(act, item, 'approved', 'approve')
    return item


def node_at(act: Act, path: str) -> Any:
    """The node at a path, whoever may see it."""
    node = act.repository
    for segment in path.strip('/').split('/'):
        node = node[segment]
    return node
