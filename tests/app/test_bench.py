"""`lantai bench`: the shape of what it says, that it is plausible, and that it is the same records again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

from lantai.app.bench import corpus
from tests.builders.serving import run


def test_the_figures_have_the_shape_of_the_contract(tmp_path: Path) -> None:
    said = run('bench', '--records', '300', '--each', '4', '--json', data=tmp_path)
    figures = json.loads(said)
    assert set(figures) == {'records', 'load', 'browse', 'search', 'detail', 'memory_mb'}
    assert figures['records'] == 300
    assert set(figures['load']) == {'seconds', 'per_second'}
    assert figures['load']['seconds'] > 0 and figures['load']['per_second'] > 0
    for group in ('browse', 'search', 'detail'):
        assert set(figures[group]) == {'p50_ms', 'p95_ms', 'count'}
        assert 0 < figures[group]['p50_ms'] <= figures[group]['p95_ms']
        assert figures[group]['count'] >= 4 and figures[group]['count'] % 4 == 0
    assert 20 < figures['memory_mb'] < 2000
    assert list(tmp_path.iterdir()) == [], 'it works in a folder of its own'


def test_people_get_a_table_with_each_kind_of_request(tmp_path: Path) -> None:
    said = run('bench', '--records', '120', '--each', '1', data=tmp_path)
    for kind in ('first page of the big container', 'its last page', 'two terms', 'page of a record'):
        assert kind in said
    assert '120 records made' in said


def test_too_few_is_wrong_use(tmp_path: Path) -> None:
    run('bench', '--records', '5', data=tmp_path, status=2)


def test_uploads_beside_other_servers_where_they_are(tmp_path: Path) -> None:
    small = ('--files', '8', '--rounds', '1', '--members', '20', '--large', '2')
    said = run('bench', 'dav', *small, '--json', '--wsgidav', str(tmp_path / 'none'), data=tmp_path)
    assert 'WsgiDAV (--wsgidav PYTHON) is not on this machine' in said
    figures = json.loads(said[said.index('{') :])
    assert figures['servers'][0] == 'Lantai' and 'WsgiDAV' not in figures['servers']
    kinds = {'put_1', 'put_4', 'put_8', 'large', 'first_byte', 'last_byte'}
    assert set(figures['medians']) == set(figures['ratios']) == kinds
    for kind in kinds:
        assert set(figures['medians'][kind]) == set(figures['servers'])
        assert all(value > 0 for value in figures['medians'][kind].values())
        assert set(figures['ratios'][kind]) == set(figures['servers'][1:])
    assert figures['medians']['first_byte']['Lantai'] <= figures['medians']['last_byte']['Lantai']
    assert list(tmp_path.iterdir()) == [], 'it works in a folder of its own'


def test_uploads_without_files_are_wrong_use(tmp_path: Path) -> None:
    run('bench', 'dav', '--files', '0', data=tmp_path, status=2)


def test_a_seed_makes_the_same_records_and_one_container_has_a_tenth() -> None:
    once, again = list(corpus.records(2000)), list(corpus.records(2000))
    assert once == again and len(once) == 2000
    assert once != list(corpus.records(2000, seed=2))
    sizes = Counter(record.place for record in once)
    assert sizes[corpus.BIG] == 200
    assert max(sizes.values()) == 200 and min(sizes.values()) < 5
    assert len({(record.place, record.name) for record in once}) == 2000


def test_sizes_add_up_to_what_was_asked_for() -> None:
    for number in (100, 999, 20_000, 100_000):
        assert sum(size for _place, size in corpus.sizes(number, Random(1))) == number
