"""XML from outside: no document types, no entities, no fetching, bounded size and depth."""

from lxml import etree

from lantai.base.errors import Malformed, TooLarge
from lantai.base.i18n import _

MAX_BYTES = 1 << 20
MAX_DEPTH = 100


def parse(data: bytes, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> etree._Element:
    """The root element of `data`; raises Malformed or TooLarge."""
    if len(data) > max_bytes:
        raise TooLarge(_('The XML has more than ${n} bytes', mapping={'n': max_bytes}))
    # entities are never resolved: a document that declares some is refused below, unexpanded
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(_('The XML cannot be read: ${why}', mapping={'why': str(error)})) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed(_('XML with a document type declaration is not accepted'))
    if _depth(root, max_depth) > max_depth:
        raise Malformed(_('The XML nests too deeply'))
    return root


def _depth(root: etree._Element, limit: int) -> int:
    depth, level = 0, [root]
    while level and depth <= limit:
        depth += 1
        level = [child for element in level for child in element]
    return depth
