"""Setting up a body, by its profile and by hand."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from lantai.base.errors import Forbidden, Invalid, NotFound
from lantai.features.classification.errors import CodeTaken, ProfileInvalid, ScheduleFixed
from lantai.features.classification.model import body_of
from lantai.features.classification.profile import load_profile, profile_folder
from lantai.features.classification.service import (
    add_fonds,
    add_series,
    apply_profile,
    close_series,
    open_series,
    open_year,
    series_at,
)
from lantai.features.retention import schedules
from lantai.features.retention.model import schedules_of

DEMO = load_profile(profile_folder('demo'))


def acts(world) -> list[str]:
    return [event['act'] for event in world.events()]


class TestApplyProfile:
    def test_sets_up_fonds_units_scheme_scope_and_schedule(self, world):
        world.do(lambda act: apply_profile(act, DEMO, 'Z200', '试验局') and None)

        def look(act):
            fonds = act.repository['Z200']
            body = body_of(act.repository, 'Z200')
            schedule = schedules_of(act.repository).in_force('Z200', date(2021, 3, 2))
            assert (fonds.title, fonds.code_form, fonds.units['JJC']['title']) == (
                '试验局',
                '2022',
                '经济发展处',
            )
            assert [category.code for category in body.scheme][:2] == ['WS', 'KU']
            assert (body.excludes(12), body.excludes(1), body.excludes(99)) == (True, False, False)
            assert body.controls['transfer']['*'] == {'Y': 10, 'D30': 10}
            assert schedule.row(12).period == 'Y'
            assert schedule.first_with('D30').no == 4
            assert schedule.authority(schedule.row(4)) == 'BGJ-2012#4'
            assert schedules_of(act.repository).in_force('Z200', date(2011, 12, 31)) is None

        world.look(look)

    def test_a_second_time_changes_nothing(self, world):
        world.do(lambda act: apply_profile(act, DEMO) and None)
        before = acts(world)
        world.do(lambda act: apply_profile(act, DEMO) and None)
        assert acts(world) == [*before, 'profile.apply']
        assert world.look(lambda act: len(schedules_of(act.repository).versions('Z109'))) == 1

    def test_units_that_a_profile_does_not_name_stay(self, world):
        world.do(lambda act: apply_profile(act, dataclasses.replace(DEMO, units=())) and None)
        assert world.look(lambda act: sorted(act.repository['Z109'].units)) == ['BGS', 'JJC']

    def test_a_profile_without_a_body_makes_none(self, world):
        assert world.do(lambda act: apply_profile(act, profile_folder('default'))) is None

    def test_a_changed_schedule_needs_a_new_version(self, world):
        world.do(lambda act: apply_profile(act, DEMO) and None)
        sheet = DEMO.parts['schedule']
        fewer = dataclasses.replace(sheet, rows=sheet.rows[:-1])
        with pytest.raises(ScheduleFixed):
            world.do(
                lambda act: apply_profile(act, dataclasses.replace(DEMO, parts={'schedule': fewer})) and None
            )
        later = dataclasses.replace(fewer, version='BGJ-2024', in_force=date(2024, 1, 1))
        world.do(
            lambda act: apply_profile(act, dataclasses.replace(DEMO, parts={'schedule': later})) and None
        )

        def rows(day):
            return world.look(lambda act: len(schedules.in_force(act, 'Z109', day).rows))

        assert (rows(date(2023, 12, 31)), rows(date(2024, 1, 1))) == (60, 59)

    def test_definitions_must_exist(self, world):
        controls = {**DEMO.controls, 'schema': 'poems', 'workflow': 'dance'}
        with pytest.raises(ProfileInvalid) as caught:
            world.do(lambda act: apply_profile(act, dataclasses.replace(DEMO, controls=controls)) and None)
        assert [each.field for each in caught.value.conditions] == [
            'profile.toml:controls.schema',
            'profile.toml:controls.workflow',
        ]

    @pytest.mark.parametrize(
        ('person', 'refusal'), [('archivist', Forbidden), ('clerk', Forbidden), ('outsider', NotFound)]
    )
    def test_only_the_system_administrator_may(self, world, person, refusal):
        with pytest.raises(refusal):
            world.do(lambda act: apply_profile(act, DEMO) and None, by=person)
        world.do(lambda act: apply_profile(act, DEMO) and None, by='sysadmin')


class TestFonds:
    def test_is_made_once(self, world):
        world.do(lambda act: add_fonds(act, 'Z300', '某局').path, by='sysadmin')
        with pytest.raises(CodeTaken):
            world.do(lambda act: add_fonds(act, 'Z300', '某局').path, by='sysadmin')

    @pytest.mark.parametrize('code', ['', 'z1', '1Z', 'Z 1', 'Z/1', 'Z' * 11, 'Z1\n'])
    def test_has_a_code_of_the_right_form(self, world, code):
        with pytest.raises(Invalid) as caught:
            world.do(lambda act: add_fonds(act, code, '某局').path, by='sysadmin')
        assert [each.field for each in caught.value.conditions] == ['code']

    def test_nobody_else_makes_one(self, world):
        with pytest.raises(Forbidden):
            world.do(lambda act: add_fonds(act, 'Z300', '某局').path, by='archivist')


class TestSeries:
    def test_is_made_by_the_archivist_below_fonds_and_series(self, world):
        def make(act):
            category = add_series(act, act.repository['Z109'], 'KJ', title='科技', category='KJ')
            return add_series(act, category, '2021', year='2021', retention_row=55).scheme()

        assert world.do(make, by='archivist') == {'category': 'KJ', 'year': 2021, 'retention_row': 55}

    def test_names_every_wrong_value(self, world):
        with pytest.raises(Invalid) as caught:
            world.do(
                lambda act: (
                    add_series(act, act.repository['Z109'], 'X', year='soon', period='D', category='a b').uid
                ),
                by='archivist',
            )
        assert {each.field for each in caught.value.conditions} == {'category', 'year', 'period'}

    def test_is_of_a_unit_that_exists(self, world):
        with pytest.raises(Invalid) as caught:
            world.do(lambda act: add_series(act, act.repository['Z109'], 'X', unit='XYZ').uid, by='archivist')
        assert [each.code for each in caught.value.conditions] == ['unknown-unit']

    def test_a_clerk_makes_none(self, world):
        with pytest.raises(Forbidden):
            world.do(lambda act: add_series(act, act.repository['Z109'], 'X').uid, by='clerk')

    def test_opens_and_closes_with_an_event_each_time_it_changes(self, world):
        def series(act):
            return act.repository['Z109']['WS']['BGS']

        world.do(lambda act: close_series(act, series(act)), by='archivist')
        world.do(lambda act: close_series(act, series(act)), by='archivist')
        world.do(lambda act: open_series(act, series(act)), by='archivist')
        assert [each for each in acts(world) if each.startswith('series')] == ['series.close', 'series.open']
        with pytest.raises(Forbidden):
            world.do(lambda act: close_series(act, series(act)), by='clerk')


class TestScheme:
    @pytest.fixture(autouse=True)
    def applied(self, world):
        world.do(lambda act: apply_profile(act, DEMO, 'Z200', '试验局') and None)

    def test_a_place_is_made_where_it_is_missing(self, world):
        def make(act):
            made = series_at(act, act.repository['Z200'], 'WS', year=2021, period='D30', unit='BGS')
            again = series_at(act, act.repository['Z200'], 'WS', year=2021, period='D30', unit='BGS')
            assert again is made
            return made.path, made.scheme(), made.title, made.__parent__.title, made.open

        assert world.do(make) == (
            '/Z200/WS/2021/D30/BGS',
            {'category': 'WS', 'year': 2021, 'period': 'D30', 'unit': 'BGS'},
            '办公室',
            '30年',
            True,
        )

    def test_a_class_can_say_the_period(self, world):
        made = world.do(
            lambda act: series_at(act, act.repository['Z200'], 'KU', **{'class': '03', 'year': 2021}).scheme()
        )
        assert made == {'category': 'KU', 'year': 2021, 'period': 'Y'}

    def test_every_level_must_be_named(self, world):
        with pytest.raises(Invalid) as caught:
            world.do(lambda act: series_at(act, act.repository['Z200'], 'WS', year=2021).uid)
        assert [each.field for each in caught.value.conditions] == ['period', 'unit']
        with pytest.raises(Invalid):
            world.do(lambda act: series_at(act, act.repository['Z200'], 'XX').uid)

    def test_a_year_has_a_series_for_every_unit_and_period(self, world):
        paths = world.do(lambda act: [each.path for each in open_year(act, act.repository['Z200'], 2022)])
        assert '/Z200/WS/2022/D10/JJC' in paths
        assert '/Z200/ZP/2022/Y' in paths
        assert '/Z200/KU/01/2022' in paths
        assert not any(path.startswith('/Z200/KJ') for path in paths)
        assert len(paths) == 3 * 12 + 3 + 2 + 1 + 1

    def test_a_year_is_a_year(self, world):
        with pytest.raises(Invalid):
            world.do(lambda act: open_year(act, act.repository['Z200'], 20222) and None)
