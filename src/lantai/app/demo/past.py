"""What the office made through the years, and how far each record came by today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from lantai.app.demo import vocabulary
from lantai.app.demo.records import Record, ensure_place
from lantai.app.demo.stage import Stage
from lantai.app.demo.texts import Text, Writer
from lantai.features.classification.service import close_series
from lantai.features.filing import service as filing
from lantai.features.records.waiting import FILE, tasks_of
from lantai.services.act import Act

#: since so many years there are photographs, accounts, and records of another unit
LATER = 8
#: records of 办公室 in a past year, by period
EACH_YEAR = {'Y': 6, 'D30': 8, 'D10': 6}
#: so many years ago and longer there were more records of the shortest period: they are past it by now
OLDEST, OF_OLDEST = 11, {**EACH_YEAR, 'D10': 11}
#: kinds of document that have this period
KINDS = {
    'Y': ('通知', '意见', '报告', '会议纪要', '请示', '批复', '总结', '计划', '函'),
    'D30': ('通知', '来文', '请示', '批复', '合同', '会议纪要', '报告'),
    'D10': ('来文', '简报', '通知', '函', '会议纪要', '意见'),
}
#: who takes records in
ARCHIVISTS = {'Z109': 'archivist', 'Z110': 'gwc-archivist'}
#: forms of the files: most are PDF
SHAPES = ('pdf',) * 6 + ('several',) * 3 + ('docx',)
EXCLUDED = (
    (12, '已有正本归档，本件为重份。'),
    (13, '临时性通知，无查考价值。'),
    (14, '一般文件的校对稿。'),
    (11, '上级抄送，仅供了解。'),
    (16, '内部互相抄送。'),
    (19, '下级简报，仅供参阅。'),
)
COMMENTS = ('同意。', '同意归档。', '已核，同意。', '')
RETURNS = ('请补充附件后再报。', '成文日期与落款不一致，请核对。', '题名不完整，请照原文著录。')


class Past:
    """Notes on a stage everything that happened at Z109, and at Z110 what there was."""

    def __init__(self, stage: Stage, seed: int, writer: Writer, years: int) -> None:
        self._stage = stage
        self._years = years
        self._chance = Random(seed)
        self._writer = writer
        self._port = Writer(seed + 1, office='澜港港务管理处', prefix='澜港务')
        self._places: set[tuple[str, ...]] = set()
        self._seed = 0
        #: what the office filed in past years, by year and period
        self.filed: dict[tuple[int, str], list[Record]] = {}

    def tell(self) -> None:
        """Note everything, year by year."""
        this_year = self._stage.today.year
        for year in range(this_year - self._years, this_year):
            self._past_year(year)
        self._this_year(this_year)
        self._other_body(this_year)

    # a record's way

    def _record(self, text: Text, category: str, levels: dict[str, Any], period: str, **more: Any) -> Record:
        self._seed += 1
        given = {'fonds': 'Z109', 'unit': 'BGS', 'seed': self._seed, **more}
        record = Record(text, category=category, levels=levels, period=period, **given)
        return replace(record, shape=more.get('shape') or self._chance.choice(SHAPES))

    def _document(self, dated: date, period: str, unit: str = 'BGS', **more: Any) -> Record:
        text = self._writer.write(unit, dated, self._chance.choice(KINDS[period]))
        levels = {'year': dated.year, 'period': period, 'unit': unit}
        return self._record(text, 'WS', levels, period, unit=unit, **more)

    def _days(
        self, number: int, year: int, first: date | None = None, last: date | None = None
    ) -> list[date]:
        """Working days of a year in order, between two, none after today."""
        end = min(last or date(year, 12, 30), self._stage.today)
        start = max(date(year, 1, 1), min(first or date(year, 1, 5), end))
        return self._writer.days(number, start, end)

    def _came_in(self, record: Record, maker: str) -> datetime:
        """The place is there, and the maker puts the record in; returns when."""
        dated, archivist = record.text.dated, ARCHIVISTS[record.fonds]
        key = (record.fonds, record.category, *map(str, record.levels.values()))
        if key not in self._places:
            self._places.add(key)
            opened = self._stage.moment(date(record.levels['year'], 1, 2), 9)
            self._stage.add(
                min(opened, self._stage.moment(dated, 8)), archivist, lambda act: ensure_place(act, record)
            )
        came = self._after(self._stage.moment(dated), 1, 9)
        self._stage.add(came, maker, record.make)
        return came

    def _approved(self, record: Record, maker: str = '', manager: str = 'manager') -> datetime:
        """It came in, was submitted and approved; some were sent back once. Returns when it was approved."""
        maker = maker or self._chance.choice(('clerk', 'clerk', 'clerk2', 'unitarchivist'))
        moment = self._after(self._came_in(record, maker), 0, 3)
        self._stage.add(moment, maker, record.step('submit'))
        if self._chance.random() < 0.06:
            moment = self._after(moment, 1, 3)
            self._stage.add(moment, manager, record.step('return', self._chance.choice(RETURNS)))
            moment = self._after(moment, 1, 4)
            self._stage.add(moment, maker, record.step('submit', '已补正。'))
        moment = self._after(moment, 1, 6)
        self._stage.add(moment, manager, record.step('approve', self._chance.choice(COMMENTS)))
        return moment

    def _after(self, moment: datetime, least: int, most: int) -> datetime:
        day = moment.date() + timedelta(days=self._chance.randint(least, most))
        if day.weekday() > 4:
            day += timedelta(days=7 - day.weekday())
        later = self._stage.moment(day, self._chance.randint(9, 17), self._chance.randint(0, 59))
        return max(moment, later)

    # years

    def _past_year(self, year: int) -> None:
        each = OF_OLDEST if year <= self._stage.today.year - OLDEST else EACH_YEAR
        kinds = [(period, 'BGS') for period, n in each.items() for _ in range(n)]
        if year >= self._stage.today.year - LATER:
            kinds += [('Y', 'JJC'), ('D30', 'JJC')]
        self._chance.shuffle(kinds)
        records = []
        for dated, (period, unit) in zip(self._days(len(kinds), year), kinds, strict=True):
            record = self._document(dated, period, unit)
            self._approved(record, *(('jjc-clerk', 'jjc-manager') if unit == 'JJC' else ()))
            records.append(record)
            if unit == 'BGS':
                self.filed.setdefault((year, period), []).append(record)
        for record in self._others(year):
            self._approved(record, 'clerk')
            records.append(record)
        self._publish(records, year)
        self._file(records, f'{year}年度文件归档', self._stage.moment(date(year + 1, 3, 20), 14))
        closing = self._stage.moment(date(year + 1, 4, 10), 10)
        self._stage.add(closing, 'archivist', lambda act: _close_year(act, year))

    def _others(self, year: int) -> list[Record]:
        """Photographs, and the financial report of the office's account."""
        if year < self._stage.today.year - LATER:
            return []
        found = []
        for dated, period in zip(self._days(2, year), ('Y', 'D30'), strict=True):
            text = self._plain(self._chance.choice(vocabulary.PHOTOS), '照片', dated)
            levels = {'year': year, 'period': period}
            found.append(self._record(text, 'ZP', levels, period, shape='jpg'))
        (dated,) = self._days(1, year, date(year, 12, 15))
        text = self._plain('机关账户年度财务报告', '财务报告', dated)
        found.append(self._record(text, 'KU', {'class': '03', 'year': year}, 'Y', shape='xlsx'))
        return found

    def _plain(self, title: str, kind: str, dated: date) -> Text:
        text = self._writer.write('BGS', dated, '总结')
        return replace(text, title=f'{dated.year}年{title}', kind=kind, keywords=(title,))

    def _publish(self, records: list[Record], year: int) -> None:
        """Older ones are open to the public, some of each year were published by the office itself."""
        age = self._stage.today.year - year
        for number, record in enumerate(records):
            if number % 4 != 3:
                record.openness = 'open' if age > 3 or number % 2 else 'controlled'
            if number % 7 == 2:
                record.publicity = '主动公开'
            elif number % 9 == 4:
                record.publicity = '依申请公开'

    def _file(self, records: list[Record], title: str, moment: datetime) -> None:
        archivist = ARCHIVISTS[records[0].fonds]
        for record in records:
            self._stage.add(moment, archivist, record.settle)
        uids = lambda: {record.uid for record in records}  # noqa: E731  known only when it is played
        self._stage.add(moment, archivist, lambda act: _file_all(act, title, uids()), alone=True)

    def _this_year(self, year: int) -> None:
        """The first half filed in the middle of the year, the rest on all stages of its way."""
        midyear, today = date(year, 7, 10), self._stage.today
        periods = ['Y', 'D30', 'D30', 'D10'] * 5
        filed = [
            self._document(dated, period)
            for dated, period in zip(self._days(20, year, last=date(year, 6, 15)), periods, strict=True)
        ]
        moments = [self._approved(record) for record in filed]
        self._publish(filed, year)
        self._file(filed, f'{year}年上半年文件归档', max(*moments, self._stage.moment(midyear, 14)))
        for number, dated in enumerate(self._days(12, year, midyear, today - timedelta(days=40))):
            self._approved(self._document(dated, periods[number]))
        for dated, (rule, why) in zip(self._days(len(EXCLUDED), year, midyear), EXCLUDED, strict=True):
            self._excluded(self._document(dated, 'D10'), rule, why)
        lately = self._days(21, year, today - timedelta(days=35), today - timedelta(days=4))
        for number, dated in enumerate(lately):
            self._lately(number, dated)

    def _lately(self, number: int, dated: date) -> None:
        """A document of the last weeks: still a draft, waiting for its manager, or sent back."""
        maker = 'clerk' if number % 3 else 'clerk2'
        if number == 10:
            self._submitted(self._document(dated, 'D30', 'JJC'), 'jjc-clerk')
        elif number == 5:
            self._sent_back(self._document(dated, 'D30'))
        elif number % 2:
            shape = ('docx', 'pdf', 'txt')[number % 3]
            self._came_in(self._document(dated, 'D30', shape=shape), maker)
        else:
            self._submitted(self._document(dated, 'Y' if number % 6 == 0 else 'D30'), maker)

    def _submitted(self, record: Record, maker: str) -> datetime:
        moment = self._after(self._came_in(record, maker), 0, 3)
        self._stage.add(moment, maker, record.step('submit'))
        return moment

    def _sent_back(self, record: Record) -> None:
        moment = self._after(self._submitted(record, 'clerk'), 1, 3)
        self._stage.add(moment, 'manager', record.step('return', RETURNS[0]))

    def _excluded(self, record: Record, rule: int, why: str) -> None:
        moment = self._after(self._came_in(record, 'clerk'), 2, 8)
        self._stage.add(moment, 'archivist', record.step('exclude', why, rule=rule))

    def _other_body(self, year: int) -> None:
        """Z110: a little of its own, which nobody of Z109 sees."""
        for past in (year - 2, year - 1):
            records = []
            for dated, period in zip(self._days(3, past), ('Y', 'D30', 'D10'), strict=True):
                record = self._of_port(dated, period)
                self._approved(record, 'gwc-clerk', 'gwc-manager')
                records.append(record)
            self._file(records, f'{past}年度归档', self._stage.moment(date(past + 1, 3, 8), 15))
        for number, dated in enumerate(self._days(6, year)):
            record = self._of_port(dated, 'D30')
            if number < 2:
                self._submitted(record, 'outsider')
            else:
                self._came_in(record, 'outsider')

    def _of_port(self, dated: date, period: str) -> Record:
        text = self._port.write('BGS', dated, self._chance.choice(KINDS[period]))
        levels = {'year': dated.year, 'period': period, 'unit': 'BGS'}
        return self._record(text, 'WS', levels, period, fonds='Z110')


def _file_all(act: Act, title: str, uids: set[str]) -> None:
    """Open a batch for what waits and was meant, and confirm it."""
    _total, tasks = tasks_of(act, 1000, (FILE,))
    items = [task.node for task in tasks if task.node.uid in uids]
    if len(items) != len(uids):
        raise LookupError(f'{title}: {len(uids)} were to be filed, {len(items)} wait')
    batch = filing.open_batch(act, act.repository[items[0].fonds_code], title, items)
    filing.confirm(act, batch, comment='四性检测通过，准予归档。')


def _close_year(act: Act, year: int) -> None:
    """The archivist closes every series of a year that is over."""
    for category in act.repository['Z109'].values():
        for series in _lowest(category):
            if series.scheme().get('year') == year and series.open:
                close_series(act, series)


def _lowest(series: Any) -> list[Any]:
    below = [child for child in series.values() if child.type == 'series']
    return [lowest for child in below for lowest in _lowest(child)] if below else [series]
