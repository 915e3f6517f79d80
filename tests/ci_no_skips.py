"""A skipped test is a failure where CI=true: nothing may go untested without somebody seeing it.

On a person's own machine a test that lacks a browser or a database server is skipped with its reason
(`-rs` prints it); on the machine that decides whether a change is good, that would be a silent hole.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

#: what no machine can install: a collection of other people's files that is not part of this repository
EXCUSED = ('the sample files are not beside this checkout',)


def _strict() -> bool:
    return os.environ.get('CI', '').lower() in ('1', 'true', 'yes')


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The words a skip was given, without the place (`-rs` shows that)."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    return str(report.longrepr)


def _counts(report: pytest.TestReport | pytest.CollectReport) -> bool:
    return report.skipped and _strict() and not any(excuse in _reason(report) for excuse in EXCUSED)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip of a test (not an expected failure) into a failure that says why."""
    report = yield
    if _counts(report) and not hasattr(report, 'wasxfail'):
        report.longrepr = f'{item.nodeid}: skipped although CI=true: {_reason(report)}'
        report.outcome = 'failed'
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself while it is collected."""
    report = yield
    if _counts(report):
        report.longrepr = f'{collector.nodeid}: skipped although CI=true: {_reason(report)}'
        report.outcome = 'failed'
    return report
