"""The settings of an installation, validated once."""

import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _

CLASSIFICATIONS = ('', '秘密', '机密', '绝密')


@dataclass(frozen=True)
class Settings:
    """What `lantai.toml` in the data folder may say, and the values as shipped."""

    storage: str = ''
    #: the highest classification taken in; none as shipped
    ceiling: str = ''
    #: form of the reference code: 2022 or 2015
    code_form: str = '2022'
    #: largest file in bytes; 0 is no limit
    max_upload: int = 0
    #: allowance of each depositor in bytes; 0 is the disk
    quota: int = 0
    #: address of a ClamAV daemon: a socket path or HOST:PORT
    clamd: str = ''
    session_hours: int = 8
    secure_cookies: bool = False
    #: addresses whose X-Forwarded-* are believed
    trusted_proxy: str = ''
    #: cost of a password hash; tests set less
    argon2_time: int = 3
    argon2_memory_kib: int = 65536
    extra: dict = field(default_factory=dict, compare=False)

    @classmethod
    def load(cls, path: Path, **given: object) -> 'Settings':
        """Reads the file if there is one; what is given, then the environment, comes first.

        Raises Invalid naming every key that is unknown or of the wrong type.
        """
        values: dict = {}
        if path.exists():
            try:
                values = tomllib.loads(path.read_text('utf-8'))
            except tomllib.TOMLDecodeError as error:
                raise Invalid(
                    _('${file} cannot be read: ${why}', mapping={'file': path.name, 'why': str(error)})
                ) from error
        if os.environ.get('LANTAI_STORAGE'):
            values['storage'] = os.environ['LANTAI_STORAGE']
        values.update({key: value for key, value in given.items() if value is not None})
        known = {entry.name: entry for entry in fields(cls)}
        wrong = [
            Condition('setting', _('${key} is no setting, or not of this kind', mapping={'key': key}), key)
            for key, value in values.items()
            if key not in known or not isinstance(value, type(known[key].default) if key != 'extra' else dict)
        ]
        settings = cls(**values) if not wrong else None
        if settings is not None and settings.ceiling not in CLASSIFICATIONS:
            wrong.append(
                Condition(
                    'setting',
                    _('${key} is no setting, or not of this kind', mapping={'key': 'ceiling'}),
                    'ceiling',
                )
            )
        if wrong:
            raise Invalid(_('The settings are wrong'), wrong)
        return settings
