"""litmus, the test suite of the WebDAV community: all of it, without a failure and without a warning."""

import re

from tests.builders.office import PASSWORD
from tests.doors.dav.clients import program, run
from tests.doors.dav.conftest import INBOX

SUITES = {'basic': 16, 'copymove': 13, 'props': 30, 'locks': 41, 'http': 4}


def test_every_test_of_litmus_passes(address, tmp_path):
    out = run(program('litmus'), '-k', f'{address}{INBOX}/', 'clerk', PASSWORD, home=tmp_path)
    summaries = re.findall(r"summary for `(\w+)': of (\d+) tests run: (\d+) passed, (\d+) failed", out)
    assert {name: int(passed) for name, run_, passed, failed in summaries if run_ == passed} == SUITES, out
    assert 'WARNING' not in out, out
