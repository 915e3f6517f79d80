"""Setting up a body by its profile (配置方案).

Words: unit 机构, classification scheme 分类方案, category 门类, archiving scope 归档范围.
"""
