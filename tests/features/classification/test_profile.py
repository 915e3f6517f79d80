"""Reading a profile: what is right comes out as values, what is wrong is named by file, line and column."""

from __future__ import annotations

import csv
import shutil
from importlib import resources
from pathlib import Path

import pytest

from lantai.features.classification.errors import ProfileInvalid, ProfileNotFound
from lantai.features.classification.profile import load_profile, profile_folder
from lantai.features.retention import schedules  # noqa: F401  reads its part of a profile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demonstration profile that a test may spoil."""
    source = Path(str(resources.files('lantai.config') / 'profiles' / 'demo'))
    return Path(shutil.copytree(source, tmp_path / 'profile'))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text('utf-8')
    assert old in text
    path.write_text(text.replace(old, new), 'utf-8')


def complaints(folder: Path) -> dict[str, str]:
    """The place of each complaint and its code."""
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(folder)
    return {condition.field: condition.code for condition in caught.value.conditions}


class TestShippedProfiles:
    def test_the_demonstration_has_units_scheme_scope_and_sixty_rows(self):
        profile = load_profile(profile_folder('demo'))
        sheet = profile.parts['schedule']
        assert (profile.fonds_code, len(profile.scope), len(sheet.rows)) == ('Z109', 25, 60)
        assert [row.no for row in sheet.rows] == list(range(1, 61))
        assert {row.unit for row in sheet.rows} <= {unit.code for unit in profile.units}
        assert {'BGS', 'JJC'} <= {unit.code for unit in profile.units}
        assert {'WS', 'ZP', 'KU'} <= {category.code for category in profile.scheme}

    def test_periods_in_words_and_by_code_agree(self):
        sheet = profile_folder('demo') / 'retention-schedule.csv'
        words = {'Y': '永久', 'D30': '30年', 'D10': '10年'}
        for row in csv.DictReader(sheet.read_text('utf-8').splitlines()):
            assert row['retention'] == words[row['retention_code']]

    def test_the_default_one_is_empty_and_names_no_body(self):
        profile = load_profile(profile_folder('default'))
        assert (profile.fonds_code, profile.units, profile.scope, profile.parts['schedule']) == (
            '',
            (),
            (),
            None,
        )

    @pytest.mark.parametrize('name', ['nowhere', '../etc', '', 'demo/units.csv'])
    def test_an_unknown_one_is_not_found(self, name, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ProfileNotFound):
            profile_folder(name or 'x')


class TestMistakes:
    def test_all_files_are_read_before_anything_is_said(self, folder):
        change(folder / 'units.csv', 'CWK,计划财务科', 'cwk,')
        change(folder / 'units.csv', 'XXK,', 'BGS,')
        change(folder / 'retention-schedule.csv', '永久,Y\n2,', '永久,X\n2,')
        change(folder / 'retention-schedule.csv', '\n60,', '\n59,')
        change(folder / 'archiving-scope.csv', '1,归档,', '1,看情况,')
        change(folder / 'scheme.toml', 'periods = ["Y", "D30", "D10"]', '')
        change(folder / 'profile.toml', 'code_form = "2022"', 'code_form = "1999"')
        assert complaints(folder) == {
            'units.csv:6:code': 'bad-entry',
            'units.csv:6:title': 'bad-entry',
            'units.csv': 'twice',
            'retention-schedule.csv:2:retention_code': 'bad-entry',
            'retention-schedule.csv': 'twice',
            'archiving-scope.csv:2:rule': 'bad-entry',
            'scheme.toml:WS': 'bad-entry',
            'profile.toml:controls.code_form': 'bad-entry',
        }

    def test_missing_files_and_columns(self, folder):
        (folder / 'units.csv').unlink()
        change(folder / 'archiving-scope.csv', 'no,rule,', 'no,what,')
        assert complaints(folder) == {'units.csv': 'missing-file', 'archiving-scope.csv:1': 'missing-column'}

    def test_files_that_are_no_text_or_no_toml(self, folder):
        (folder / 'units.csv').write_bytes(b'code,title\nBGS,\xb0\xec')
        (folder / 'scheme.toml').write_text('[[category]\n')
        assert complaints(folder) == {'units.csv': 'not-text', 'scheme.toml': 'no-toml'}

    def test_settings_nobody_knows(self, folder):
        change(folder / 'profile.toml', 'waiting_days = 0', 'waiting_days = 0\nwaiting_weeks = 1')
        assert complaints(folder) == {'profile.toml:controls': 'bad-entry'}

    @pytest.mark.parametrize(
        'years', ['{ "*" = { Z = 1 } }', '{ "*" = { Y = -1 } }', '{ "*" = 3 }', '{ WS = { Y = true } }']
    )
    def test_years_of_transfer(self, folder, years):
        change(folder / 'profile.toml', '{ "*" = { Y = 10, D30 = 10 }, KJ = { Y = 20 } }', years)
        assert complaints(folder) == {'profile.toml:transfer.years': 'bad-entry'}

    def test_rows_without_a_version(self, folder):
        text = (folder / 'profile.toml').read_text('utf-8')
        (folder / 'profile.toml').write_text(text[: text.index('[schedule]')], 'utf-8')
        assert complaints(folder) == {'profile.toml:schedule': 'bad-entry'}

    def test_a_schedule_without_its_day(self, folder):
        change(folder / 'profile.toml', 'in_force = 2012-01-01\n', '')
        assert complaints(folder) == {'profile.toml:schedule:in_force': 'bad-entry'}

    def test_a_sheet_saved_by_a_spreadsheet_program_is_read(self, folder):
        text = (folder / 'units.csv').read_text('utf-8')
        (folder / 'units.csv').write_bytes(b'\xef\xbb\xbf' + text.replace('\n', '\r\n').encode())
        assert load_profile(folder).units[0].aliases == ('局办', '局办公室')
