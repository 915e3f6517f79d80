"""Text comes out of every kind of file an office has, as it stands there."""

import pytest

from lantai.services.extraction.bounds import LONGEST
from lantai.services.extraction.reading import extract
from tests.builders import papers

TEXT = '关于加强防火安全工作的通知'
HTML = (
    '<!DOCTYPE html><html><head><title>题名</title><script>var 秘密 = 1</script><style>p{}</style></head>'
    f'<body><p>{TEXT[:4]}<b>{TEXT[4:]}</b></p><noscript>看不见</noscript></body></html>'
)

FILES = {
    'a.docx': papers.docx('第一段', TEXT),
    'a.pptx': papers.pptx('第一页', TEXT),
    'a.xlsx': papers.xlsx(('序号', '题名'), (1, TEXT)),
    'a.odt': papers.odt('第一段', TEXT),
    'a.ofd': papers.ofd('第一行', TEXT),
    'a.pdf': papers.pdf('第一页', TEXT),
    'a.rtf': papers.rtf(TEXT),
    'a.eml': papers.mail('主题', TEXT),
    'a.html': HTML.encode(),
    'gb.html': HTML.replace('<head>', '<head><meta charset="gb2312">').encode('gb18030'),
    'utf8.txt': TEXT.encode(),
    'mark.txt': TEXT.encode('utf-8-sig'),
    'gb.txt': TEXT.encode('gb18030'),
    'utf16.txt': TEXT.encode('utf-16'),
    'utf16be.txt': b'\xfe\xff' + TEXT.encode('utf-16-be'),
    'unmarked.txt': f'{TEXT}\r\nand some Latin\r\n'.encode('utf-16-le'),
}


def read(tmp_path, name: str, data: bytes) -> dict:
    path = tmp_path / 'content'
    path.write_bytes(data)
    return extract(str(path), name)


@pytest.mark.parametrize('name', FILES)
def test_the_text_comes_out(tmp_path, name):
    found = read(tmp_path, name, FILES[name])
    assert (found['state'], found['cut']) == ('done', False)
    assert TEXT in found['text']


@pytest.mark.parametrize('name', FILES)
def test_the_bytes_decide_not_the_name(tmp_path, name):
    if name.endswith(('.html', '.eml')) or not name.endswith('.txt'):
        assert TEXT in read(tmp_path, 'something.bin', FILES[name])['text']


def test_what_no_browser_shows_is_not_read(tmp_path):
    text = read(tmp_path, 'a.html', FILES['a.html'])['text']
    assert '题名' in text
    assert '秘密' not in text and '看不见' not in text


def test_paragraphs_rows_and_pages_are_lines(tmp_path):
    assert read(tmp_path, 'a.docx', papers.docx('甲乙丙', '丁戊己'))['text'] == '甲乙丙\n丁戊己'
    assert read(tmp_path, 'a.xlsx', papers.xlsx(('甲', 2), ('乙', None)))['text'] == 'Sheet\n甲 2\n乙'
    assert read(tmp_path, 'a.pptx', papers.pptx(*'一二三四五六七八九十'))['text'].split() == list(
        '一二三四五六七八九十'
    )


def test_a_mail_has_its_headers_and_the_names_of_what_is_attached(tmp_path):
    text = read(tmp_path, 'a.eml', papers.mail('会议通知', '请准时参加', '附件一 名单.xlsx'))['text']
    assert '会议通知' in text and '办公室' in text and '请准时参加' in text and '附件一 名单.xlsx' in text


def test_a_mail_in_bare_bytes_and_too_small_a_charset_is_read(tmp_path):
    # 囍 is in GBK and not in GB 2312, which such mails claim
    data = 'Subject: 会议通知\nFrom: a@b.cn\nContent-Type: text/plain; charset=gb2312\n\n囍事'.encode('gbk')
    text = read(tmp_path, 'a.eml', data)['text']
    assert '会议通知' in text and '囍事' in text
    data = (
        b'Subject: =?gb2312?B?'
        + __import__('base64').b64encode('囍事通知'.encode('gbk'))
        + b'?=\nFrom: a\n\nx'
    )
    assert '囍事通知' in read(tmp_path, 'a.eml', data)['text']


def test_rich_text_leaves_fonts_aside_and_reads_unicode(tmp_path):
    text = read(tmp_path, 'a.rtf', papers.rtf('正文'))['text']
    assert text == '正文\n你好'


@pytest.mark.parametrize(
    ('name', 'data', 'state', 'reason'),
    [
        ('a.txt', b'', 'nothing', 'empty'),
        ('a.txt', b'   \n\n', 'nothing', 'no-text'),
        ('a.png', papers.picture(), 'nothing', 'picture'),
        ('a.zip', papers.package({'a/b.txt': 'x'}), 'nothing', 'package'),
        ('a.bin', bytes(range(256)) * 9, 'nothing', 'no-reader'),
        ('a.pdf', papers.pdf(' '), 'nothing', 'no-text-layer'),
        ('a.docx', papers.docx('甲乙丙')[:90], 'failed', 'damaged'),
        ('a.pdf', b'%PDF-1.7\nnothing of the kind', 'failed', 'damaged'),
        ('a.docx', papers.package({'word/document.xml': '<a><b></a>'}), 'failed', 'damaged'),
    ],
)
def test_where_there_is_no_text_it_says_why(tmp_path, name, data, state, reason):
    found = read(tmp_path, name, data)
    assert (found['state'], found['reason'], found['text']) == (state, reason, '')


def test_what_is_read_before_the_damage_is_kept(tmp_path):
    part = papers.package({'word/document.xml': f'<a xmlns:w="w"><w:p><w:t>{TEXT}</w:t></w:p><b></a>'})
    found = read(tmp_path, 'a.docx', part)
    assert (found['state'], found['text'], found['cut']) == ('done', TEXT, True)


def test_no_more_is_kept_than_a_mebichar(tmp_path):
    found = read(tmp_path, 'a.txt', ('汉' * 100 + '\n').encode() * 20_000)
    assert found['cut'] and LONGEST - 20_000 < len(found['text']) <= LONGEST


def test_entities_are_not_expanded_and_nothing_outside_is_read(tmp_path):
    secret = tmp_path / 'secret'
    secret.write_text('机密内容')
    doctype = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "膨胀">]>'
    for part in ('word/document.xml', 'content.xml'):
        body = f'{doctype}<a xmlns:w="w"><w:p><w:t>甲&x;&y;</w:t></w:p></a>'
        assert '机密内容' not in read(tmp_path, 'a.docx', papers.package({part: body}))['text']


def test_control_characters_and_halves_of_characters_are_left_out(tmp_path):
    found = read(tmp_path, 'a.rtf', rb'{\rtf1 a\u-10179?\u-8704?b\u-10179? c\par}')
    assert found['text'] == 'a😀b c'
