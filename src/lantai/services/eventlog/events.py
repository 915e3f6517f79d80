"""The names of everything that is logged. They are stored for decades: never rename or reuse one."""

from enum import StrEnum


class Event(StrEnum):
    """What happened; the value is what stands in the log as `act`."""

    # the tree
    NODE_CREATE = 'node.create'
    NODE_EDIT = 'node.edit'
    NODE_MOVE = 'node.move'
    NODE_COPY = 'node.copy'
    NODE_RENAME = 'node.rename'
    NODE_DELETE = 'node.delete'
    ITEM_JOIN = 'item.join'
    ITEM_SPLIT = 'item.split'
    CONTENT_PUT = 'content.put'
    CONTENT_READ = 'content.read'
    SERIES_OPEN = 'series.open'
    SERIES_CLOSE = 'series.close'
    UNIT_CHANGE = 'unit.change'
    PROFILE_APPLY = 'profile.apply'
    SCHEDULE_CHANGE = 'schedule.change'

    # the course of a record
    TRANSITION = 'transition'
    FILING = 'filing'
    BATCH_OPEN = 'batch.open'
    BATCH_CHANGE = 'batch.change'
    BATCH_FILED = 'batch.filed'
    BATCH_DROP = 'batch.drop'
    REFUSED = 'refused'
    HOLD_PLACE = 'hold.place'
    HOLD_RELEASE = 'hold.release'
    CASE_OPEN = 'case.open'
    CASE_DECIDE = 'case.decide'
    CASE_CLOSE = 'case.close'
    CASE_PACKAGE = 'case.package'
    ERASE = 'erase'

    # people
    LOGIN = 'login'
    LOGIN_FAILED = 'login.failed'
    LOGOUT = 'logout'
    PASSWORD_CHANGE = 'password.change'
    TOKEN_CREATE = 'token.create'
    TOKEN_REVOKE = 'token.revoke'
    PERSON_CREATE = 'person.create'
    PERSON_CHANGE = 'person.change'
    GRANT = 'grant'
    REVOKE = 'revoke'

    # the system
    INDEX_REBUILD = 'index.rebuild'
    KEY_ROTATE = 'key.rotate'
    BACKUP = 'backup'
    RESTORE = 'restore'
    PACK = 'pack'
    VERIFY = 'verify'
    JOB_CREATE = 'job.create'
    JOB_CANCEL = 'job.cancel'
    JOB_FINISH = 'job.finish'
