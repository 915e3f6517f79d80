"""The workflow's step `file` on one item: a batch of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantai.base.errors import Condition
from lantai.features.filing import fixing
from lantai.features.filing.examination import examined, known
from lantai.features.filing.model import Batch
from lantai.features.filing.planning import plan
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.workflow.registry import consequence, guard


@guard('ready-to-file')
def ready_to_file(act: Act, item: Item, values: Mapping[str, Any]) -> list[Condition]:
    """Everything that stops filing. Only a step that is really taken has the files looked at; a page that
    offers it goes by what is known of them."""
    if values:
        examinations = examined(act, item.components)
    else:
        found = [known(act.site, component) for component in item.components]
        examinations = {one.content_key: one for one in found if one is not None}
    (row,) = plan(act, [item], examinations, whole=bool(values))
    return [finding.condition for finding in row.stops]


@consequence('file-as-batch-of-one')
def file_as_batch_of_one(act: Act, item: Item, _values: Mapping[str, Any]) -> None:
    """Code, frozen row, manifest and register for one item; the engine changes its state afterwards."""
    batch = Batch(item.fonds_code, item.title[:200], act.actor.id, act.clock.now())
    batch.items = (item.uid,)
    fixing.fix(act, batch, [item], examined(act, item.components))
