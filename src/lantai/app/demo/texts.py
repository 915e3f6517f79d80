"""Titles, numbers and texts of documents, the same again for the same seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from lantai.app.demo import vocabulary as words

#: kinds that carry a document number
NUMBERED = ('通知', '请示', '批复', '函', '报告', '意见', '来文')
#: how often each kind of document comes up
_MIX = {
    '通知': 9,
    '请示': 3,
    '批复': 2,
    '函': 3,
    '报告': 3,
    '意见': 2,
    '来文': 5,
    '会议纪要': 3,
    '计划': 1,
    '总结': 1,
    '简报': 2,
    '合同': 1,
}
#: kinds of a title, for the element document_type
_TYPES = {'来文': '通知', '财务报告': '其他'}


@dataclass(frozen=True)
class Text:
    """One document before it is a file. `signed` is who stands under it."""

    title: str
    kind: str
    author: str
    signed: str
    dated: date
    number: str
    receivers: tuple[str, ...]
    paragraphs: tuple[str, ...]
    keywords: tuple[str, ...] = ()

    @property
    def document_type(self) -> str:
        """The value of the element of that name."""
        return _TYPES.get(self.kind, self.kind)

    def metadata(self) -> dict[str, object]:
        """Return what a clerk types in of it."""
        given = {
            'title': self.title,
            'author': self.author,
            'date': self.dated.isoformat(),
            'document_type': self.document_type,
            'document_number': self.number,
            'principal_receiver': list(self.receivers),
            'keyword': list(self.keywords),
        }
        return {key: value for key, value in given.items() if value}


@dataclass
class Writer:
    """Writes the documents of one body, no title and no number twice."""

    seed: int
    office: str = words.OFFICE
    prefix: str = '澜保管'
    _random: Random = field(init=False)
    _titles: set[str] = field(init=False, default_factory=set)
    _numbers: dict[tuple[str, int], int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def days(self, number: int, first: date, last: date) -> list[date]:
        """Return so many working days between two, in order; `first` where no working day lies between."""
        found = []
        for _day in range(number):
            day = date.fromordinal(self._random.randint(first.toordinal(), max(first, last).toordinal()))
            friday = day - timedelta(days=max(0, day.weekday() - 4))
            found.append(max(first, friday))
        return sorted(found)

    def write(self, unit: str, dated: date, kind: str = '') -> Text:
        """Return a document of a unit and day; of a kind by chance where none is named."""
        kind = kind or self._random.choices(list(_MIX), list(_MIX.values()))[0]
        topic = self._random.choice(words.TOPICS[unit])
        sender, prefix = self.office, self.prefix
        if kind == '来文':
            sender, prefix = self._random.choice(words.SENDERS)
        elif kind == '函':
            prefix += '函'
        title = self._fresh(unit, kind, topic, dated)
        return Text(
            title=title,
            kind=kind,
            author=sender if kind in NUMBERED else self._unit_author(unit),
            signed=sender,
            dated=dated,
            number=self._number(prefix, dated.year, sender != self.office) if kind in NUMBERED else '',
            receivers=self._receivers(kind),
            paragraphs=self._paragraphs(kind, topic, dated),
            keywords=(topic,),
        )

    def _unit_author(self, unit: str) -> str:
        names = {
            'BGS': '办公室',
            'JJC': '经济发展处',
            'CWK': '计划财务科',
            'RSK': '人事科',
            'YWK': '保税业务科',
        }
        return self.office + names.get(unit, '')

    def _fresh(self, unit: str, kind: str, topic: str, dated: date) -> str:
        for attempt in range(200):
            title = self._title(
                unit, kind, topic if attempt == 0 else self._random.choice(words.TOPICS[unit]), dated
            )
            if title not in self._titles:
                break
        else:
            title = f'{title}（{dated.year}年第{len(self._titles)}号）'
        self._titles.add(title)
        return title

    def _title(self, unit: str, kind: str, topic: str, dated: date) -> str:
        pick, year = self._random.choice, dated.year
        matter, rule = pick(words.MATTERS[unit]), pick(words.RULES[unit])
        forms = {
            '通知': (
                f'关于做好{year}年{topic}工作的通知',
                f'关于印发《{rule}》的通知',
                f'关于召开{year}年{pick(words.MEETINGS)}的通知',
                f'关于进一步加强{topic}的通知',
                f'关于开展{topic}专项检查的通知',
                f'关于报送{year}年{topic}材料的通知',
            ),
            '请示': (f'关于{matter}的请示', f'关于{year}年{topic}经费的请示', f'关于{topic}有关问题的请示'),
            '批复': (
                f'关于同意{matter}的批复',
                f'关于{year}年{topic}方案的批复',
                f'关于{topic}有关问题的批复',
            ),
            '函': (f'关于商请支持{matter}的函', f'关于{topic}有关问题的复函', f'关于征求《{rule}》意见的函'),
            '报告': (f'关于{year}年{topic}情况的报告', f'关于{topic}专项检查情况的报告'),
            '意见': (f'关于加强{topic}工作的意见', f'关于推进{year}年{topic}的实施意见'),
            '来文': (
                f'关于开展{year}年度{topic}检查的通知',
                f'转发关于做好{year}年{topic}工作的通知',
                f'关于报送{topic}情况的通知',
                f'关于组织参加{topic}培训的通知',
            ),
            '会议纪要': (
                f'{year}年第{self._random.randint(1, 40)}次局长办公会议纪要',
                f'{topic}专题会议纪要',
                f'{year}年{topic}协调会纪要',
            ),
            '计划': (f'{year}年{topic}工作计划',),
            '总结': (f'{year}年{topic}工作总结',),
            '简报': (f'工作简报{year}年第{self._random.randint(1, 60)}期：{topic}工作动态',),
            '合同': (f'{year}年{matter}项目合同', f'{year}年{topic}服务合同'),
        }
        return pick(forms[kind])

    def _number(self, prefix: str, year: int, foreign: bool) -> str:
        step = self._random.randint(3, 20) if foreign else 1
        number = self._numbers.get((prefix, year), 0) + step
        self._numbers[prefix, year] = number
        return f'{prefix}〔{year}〕{number}号'

    def _receivers(self, kind: str) -> tuple[str, ...]:
        if kind in ('请示', '报告'):
            return (self._random.choice(words.ABOVE),)
        if kind in ('函', '批复'):
            return (self._random.choice(words.BESIDE),)
        if kind == '来文':
            return (self.office,)
        return (self._random.choice(words.RECEIVERS),) if kind in ('通知', '意见') else ()

    def _paragraphs(self, kind: str, topic: str, dated: date) -> tuple[str, ...]:
        choice = self._random
        facts = {
            'topic': topic,
            'year': dated.year,
            'month': choice.randint(1, 12),
            'day': choice.randint(1, 28),
            'count': choice.randint(2, 30),
            'big': choice.randint(60, 1800),
        }
        pool = words.FINDINGS + words.POINTS[:4] if kind in ('报告', '总结', '简报') else words.POINTS
        points = choice.sample(pool, choice.randint(3, 6))
        numbered = [f'{"一二三四五六"[n]}、{point}' for n, point in enumerate(points)]
        parts = [choice.choice(words.OPENINGS), *numbered, choice.choice(words.CLOSINGS)]
        return tuple(part.format(**facts) for part in parts)
