"""Filing (归档): a batch is put in order, numbered, fixed and signed, and gets its register.

GB/T 18894-2016 and DA/T 22-2015 ask for order before number; DA/T 13-2022 for the form of the number. Filed
means fixed: from then on no door changes the content or the description of what was filed.

Words: batch 归档批次, reference code 档号, item number 件号, register 归档登记表, catalogue 归档文件目录.
"""


def includeme(config) -> None:
    """The pages of filing; those about a batch go by its id, the catalogue by a path."""
    config.add_route('filing', '/filing')
    config.add_route('filing.one', '/filing/one')
    config.add_route('batch', '/filing/{id}')
    config.add_route('register', '/filing/{id}/register')
    config.add_route('catalogue', '/catalogue/*traverse')
    config.include('.views.menu')
    config.include('.views.evidence')
    config.scan('.views')
