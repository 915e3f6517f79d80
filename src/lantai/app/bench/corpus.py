"""The records of the load test: the same ones for one seed, and as uneven as those of an office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

SEED = 20120104
FONDS = ('Z101', 'Z102', 'Z103')
UNITS = {'BGS': '办公室', 'JJC': '经济发展处', 'CWC': '财务处', 'RSC': '人事处', 'GHC': '规划建设处'}
YEARS = tuple(range(2006, 2026))
PERIODS = {'Y': '永久', 'D30': '30年', 'D10': '10年'}
#: the container with a tenth of all records: fonds, year, period, unit
BIG = (FONDS[0], 2025, 'D30', 'BGS')
#: people for each unit of each fonds who made the records
MAKERS = 4

PLACES = '保税区 港务局 管委会 开发区 滨海新区 高新区 自贸区 临空产业园 综合服务中心 城市建设集团'.split()
ACTS = (
    '关于印发 关于做好 关于进一步加强 关于开展 关于调整 关于召开 关于同意 关于申请 关于报送 关于表彰'.split()
)
THINGS = (
    '档案管理 安全生产 财务预算 项目建设 土地利用 环境保护 人才引进 招商引资 政务公开 信息化建设 消防检查 '
    '车辆管理 会议纪要 绩效考核 职工培训 物资采购 工程验收 规划调整 税收优惠 统计报表 住房公积金 食品卫生 '
    '防汛抗旱 法制宣传'
).split()
KINDS = ('通知', '请示', '批复', '报告', '函', '决定', '意见', '通报')
WORDS = (
    '工作 方案 会议 落实 要求 部门 单位 责任 检查 整改 资金 申请 审批 标准 计划 年度 重点 项目 服务 管理 '
    '制度 改革 创新 发展 企业 群众 安全 监督 协调 指导 组织 实施 完成 汇报 材料 依据 规定 程序 期限 办法'
).split()
SURNAMES = '王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗'.split()
GIVEN = '伟 芳 敏 静 磊 洋 勇 艳 杰 涛 明 超 霞 平 刚 桂英 建国 志强 秀兰 海燕'.split()
#: a term that one record in two thousand has
RARE = '钓鱼台栈桥'


@dataclass(frozen=True)
class Described:
    """One record to be made: where, by whom, and its description."""

    place: tuple[str, int, str, str]
    maker: str
    name: str
    metadata: dict[str, Any]


def makers() -> list[tuple[str, str, str]]:
    """Those who made the records: id, fonds, unit."""
    return [
        (f'{fonds}-{unit}-{n}'.lower(), fonds, unit)
        for fonds in FONDS
        for unit in UNITS
        for n in range(MAKERS)
    ]


def places() -> list[tuple[str, int, str, str]]:
    """Every series that holds records, in order."""
    return [
        (fonds, year, period, unit)
        for fonds in FONDS
        for year in YEARS
        for period in PERIODS
        for unit in UNITS
    ]


def records(number: int, seed: int = SEED) -> Iterator[Described]:
    """`number` records, series by series: a tenth in one, the rest few in most and many in some."""
    random = Random(seed)
    for place, size in sizes(number, random):
        for n in range(size):
            yield _one(random, place, n)


def sizes(number: int, random: Random) -> list[tuple[tuple[str, int, str, str], int]]:
    """How many records each series holds; they add up to `number`."""
    rest = [place for place in places() if place != BIG]
    random.shuffle(rest)
    big = number // 10
    weights = [1 / (rank + 5) for rank in range(len(rest))]
    left, total, found = number - big, sum(weights), [(BIG, big)]
    for rank, place in enumerate(rest):
        size = round((number - big) * weights[rank] / total) if rank < len(rest) - 1 else left
        size = min(size, left)
        left -= size
        found.append((place, size))
    return found


def _one(random: Random, place: tuple[str, int, str, str], n: int) -> Described:
    fonds, year, period, unit = place
    thing, kind = random.choice(THINGS), random.choice(KINDS)
    title = f'{random.choice(PLACES)}{random.choice(ACTS)}{thing}{random.choice(THINGS)}工作的{kind}'
    text = ''.join(random.choice(WORDS) for _n in range(random.randrange(20, 150)))
    if random.randrange(2000) == 0:
        text += RARE
    metadata = {
        'title': title,
        'author': f'{random.choice(PLACES)}{UNITS[unit]}',
        'date': f'{year}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}',
        'document_number': f'{fonds}发〔{year}〕{n + 1}号',
        'document_type': kind,
        'principal_receiver': [random.choice(PLACES)],
        'keyword': [thing, random.choice(WORDS)],
        'personal_name': [random.choice(SURNAMES) + random.choice(GIVEN)],
        'abstract': text,
        'year': year,
        'retention_period': period,
    }
    maker = f'{fonds}-{unit}-{min(random.randrange(MAKERS), random.randrange(MAKERS))}'.lower()
    return Described(place, maker, f'{n + 1:07} {thing}', metadata)
