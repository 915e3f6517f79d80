"""Records and what holds them: fonds 全宗, series 类目, files 案卷, items 件, components 电子文件, inbox."""


def includeme(config) -> None:
    """The pages about records."""
    config.include('.views')
