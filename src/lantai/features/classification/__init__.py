"""Setting up a body by its profile (配置方案).

Words: unit 机构, classification scheme 分类方案, category 门类, archiving scope 归档范围.
"""


def includeme(config) -> None:
    """The pages of units, scheme and scope."""
    config.add_route('controls', '/controls')
    config.add_route('units', '/units/*traverse')
    config.add_route('unit.close', '/close-unit/*traverse')
    config.add_route('scheme', '/scheme/*traverse')
    config.add_route('scope', '/scope/*traverse')
    config.include('lantai.features.classification.views.controls')
    config.scan('lantai.features.classification.views')
