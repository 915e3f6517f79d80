"""`lantai user add / passwd / grant / revoke / list`. Passwords are typed, never given as words."""

import argparse
from typing import Any

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.doors.cli.call import OK, Call
from lantai.features.people import roles, service
from lantai.features.records.lookup import by_path_or_uid
from lantai.services.act import Act
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Administrator
from lantai.web.i18n import translate


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    actions = parser.add_subparsers(dest='action', required=True)
    add = actions.add_parser('add', help='a new person; the password is asked for')
    add.add_argument('name')
    add.add_argument('--title', default=None, help='the name people know')
    add.add_argument('--fonds', default='')
    add.add_argument('--unit', default='')
    add.add_argument(
        '--one-time', action='store_true', help='print a one-time password instead of asking for one'
    )
    actions.add_parser('passwd', help='another password').add_argument('name')
    for action in ('grant', 'revoke'):
        one = actions.add_parser(action)
        one.add_argument('name')
        one.add_argument('role')
        one.add_argument('--on', default=None, metavar='/PATH')
        one.add_argument('--unit', default=None)
    actions.add_parser('list').add_argument('--json', action='store_true')


def run(call: Call) -> int:
    """Carries out one of the actions."""
    return {'add': _add, 'passwd': _passwd, 'grant': _roles, 'revoke': _roles, 'list': _list}[
        call.args.action
    ](call)


def _add(call: Call) -> int:
    args = call.args
    password = None if args.one_time else _ask(call)
    one_time = call.site.transact(
        lambda act: service.create_person(
            act, args.name, name=args.title or args.name, fonds=args.fonds, unit=args.unit, password=password
        ),
        call.actor,
        door='cli',
    )
    if one_time:
        call.say(_('One-time password: ${password}', mapping={'password': one_time}))
    return OK


def _passwd(call: Call) -> int:
    password = _ask(call)
    call.site.transact(
        lambda act: service.set_password(act, call.args.name, password), call.actor, door='cli'
    )
    return OK


def _ask(call: Call) -> str:
    return call.terminal.ask_secret(translate(_('Password: '), call.language))


def _roles(call: Call) -> int:
    args = call.args
    give = args.action == 'grant'

    def change(act: Act) -> None:
        if args.role in set(Administrator):
            if args.on or args.unit:
                message = _('The three administrators are for the whole repository')
                raise Invalid(conditions=[Condition('no-place', message, 'on')])
            if give:
                roles.appoint_administrator(act, args.name, args.role)
            else:
                roles.dismiss_administrator(act, args.name)
            return
        if not args.on:
            raise Invalid(conditions=[Condition('place-needed', _('Say where with --on /PATH'), 'on')])
        node = act.repository if args.on == '/' else by_path_or_uid(act, args.on)
        (roles.grant_role if give else roles.revoke_role)(act, args.name, args.role, node, args.unit)

    call.site.transact(change, call.actor, door='cli')
    return OK


def _list(call: Call) -> int:
    with call.site.reading(call.actor, door='cli') as act:
        people = [_shown(act, person) for person in people_of(act.repository)]
    call.report({'total': len(people), 'items': people}, lambda: [_line(person) for person in people])
    return OK


def _shown(act: Act, person: Any) -> dict[str, Any]:
    grants = []
    for grant in person.grants:
        node = act.repository.by_uid(grant.node)
        grants.append({'role': grant.role, 'on': node.path if node is not None else None, 'unit': grant.unit})
    return {
        'id': person.id,
        'name': person.name,
        'fonds': person.fonds,
        'unit': person.unit,
        'administrator': person.administrator or None,
        'disabled': person.disabled,
        'roles': grants,
    }


def _line(person: dict[str, Any]) -> str:
    roles = ', '.join(
        f'{each["role"]}@{each["on"]}' + (f':{each["unit"]}' if each['unit'] else '')
        for each in person['roles']
    )
    return '\t'.join(
        (
            person['id'],
            person['name'],
            f'{person["fonds"]}/{person["unit"]}',
            person['administrator'] or roles,
        )
    )
