"""Computing elsewhere: a value comes back or an error says what went wrong, and nothing else suffers."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.services.jobs import children
from lantai.services.jobs.children import (
    Child,
    ChildStopped,
    ComputationFailed,
    Crashed,
    Raised,
    TooMuchMemory,
    TooSlow,
    compute,
)
from tests.builders import jobs as functions


@pytest.fixture(scope='module')
def child():
    with Child(memory=512 << 20) as child:
        yield child


def test_a_value_comes_back(child):
    assert child.compute(functions.add, 2, 3) == 5
    assert compute('tests.builders.jobs:add', 2, 3) == 5


@settings(deadline=None, max_examples=30)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    )
)
def test_any_plain_value_passes_unchanged(child, value):
    assert child.compute(functions.echo, value) == value


def test_large_values_pass_in_both_directions(child):
    text = '档' * 3_000_000
    assert child.compute(functions.echo, text) == text


def test_one_process_serves_one_call_after_another(child):
    assert child.compute(functions.process) == child.compute(functions.process)


def test_waiting_for_ever_is_stopped_by_the_clock(child):
    began = time.monotonic()
    with pytest.raises(TooSlow):
        child.compute(functions.sleep, 60, wall=0.3)
    assert time.monotonic() - began < 5
    assert child.compute(functions.add, 1, 1) == 2


def test_computing_for_ever_is_stopped_by_its_own_time(child):
    began = time.monotonic()
    with pytest.raises(TooSlow):
        child.compute(functions.spin, cpu=0.2, wall=30)
    assert time.monotonic() - began < 10
    assert child.compute(functions.add, 1, 1) == 2


def test_the_limit_of_time_is_for_each_call_and_not_for_all_together(child):
    for _ in range(3):
        with pytest.raises(TooSlow):
            child.compute(functions.spin, cpu=0.2, wall=30)
    assert child.compute(functions.add, 1, 1, cpu=0.2) == 2


def test_too_much_memory_is_an_error_of_its_own(child):
    with pytest.raises(TooMuchMemory):
        child.compute(functions.devour, 1 << 30)
    assert child.compute(functions.devour, 1000) == 1000


@pytest.mark.parametrize('function', [functions.crash, functions.leave])
def test_a_crash_costs_only_itself(child, function):
    with pytest.raises(Crashed):
        child.compute(function)
    assert child.compute(functions.add, 1, 1) == 2


def test_what_the_function_refuses_arrives_with_its_name_and_words(child):
    with pytest.raises(Raised) as caught:
        child.compute(functions.refuse)
    assert (caught.value.kind, caught.value.code, str(caught.value.detail)) == (
        'Forbidden',
        'forbidden',
        'Not this one',
    )


def test_a_mistake_of_the_program_tells_the_person_nothing_of_the_machine(child):
    with pytest.raises(Raised) as caught:
        child.compute(functions.mistake)
    assert (caught.value.kind, caught.value.code) == ('ZeroDivisionError', None)
    assert 'path' not in str(caught.value.detail)


def test_what_is_printed_is_no_answer(child):
    assert child.compute(functions.shout, 'abc') == 'ABC'


def test_a_result_that_is_no_plain_value_is_refused(child):
    with pytest.raises(Raised):
        child.compute(functions.unspeakable)
    assert child.compute(functions.add, 1, 1) == 2


def test_a_result_beyond_all_measure_is_cut_off(child, monkeypatch):
    monkeypatch.setattr(children, 'LARGEST', 1000)
    with pytest.raises(TooMuchMemory):
        child.compute(functions.echo, 'x' * 100_000)
    assert child.compute(functions.add, 1, 1) == 2


def test_a_child_knows_nothing_of_keys_and_storages(monkeypatch):
    for name in ('LANTAI_KEYS', 'LANTAI_STORAGE', 'LANTAI_DEMO_PASSWORD'):
        monkeypatch.setenv(name, 'secret')
    assert 'secret' not in compute(functions.environment).values()


def test_only_functions_of_modules(child):
    for function in (lambda: 1, Child.close):
        with pytest.raises(ValueError):
            child.compute(function)


def test_an_unknown_function_is_an_error(child):
    with pytest.raises(Raised):
        child.compute('tests.builders.jobs:nothing')
    with pytest.raises(Raised):
        child.compute('tests.builders.nothing:nothing')


def test_stopping_ends_what_is_being_computed_at_once():
    child, failures = Child(), []

    def wait():
        try:
            child.compute(functions.sleep, 60)
        except ComputationFailed as error:
            failures.append(type(error))

    thread = threading.Thread(target=wait)
    thread.start()
    deadline = time.monotonic() + 10
    while not child._computing and time.monotonic() < deadline:
        time.sleep(0.01)
    child.close()
    thread.join(5)
    assert failures == [ChildStopped]
    with pytest.raises(ChildStopped):
        child.compute(functions.add, 1, 1)
