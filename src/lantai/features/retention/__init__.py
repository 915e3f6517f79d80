"""Retention (保管期限): how long a record is kept, since when, by which row of which schedule.

国家档案局令第8号: a body makes its own schedule, the archives authority approves it, and every few
years it is replaced. A record keeps the row it was filed under; a new schedule does not reach back.

Words: period 保管期限 (`Y` 永久, `D30` 30年), row 条款, due 保管到期, year 归属年度, transfer 移交进馆.
"""

from typing import Any


def includeme(config: Any) -> None:
    """The pages of a body's schedule and of what is due; everything else other rooms call."""
    config.add_route('schedule', '/schedule/*traverse')
    config.include('lantai.features.retention.views.due')
    config.scan('lantai.features.retention.views')
