"""What lies in the inbox of the demonstration: folders as people leave them, with all that goes wrong."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from lantai.app.demo import office, pdf, pictures
from lantai.app.demo.records import put_file
from lantai.app.demo.stage import Stage
from lantai.app.demo.texts import Writer
from lantai.features.records import service
from lantai.features.records.model import INBOX_NAME
from lantai.services.act import Act


def tell(stage: Stage, seed: int, writer: Writer) -> None:
    """Note what the clerks have put into the inbox in the last days."""
    chance = Random(seed)
    lately = stage.today - timedelta(days=3)
    months = f'{lately.year}年{lately.month}月'
    texts = [writer.write('BGS', lately, kind) for kind in ('来文', '会议纪要', '通知', '简报', '函', '合同')]

    def folder_of(act: Act, name: str) -> Any:
        inbox = act.repository[INBOX_NAME]
        return inbox.get(name) or service.create(act, inbox, 'folder', name=name, title=name)

    def incoming(act: Act) -> None:
        folder = folder_of(act, f'{months}待整理收文')
        first, minutes, notice = texts[:3]
        # described and whole: this one can be submitted
        put_file(act, folder, f'{first.title}.pdf', pdf.document_pdf(first), first.metadata())
        # nobody said who wrote it, nor when
        put_file(act, folder, '扫描件001.pdf', pdf.document_pdf(minutes), {'title': minutes.title})
        without_author = {key: value for key, value in notice.metadata().items() if key != 'author'}
        put_file(act, folder, f'{notice.title}.docx', office.document_docx(notice), without_author)
        # the upload brought nothing
        put_file(act, folder, '附件2 汇总表.xlsx', b'', {'title': '附件2 汇总表', 'author': first.author})
        # a PDF that somebody named as a picture: told as soon as the files were looked at
        picture = {'title': '现场照片', 'author': '周敏', 'date': lately.isoformat()}
        put_file(act, folder, '现场照片.jpg', pdf.document_pdf(texts[3]), picture)

    def project(act: Act) -> None:
        folder = folder_of(act, '综合楼修缮项目')
        contract = texts[5]
        papers = service.create(act, folder, 'folder', name='合同及附件', title='合同及附件')
        put_file(act, papers, '合同正本.pdf', pdf.document_pdf(contract), contract.metadata())
        put_file(act, papers, '付款明细.xlsx', office.table_xlsx(contract, seed))
        put_file(act, papers, '说明.txt', office.note_txt(contract))
        photos = service.create(act, folder, 'folder', name='现场照片', title='现场照片')
        for number in range(1, 4):
            taken = stage.moment(lately, 10, number)
            data = pictures.photograph('综合楼工地', taken, chance.randint(0, 10**6))
            put_file(act, photos, f'IMG_{taken:%Y%m%d}_{number:04}.jpg', data)

    def letters(act: Act) -> None:
        folder = folder_of(act, '来信来函')
        put_file(act, folder, f'{texts[4].title}.pdf', pdf.document_pdf(texts[4]), texts[4].metadata())
        put_file(act, folder, '电话记录.txt', office.note_txt(texts[3]))

    stage.add(stage.moment(lately, 9, 20), 'clerk', incoming)
    stage.add(stage.moment(lately, 15, 5), 'clerk', project)
    stage.add(stage.moment(lately, 16, 40), 'clerk2', letters)
