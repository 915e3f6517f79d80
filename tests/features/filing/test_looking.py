"""What came in is looked at in the background, once for each version."""

from lantai.features.filing import looking
from lantai.features.records import deposit
from lantai.features.records.service import transition
from lantai.services.eventlog.sealer import seal_all
from lantai.services.workflow.engine import available
from tests.builders.filing import approved, metadata, node_at, pdf
from tests.builders.office import body


def round_of(site) -> None:
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    looking.look_at_new_files(site)


def component(act, uid):
    return act.repository.by_uid(uid).components[0]


def test_a_component_knows_its_format_afterwards_and_is_otherwise_as_it_was(office, acting):
    with acting('machine') as act:
        uid = approved(act).uid
    with acting('machine') as act:
        before = component(act, uid).etag, component(act, uid).modified
    round_of(office)
    with acting('machine') as act:
        found = component(act, uid)
        assert (found.format['media_type'], found.format['mismatch'], found.format['version']) == (
            'application/pdf',
            False,
            1,
        )
        assert (found.etag, found.modified) == before


def test_new_content_is_looked_at_again(office, acting):
    with acting('machine') as act:
        item = approved(act, name='a.pdf')
        uid = item.uid
    round_of(office)
    with acting('machine') as act:
        deposit.put(act, node_at(act, 'Z109/WS/2026/D30/BGS'), 'a.pdf', body(act, '正文'.encode() * 9))
        assert component(act, uid).format is None
    round_of(office)
    with acting('machine') as act:
        assert (component(act, uid).format['version'], component(act, uid).format['mismatch']) == (2, True)


def test_what_is_misnamed_stops_its_submission(office, acting):
    with acting('clerk') as act:
        put = deposit.put(
            act, node_at(act, 'Z109/WS/2026/D30/BGS'), 'a.docx', body(act, pdf()), metadata=metadata('甲')
        )
        uid = put.node.uid
    round_of(office)
    with acting('clerk') as act:
        offer = next(offer for offer in available(act, act.repository.by_uid(uid)) if offer.name == 'submit')
        assert [reason.code for reason in offer.unmet] == ['format-mismatch']


def test_what_is_filed_is_left_alone_and_rounds_end(office, acting):
    with acting('machine') as act:
        uid = approved(act).uid
    with acting('archivist') as act:
        transition(act, act.repository.by_uid(uid), 'file')
    with acting('machine') as act:
        before = component(act, uid)._p_serial
    round_of(office)
    assert looking.look(office) == 0
    with acting('machine') as act:
        assert component(act, uid)._p_serial == before


def test_what_is_deleted_meanwhile_is_passed_over(office, acting):
    with acting('machine') as act:
        item = approved(act)
        item.__parent__.remove(item)
        del act.repository.objects[item.components[0].uid]
    round_of(office)
    assert looking.look(office) == 0
