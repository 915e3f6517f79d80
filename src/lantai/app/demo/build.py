"""Building the demonstration: set up two bodies, take people on, play the years, let some people go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from lantai.app.demo import inbox
from lantai.app.demo.accounts import FORMER, STAFF, let_go, passwords_for, take_on, write_accounts
from lantai.app.demo.disposal import Disposal
from lantai.app.demo.past import Past
from lantai.app.demo.stage import MACHINE, Stage
from lantai.app.demo.texts import Writer
from lantai.features.classification.profile import Profile, Unit, load_profile, profile_folder
from lantai.features.classification.service import apply_profile
from lantai.services.site import Site

#: every repository that is built looks the same but for the day it was built on
SEED = 20120104
#: how many years before this one the records begin
YEARS = 14
#: days between approval and execution of a destruction in all those years
WAITING_DAYS = 30


def make(
    site: Site,
    password: str | None,
    told: Callable[[int, int], None] = lambda done, total: None,
    years: int = YEARS,
) -> None:
    """Fill an empty repository, and write who can sign in to `accounts.txt` in the data folder.

    `password` is that of every account; without one each gets a random one. `told` hears how many steps are
    done, of how many. Everything goes through the use cases, so that histories, log and registers are real.
    """
    stage = Stage(site)
    passwords = passwords_for(password)
    _found(stage, passwords, years)
    writer = Writer(SEED)
    past = Past(stage, SEED, writer, years)
    past.tell()
    inbox.tell(stage, SEED, writer)
    Disposal(stage, past.filed).tell()
    _no_waiting(stage)
    for member in FORMER:
        stage.add(stage.moment(stage.today, 23, 59), MACHINE, lambda act, member=member: let_go(act, member))
    judging = site.doorkeeper.passwords
    before, judging.lenient = (
        judging.lenient,
        True,
    )  # whoever sets one for a demonstration may choose a short one
    try:
        stage.play(told)
    finally:
        judging.lenient = before
    write_accounts(site.folder, passwords, secret=password is not None)


def _found(stage: Stage, passwords: dict[str, str], years: int) -> None:
    """The bodies are set up and the people taken on, before the first record."""
    profile = load_profile(profile_folder('demo'))
    beginning = stage.moment(date(stage.today.year - years, 1, 1), 8)
    profile = _in_force_from(_waiting(profile, WAITING_DAYS), beginning.date())
    for each in (profile, _second_body(profile)):
        stage.add(beginning, MACHINE, lambda act, each=each: apply_profile(act, each))
    for member in (*STAFF, *FORMER):
        stage.add(
            beginning,
            MACHINE,
            lambda act, member=member: take_on(act, member, passwords.get(member.id)),
            alone=True,
        )


def _waiting(profile: Profile, days: int) -> Profile:
    return replace(profile, controls={**profile.controls, 'waiting_days': days})


def _no_waiting(stage: Stage) -> None:
    """From now on nobody waits for a destruction, as the profile says: who tries it out has no time for that.

    What was approved before waits for as long as was said then.
    """
    profile = load_profile(profile_folder('demo'))
    stage.add(
        stage.moment(stage.today, 23, 59),
        MACHINE,
        lambda act: apply_profile(act, replace(profile, parts={})),
    )


def _in_force_from(profile: Profile, day: date) -> Profile:
    """The profile with a schedule that is in force when the records begin, in whatever year this is."""
    sheet = profile.parts['schedule']
    first = min(sheet.in_force, day)
    return replace(profile, parts={**profile.parts, 'schedule': replace(sheet, in_force=first)})


def _second_body(profile: Profile) -> Profile:
    """Z110 works by the same scheme and rows, with units and a schedule of its own."""
    sheet = replace(
        profile.parts['schedule'], version='GWC-2012', title='港务管理处归档范围和保管期限表', approval=''
    )
    return replace(
        profile,
        name='port',
        title='港务管理处配置方案',
        fonds_code='Z110',
        fonds_title='港务管理处',
        units=(Unit('BGS', '办公室'), Unit('GCK', '工程科'), Unit('DDK', '调度科')),
        parts={**profile.parts, 'schedule': sheet},
    )
