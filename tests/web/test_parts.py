"""The small parts: how values look, notices, places, panels, forms."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import colander
import pytest
from pyramid.config import Configurator
from pyramid.exceptions import ConfigurationConflictError
from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.services.content.schema import shipped
from lantai.web import forms, notices, shown
from lantai.web.branches import key_before

SHANGHAI = ZoneInfo('Asia/Shanghai')


class TestValues:
    @pytest.mark.parametrize(
        ('number', 'text'),
        [
            (0, '0 B'),
            (999, '999 B'),
            (1000, '1.0 KB'),
            (1024, '1.0 KB'),
            (1_258_291, '1.2 MB'),
            (102_400, '100 KB'),
            (5_000_000_000, '4.7 GB'),
            (10**15, '909 TB'),
        ],
    )
    def test_sizes(self, number, text):
        assert shown.size(number) == text

    def test_a_moment_is_told_in_the_time_of_the_office(self):
        late = datetime(2026, 12, 31, 20, 30, tzinfo=UTC)
        assert shown.day(late, SHANGHAI) == '2027-01-01'
        assert shown.moment(late, SHANGHAI) == '2027-01-01 04:30'
        assert shown.day(date(2026, 3, 2), SHANGHAI) == '2026-03-02'
        assert shown.day(None, SHANGHAI) == shown.moment(None, SHANGHAI) == ''

    @pytest.mark.parametrize(
        ('name', 'chip'),
        [
            ('a.pdf', 'PDF'),
            ('a.tar.gz', 'GZ'),
            ('.profile', ''),
            ('name', ''),
            ('a.', ''),
            ('a.附件', ''),
            ('x.verylong', ''),
            ('关于.docx', 'DOCX'),
        ],
    )
    def test_chips(self, name, chip):
        assert shown.extension(name) == chip

    @pytest.mark.parametrize('name', ['b', 'b10', '中', '\ue000', 'a\x01'])
    def test_a_key_before_a_name_lets_that_name_follow_and_nothing_else_between(self, name):
        key = key_before(name)
        assert key < name
        assert not [
            other for other in ('a', 'aa', 'b', 'b1', 'b10', '中', '丬\U0010ffff') if key < other < name
        ]


class TestNotices:
    def request(self, cookie=None):
        request = Request.blank('/')
        if cookie is not None:
            request.headers['Cookie'] = f'{notices.COOKIE}={cookie}'
        request.site = SimpleNamespace(settings=SimpleNamespace(secure_cookies=False))
        return request

    def sent(self, request):
        response = Response()
        request._process_response_callbacks(response)
        return response.headers.getall('Set-Cookie')

    def test_what_is_told_stands_on_the_next_page_and_is_gone_then(self):
        first = self.request()
        notices.tell(first, _('Stored: ${n}', mapping={'n': 3}))
        notices.tell(first, _('Saved'), 'warn')
        cookie = self.sent(first)[-1].split(';')[0].partition('=')[2].strip('"')
        second = self.request(cookie)
        found = notices.take(second)
        assert [
            (each.kind, each.message, getattr(each.message, 'mapping', None) or {}) for each in found
        ] == [('good', 'Stored: ${n}', {'n': '3'}), ('warn', 'Saved', {})]
        assert 'Max-Age=0' in self.sent(second)[0]

    @pytest.mark.parametrize(
        'cookie',
        [
            '',
            'x',
            '%%%',
            base64.urlsafe_b64encode(b'{"a": 1}').decode(),
            base64.urlsafe_b64encode(b'[1]').decode(),
            base64.urlsafe_b64encode(b'\xff').decode(),
            base64.urlsafe_b64encode(b'[[[[').decode(),
        ],
    )
    def test_a_cookie_that_is_not_ours_tells_nothing(self, cookie):
        assert notices.take(self.request(cookie)) == []

    def test_an_unknown_kind_is_left_out(self):
        text = base64.urlsafe_b64encode(
            json.dumps([{'k': 'x" onclick="', 'm': 'a', 'v': {}, 't': False}]).encode()
        )
        assert notices.take(self.request(text.decode())) == []

    def test_too_much_is_not_sent(self):
        request = self.request()
        notices.tell(request, 'x' * 5000)
        assert self.sent(request) == []


class TestPlaces:
    def config(self):
        config = Configurator()
        config.include('lantai.web.navigation')
        config.include('lantai.web.panels')
        return config

    def test_two_claims_to_one_place_fail_at_the_start(self):
        config = self.config()
        config.add_place('One', 'start', 1)
        config.add_place('Two', 'start', 2)
        with pytest.raises(ConfigurationConflictError):
            config.commit()

    def test_two_panels_of_one_name_fail_at_the_start(self):
        config = self.config()
        for title in ('One', 'Two'):
            config.add_panel('waiting', title, 1, lambda request: None, '')
        with pytest.raises(ConfigurationConflictError):
            config.commit()

    def test_an_unknown_menu_is_refused(self):
        with pytest.raises(ValueError, match='no menu'):
            self.config().add_place('One', 'start', 1, menu='elsewhere')


class TestForms:
    class Form(colander.MappingSchema):
        """A form of a test."""

        name = colander.SchemaNode(colander.String(), validator=colander.Length(max=3))
        year = colander.SchemaNode(colander.Integer(), missing=None)

    def test_values_are_read_and_the_token_is_none_of_them(self):
        values, typed = forms.validated(self.Form(), {'name': 'abc', 'year': '2026', 'csrf_token': 'x'})
        assert values == {'name': 'abc', 'year': 2026}
        assert typed.values == {'name': 'abc', 'year': '2026'} and not typed.errors

    def test_every_error_stands_at_its_field_with_what_was_typed(self):
        values, typed = forms.validated(self.Form(), {'name': '', 'year': 'soon'})
        assert values == {} and set(typed.errors) == {'name', 'year'}
        assert typed.errors['name'] == ['This must be filled in'] and typed.values['year'] == 'soon'

    def test_conditions_of_no_field_stand_above(self):
        typed = forms.Typed().add(
            [Condition('a', 'A', 'name'), Condition('b', 'B'), Condition('c', 'C', 'x')], ['name']
        )
        assert (typed.errors, typed.general) == ({'name': ['A']}, ['B', 'C'])

    def test_the_schema_becomes_a_form(self):
        schema = shipped()['document']
        groups = forms.metadata_groups(schema, {'title': 'T', 'retention_period': 'D60'}, {'date': ['wrong']})
        inputs = {each.name: each for group in groups for each in group.inputs}
        assert inputs['title'].value == 'T' and inputs['title'].needed == 'to submit'
        assert inputs['date'].errors == ('wrong',)
        assert [each.value for each in inputs['retention_period'].options] == ['', 'Y', 'D30', 'D10', 'D60']
        assert inputs['retention_period'].options[-1].chosen
        assert not any(field.system for name in inputs for field in [schema.fields[name]])
        assert not groups[0].folded and groups[-1].folded
