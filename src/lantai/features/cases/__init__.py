"""What appraisal 鉴定, destruction 销毁 and transfer 移交 share: a list, its root, actions, history."""

from typing import Any


def includeme(config: Any) -> None:
    """The pages of all kinds of cases; what is particular to a kind its own room adds."""
    config.add_route('cases', '/cases')
    config.add_route('transfers', '/transfers')
    config.add_route('cases.new', '/cases/new')
    config.add_route('case', '/cases/{id}')
    config.add_route('case.document', '/cases/{id}/{document}')
    config.include('.views.kinds')
    config.include('.views.menu')
    config.scan('.views')
