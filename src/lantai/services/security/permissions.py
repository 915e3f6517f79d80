"""Every permission and every role by name; none of them appears as a loose string elsewhere."""

from enum import StrEnum


class Permission(StrEnum):
    """What may be done with a node, or with the whole repository."""

    SEE = 'see'
    READ = 'read'
    EDIT = 'edit'
    PUT = 'put'
    DELETE = 'delete'
    CREATE = 'create'
    CREATE_SERIES = 'create_series'
    ARRANGE = 'arrange'
    OPEN_CLOSE = 'open_close'
    SUBMIT = 'submit'
    WITHDRAW = 'withdraw'
    APPROVE = 'approve'
    RETURN = 'return'
    EXCLUDE = 'exclude'
    INCLUDE = 'include'
    FILE = 'file'
    UNFILE = 'unfile'
    #: cases: appraisal 鉴定, destruction 销毁, transfer 移交; and holds 暂停处置
    MAKE_CASE = 'make_case'
    DECIDE = 'decide'
    SUBMIT_CASE = 'submit_case'
    APPROVE_CASE = 'approve_case'
    CANCEL_CASE = 'cancel_case'
    WITNESS = 'witness'
    EXECUTE = 'execute'
    SIGN = 'sign'
    SEND = 'send'
    HOLD = 'hold'
    SEE_HOLDS = 'see_holds'
    #: any person who is signed in
    SIGNED_IN = 'signed_in'
    SEE_PEOPLE = 'see_people'
    MANAGE_ACCOUNTS = 'manage_accounts'
    MANAGE_UNITS = 'manage_units'
    MANAGE_ROLES = 'manage_roles'
    MANAGE_SYSTEM = 'manage_system'
    READ_LOG = 'read_log'


class Role(StrEnum):
    """The roles given on a node and inherited downward."""

    READER = 'reader'
    CONTRIBUTOR = 'contributor'
    UNIT_ARCHIVIST = 'unit_archivist'
    MANAGER = 'manager'
    ARCHIVIST = 'archivist'
    APPRAISER = 'appraiser'
    LEADER = 'leader'
    SUPERVISOR = 'supervisor'


class Administrator(StrEnum):
    """The three administrators (三员), over the whole repository, never two on one person."""

    SYSADMIN = 'sysadmin'
    SECURITY = 'security'
    AUDITOR = 'auditor'
