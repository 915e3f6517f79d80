"""The pages about records: start, tree and lists, an item, forms, steps, approvals."""


def includeme(config) -> None:
    """Routes of the pages; those about a node end in its path, and no name in it can be mistaken for a
    page.
    """
    config.add_route('start', '/')
    config.add_route('top', '/archive')
    config.add_route('approvals', '/approvals')
    config.add_route('permanent', '/id/{uid}')
    for page in (
        'archive',
        'branch',
        'content',
        'edit',
        'history',
        'step',
        'open',
        'place',
        'delete',
        'attach',
        'replace',
        'role',
        'preview',
        'as-format',
        'all-steps',
        'export',
    ):
        config.add_route(page, f'/{page}/*traverse')
    config.add_route('new', '/new/{type}/*traverse')
    config.add_route('steps', '/steps')
    config.add_route('columns', '/columns')
    config.add_route('all-waiting', '/all-waiting')
    config.include('.menu')
    config.scan('.')
