"""The appraisal case. Its entries: decision, period, reason, who decided and when."""

from typing import ClassVar

from lantai.base.i18n import _
from lantai.features.cases.model import Case
from lantai.services.content.types import content_type

RETAIN, CONDEMN, OFFER = 'retain', 'condemn', 'offer'
DECISIONS = (RETAIN, CONDEMN, OFFER)


@content_type(title=_('Appraisal'))
class Appraisal(Case):
    """鉴定."""

    type: ClassVar[str] = 'appraisal'
