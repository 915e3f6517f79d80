"""Filed means fixed: no use case changes a filed record, for nobody, and what is refused changes nothing."""

import pytest

from lantai.base.errors import DomainError
from lantai.features.filing.manifest import build, verify_manifest
from lantai.features.records import annotations, deposit, places, replace, service
from lantai.features.records.errors import RecordIsFiled
from lantai.services.workflow.engine import TransitionRefused
from tests.builders.filing import approved, node_at, pdf
from tests.builders.office import body


def inbox(act):
    return node_at(act, '收集')


def draft(act):
    put = deposit.put(act, inbox(act), '新件.pdf', body(act, pdf('新件')))
    put.node.fonds_code = 'Z109'
    return put.node


#: everything that people and programs can try on a filed item `item` and its component
CHANGES = {
    'title': lambda act, item: service.edit(act, item, {'title': '改题'}),
    'metadata': lambda act, item: service.edit(act, item, {'metadata': {'author': '别人'}}),
    'metadata cleared': lambda act, item: service.edit(act, item, {'metadata': {'date': None}}),
    'access': lambda act, item: service.edit(act, item, {'access': {'openness': 'open'}}),
    'retention row': lambda act, item: service.edit(act, item, {'retention_row': 1}),
    'nothing at all': lambda act, item: service.edit(act, item, {}),
    'role of a file': lambda act, item: service.edit(act, item.components[0], {'role': 'main'}),
    'new content': lambda act, item: deposit.put(act, item.__parent__, item.name, body(act)),
    'new content of its file': lambda act, item: deposit.put(act, item, item.components[0].name, body(act)),
    'same content again': lambda act, item: deposit.replace(
        act, item.components[0], body(act, pdf(item.title))
    ),
    'another file': lambda act, item: deposit.put(act, item, '附件.pdf', body(act)),
    'a file made': lambda act, item: service.create(act, item, 'component', name='空.txt'),
    'saved by renaming': lambda act, item: replace.move(
        act, draft(act), item.__parent__, item.name, overwrite=True
    ),
    'put by renaming': lambda act, item: replace.put(act, item.__parent__, item.name, body(act)),
    'renamed': lambda act, item: places.rename(act, item, '别名.pdf'),
    'its file renamed': lambda act, item: places.rename(act, item.components[0], '别名.pdf'),
    'moved': lambda act, item: places.move(act, item, node_at(act, 'Z109/WS/2026/D10/BGS')),
    'moved out': lambda act, item: places.move(act, item, inbox(act)),
    'its file moved out': lambda act, item: places.move(act, item.components[0], draft(act)),
    'replaced by a move': lambda act, item: places.move(
        act, draft(act), item.__parent__, item.name, overwrite=True
    ),
    'replaced by a copy': lambda act, item: places.copy(
        act, draft(act), item.__parent__, item.name, overwrite=True
    ),
    'copied into': lambda act, item: places.copy(act, draft(act).components[0], item, '附件.pdf'),
    'moved into': lambda act, item: places.move(act, draft(act).components[0], item, '附件.pdf'),
    'deleted': lambda act, item: places.delete(act, item),
    'its file deleted': lambda act, item: places.delete(act, item.components[0]),
    'annotated': lambda act, item: annotations.annotate(act, item, {'{x}y': 'z'}),
    'its file annotated': lambda act, item: annotations.annotate(act, item.components[0], {'{x}y': 'z'}),
}


@pytest.fixture
def filed(office, acting) -> str:
    """The uid of a filed record."""
    with acting('machine') as act:
        uid = approved(act, '通报').uid
    with acting('archivist') as act:
        service.transition(act, act.repository.by_uid(uid), 'file')
    return uid


@pytest.mark.parametrize('change', CHANGES)
@pytest.mark.parametrize('person', ['machine', 'archivist'])
def test_nobody_changes_it_through_any_use_case(filed, acting, change, person):
    with acting('machine') as act:
        before = build(act.repository.by_uid(filed))
    with acting(person) as act, pytest.raises(RecordIsFiled):
        CHANGES[change](act, act.repository.by_uid(filed))
    with acting('machine') as act:
        item = act.repository.by_uid(filed)
        assert build(item) == before and verify_manifest(act, item) == []


@pytest.mark.parametrize(
    'person', ['clerk', 'unitarchivist', 'manager', 'reader', 'leader', 'outsider', 'security']
)
@pytest.mark.parametrize(
    'change', ['title', 'new content', 'another file', 'renamed', 'deleted', 'moved', 'access']
)
def test_those_who_may_not_even_edit_drafts_change_it_neither(filed, acting, person, change):
    with acting(person) as act, pytest.raises(DomainError):
        CHANGES[change](act, act.repository.by_uid(filed))
    with acting('machine') as act:
        assert verify_manifest(act, act.repository.by_uid(filed)) == []


@pytest.mark.parametrize('step', ['submit', 'withdraw', 'approve', 'return', 'exclude', 'include', 'file'])
def test_no_step_of_the_workflow_leads_back(filed, acting, step):
    with acting('machine') as act, pytest.raises(TransitionRefused):
        service.transition(act, act.repository.by_uid(filed), step, 'x', rule=12)


@pytest.mark.parametrize('path', ['Z109/WS/2026/D30/BGS', 'Z109/WS/2026', 'Z109/WS', 'Z109'])
def test_what_holds_it_is_neither_deleted_nor_moved(filed, acting, path):
    with acting('machine') as act:
        for change in (
            lambda node: places.delete(act, node),
            lambda node: places.rename(act, node, 'X'),
            lambda node: places.move(act, node, act.repository['Z110'], node.name),
        ):
            with pytest.raises(DomainError):
                change(node_at(act, path))


def test_a_copy_of_it_is_a_new_draft_that_says_where_it_comes_from(filed, acting):
    with acting('archivist') as act:
        item = act.repository.by_uid(filed)
        twin = places.copy(act, item, item.__parent__, '副本.pdf')
        assert (twin.state, twin.reference_code, twin.filing, twin.derived_from) == (
            'draft',
            None,
            None,
            item.uid,
        )
        assert twin.components[0].content_key != item.components[0].content_key
        assert verify_manifest(act, item) == []
