"""The end of records in the demonstration: appraised, destroyed, handed over, kept from it by a hold.

Everything a body has going on at once: an open appraisal, a destruction in its waiting period, one that is
over with its certificate, a transfer that waits for its receipt and one that has it. Enough that is overdue
is left alone for whoever tries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from lantai.app.demo.records import Record
from lantai.app.demo.stage import Stage
from lantai.features.appraisal.service import open_appraisal
from lantai.features.cases import service
from lantai.features.holds import service as holds
from lantai.features.transfer.service import open_transfer
from lantai.services.act import Act
from lantai.services.eventlog.sealer import seal_all
from lantai.services.jobs.running import Runner
from lantai.services.site import Site

#: records filed by the office, by year and period, in the order they were made
Filed = dict[tuple[int, str], list[Record]]
#: years after its own in which a record of D10 is past its period, or one of Y goes to the state archives
DUE = 11
WORTHLESS = '期满，已无查考利用价值，同意销毁。'
RECEIVER = '澜港区档案馆'


class Play:
    """One case as it is played: its id is known once it was opened."""

    def __init__(self, stage: Stage, title: str, records: Sequence[Record]) -> None:
        self._stage = stage
        self._records = records
        self.title = title
        self.id = ''

    def opened(self, moment: datetime, kind: Callable[..., Any], who: str = 'archivist') -> None:
        """The case is opened over the records."""

        def open_it(act: Act) -> None:
            self.id = kind(act, self.title, [record.item(act) for record in self._records]).uid

        self._stage.add(moment, who, open_it)

    def then(self, moment: datetime, who: str, name: str, **values: Any) -> None:
        """An action on it; an approval names the list as it is then."""

        def act_on(act: Act) -> None:
            case = service.find(act, self.id)
            given = {**values, 'list_root': case.list_root()} if name == 'approve' else values
            service.act_on(act, case, name, given.pop('comment', ''), **given)

        self._stage.add(moment, who, act_on, alone=True)

    def decided(self, moment: datetime, decision: str, numbers: Sequence[int], **values: Any) -> None:
        """The appraiser decides on some of the records."""

        def decide(act: Act) -> None:
            items = [self._records[number].uid for number in numbers]
            case = service.find(act, self.id)
            service.act_on(act, case, 'decide', decision=decision, items=items, **values)

        self._stage.add(moment, 'appraiser', decide)

    def led_to(self) -> Play:
        """The case that comes out of it."""
        return _Next(self._stage, self)


class _Next(Play):
    """A case out of another: known once that one was approved."""

    def __init__(self, stage: Stage, before: Play) -> None:
        super().__init__(stage, before.title, ())
        self._before = before

    def then(self, moment: datetime, who: str, name: str, **values: Any) -> None:
        def look(act: Act) -> None:
            self.id = service.find(act, self._before.id).outcome[0]['id']

        self._stage.add(moment, 'archivist', look)
        super().then(moment, who, name, **values)


class Disposal:
    """Notes what becomes of the oldest records on the stage."""

    def __init__(self, stage: Stage, filed: Filed) -> None:
        self._stage = stage
        self._filed = filed
        self._year = stage.today.year

    def tell(self) -> None:
        """Note all cases, where there are records old enough for them."""
        oldest = min((year for year, _period in self._filed), default=self._year)
        if oldest > self._year - DUE - 2:
            return
        overdue = self._filed[oldest, 'D10']
        permanent = self._filed[oldest, 'Y']
        younger = self._filed[oldest + 1, 'D10']
        self._destroyed(overdue[:4])
        self._transferred(permanent[:3])
        self._waiting(overdue[4:8])
        self._open(younger[:5])
        self._under_way(permanent[3:6])
        self._held([younger[5], self._filed[oldest + 1, 'D30'][0]])

    def _destroyed(self, records: list[Record]) -> None:
        """Last year: three destroyed, one kept on."""
        last = self._year - 1
        appraisal = Play(self._stage, f'{last}年度到期文件鉴定', records)
        appraisal.opened(self._on(last, 5, 10), open_appraisal)
        appraisal.decided(self._on(last, 5, 17), 'condemn', (0, 1, 2), reason=WORTHLESS)
        appraisal.decided(
            self._on(last, 5, 17, 15), 'retain', (3,), period='D10', reason='涉及长期合同，仍需查考。'
        )
        appraisal.then(self._on(last, 5, 20), 'appraiser', 'submit')
        appraisal.then(self._on(last, 5, 24), 'leader', 'approve', comment='同意鉴定小组意见。')
        case = appraisal.led_to()
        case.then(self._on(last, 5, 24, 15), 'leader', 'approve', comment='同意销毁。')
        case.then(self._on(last, 5, 26), 'supervisor1', 'witness')
        case.then(self._on(last, 5, 27), 'supervisor2', 'witness')
        executed = self._on(last, 6, 28)
        case.then(executed, 'archivist', 'execute')
        self._stage.work(executed, run_jobs)
        case.then(self._on(last, 6, 28, 16), 'supervisor1', 'sign')
        case.then(self._on(last, 6, 29), 'supervisor2', 'sign')

    def _transferred(self, records: list[Record]) -> None:
        """Last year: permanent records that were due went to the state archives."""
        last = self._year - 1
        case = Play(self._stage, f'{last}年度永久文件移交进馆', records)
        case.opened(self._on(last, 9, 6), open_transfer)
        case.then(self._on(last, 9, 9), 'leader', 'approve', comment='同意移交。')
        self._stage.work(self._on(last, 9, 13, 8), seal)
        case.then(self._on(last, 9, 13), 'archivist', 'package')
        case.then(self._on(last, 9, 14), 'archivist', 'send', way='政务外网', place=RECEIVER)
        receipt = {
            'number': f'澜档接〔{last}〕17号',
            'date': self._on(last, 9, 20).date().isoformat(),
            'receiver': RECEIVER,
        }
        case.then(self._on(last, 9, 21), 'archivist', 'receipt', receipt=receipt)

    def _waiting(self, records: list[Record]) -> None:
        """A destruction approved some days ago; one of the witnesses has checked it."""
        appraisal = Play(self._stage, f'{self._year}年第一批到期文件鉴定', records)
        appraisal.opened(self._ago(24), open_appraisal)
        appraisal.decided(self._ago(20), 'condemn', range(len(records)), reason=WORTHLESS)
        appraisal.then(self._ago(19), 'appraiser', 'submit')
        appraisal.then(self._ago(16), 'leader', 'approve', comment='同意。')
        case = appraisal.led_to()
        case.then(self._ago(5), 'leader', 'approve', comment='同意销毁，按期执行。')
        case.then(self._ago(3), 'supervisor1', 'witness')

    def _open(self, records: list[Record]) -> None:
        """An appraisal the group is at: two records are not decided yet."""
        appraisal = Play(self._stage, f'{self._year}年第二批到期文件鉴定', records)
        appraisal.opened(self._ago(6), open_appraisal)
        appraisal.decided(self._ago(4), 'condemn', (0, 1), reason=WORTHLESS)
        appraisal.decided(self._ago(4, 15), 'retain', (2,), period='D10', reason='有历史延续性，续存。')

    def _under_way(self, records: list[Record]) -> None:
        """A transfer that was sent and waits for its receipt."""
        case = Play(self._stage, f'{self._year}年度永久文件移交进馆', records)
        case.opened(self._ago(12), open_transfer)
        case.then(self._ago(10), 'leader', 'approve', comment='同意移交。')
        self._stage.work(self._ago(7, 8), seal)
        case.then(self._ago(7), 'archivist', 'package')
        case.then(self._ago(6, 16), 'archivist', 'export', way='专人送达', place='蓝光光盘 1 张')

    def _held(self, records: list[Record]) -> None:
        """A lawsuit."""

        def hold(act: Act) -> None:
            items = [record.item(act) for record in records]
            reason = '行政复议案件审理期间，相关材料暂停处置，待结案后解除。'
            holds.place(act, '行政复议案件材料', reason, items)

        self._stage.add(self._ago(30), 'archivist', hold)

    def _on(self, year: int, month: int, day: int, hour: int = 10) -> datetime:
        return self._stage.moment(date(year, month, day), hour)

    def _ago(self, days: int, hour: int = 10) -> datetime:
        return self._stage.moment(self._stage.today - timedelta(days=days), hour)


def run_jobs(site: Site) -> None:
    """Does the jobs that wait, to their end."""
    runner = Runner(site)
    for job_id in runner.open_jobs():
        runner.run_to_end(job_id)


def seal(site: Site) -> None:
    """Seals what was logged so far, so that a package can prove what it holds."""
    seal_all(site.database, site.keys, site.clock, site.folder.run)
