"""People, their accounts and roles: who is who, who may what, and why.

Words: account 账号, role 角色, the three administrators 三员 (system administrator 系统管理员, security
administrator 安全保密管理员, security auditor 安全审计员). They are held apart, as the rules want it:
one makes accounts, one gives rights, one reads what both did.
"""


def includeme(config) -> None:
    config.add_route('login', '/login')
    config.add_route('logout', '/logout')
    config.add_route('language', '/language')
    config.add_route('account', '/account')
    config.add_route('account.password', '/account/password')
    config.add_route('account.tokens', '/account/tokens')
    config.add_route('account.revoke', '/account/revoke')
    config.add_route('account.end', '/account/end')
    config.add_route('people', '/people')
    config.add_route('person.new', '/new-person')
    config.add_route('person', '/people/{id}')
    config.add_route('person.edit', '/people/{id}/edit')
    config.add_route('person.reset', '/people/{id}/reset')
    config.add_route('person.disable', '/people/{id}/disable')
    config.add_route('person.office', '/people/{id}/office')
    config.add_route('roles', '/roles/*traverse')
    config.add_route('roles.grant', '/grant-role/*traverse')
    config.add_route('roles.revoke', '/revoke-role/*traverse')
    config.include('lantai.features.people.views.places')
    config.scan('lantai.features.people.views')
