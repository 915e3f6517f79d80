"""Languages: the catalogues merged at start, and the choice of a request's language."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pyramid.request import Request
from pyramid.testing import DummyRequest

from lantai.base.i18n import _
from lantai.web import i18n


class TestNegotiation:
    def request(self, *, language=None, cookie=None, accept=None):
        headers = {'Accept-Language': accept} if accept else {}
        request = Request.blank('/', headers=headers)
        if cookie:
            request.headers['Cookie'] = f'{i18n.COOKIE}={cookie}'
        request.actor = SimpleNamespace(language=language) if language is not None else None
        return request

    def test_chinese_when_nothing_is_said(self):
        assert i18n.negotiate(self.request()) == 'zh_CN'

    @pytest.mark.parametrize(
        ('accept', 'expected'),
        [
            ('en-US,en;q=0.9', 'en'),
            ('zh-Hans-CN,zh;q=0.9', 'zh_CN'),
            ('zh-TW', 'zh_CN'),
            ('fr,en;q=0.5', 'en'),
            ('fr', 'zh_CN'),
            (';;;', 'zh_CN'),
            ('en;q=0.2, zh-CN;q=0.9', 'zh_CN'),
        ],
    )
    def test_the_browser_decides_when_nobody_chose(self, accept, expected):
        assert i18n.negotiate(self.request(accept=accept)) == expected

    def test_a_cookie_goes_before_the_browser(self):
        assert i18n.negotiate(self.request(cookie='en', accept='zh-CN')) == 'en'

    def test_an_unknown_cookie_counts_for_nothing(self):
        assert i18n.negotiate(self.request(cookie='tlh', accept='en')) == 'en'

    def test_the_account_goes_before_everything(self):
        assert i18n.negotiate(self.request(language='zh_CN', cookie='en', accept='en')) == 'zh_CN'

    def test_an_account_without_a_choice_leaves_it_to_the_cookie(self):
        assert i18n.negotiate(self.request(language='', cookie='en')) == 'en'


class TestTranslation:
    def test_chinese_comes_from_the_catalogue_and_english_from_the_message(self):
        assert i18n.translate(_('Save'), 'zh_CN') == '保存'
        assert i18n.translate(_('Save'), 'en') == 'Save'

    def test_numbers_and_names_are_put_into_the_translated_sentence(self):
        message = _('Records: ${n}', mapping={'n': 3})
        assert i18n.translate(message, 'zh_CN') == '3 件'

    def test_plain_text_is_never_translated(self):
        assert i18n.translate('Save', 'zh_CN') == 'Save'

    def test_a_message_nobody_translated_is_shown_in_english(self):
        assert i18n.translate(_('A sentence no catalogue holds'), 'zh_CN') == 'A sentence no catalogue holds'

    def test_templates_are_translated_into_the_language_of_the_request(self, request):
        from pyramid.testing import setUp, tearDown

        config = setUp(request=(dummy := DummyRequest(cookies={i18n.COOKIE: 'zh_CN'})))
        request.addfinalizer(tearDown)
        config.include('pyramid_chameleon')
        config.include('lantai.web.i18n')
        dummy.accept_language = Request.blank('/').accept_language
        assert i18n._translate_for_template(_('Save')) == '保存'
