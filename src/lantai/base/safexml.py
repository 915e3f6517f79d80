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
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        root = _with_any_namespace(data)
        if root is None:
            raise Malformed(_('The XML cannot be read: ${why}', mapping={'why': str(error)})) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed(_('XML with a document type declaration is not accepted'))
    if _depth(root, max_depth) > max_depth:
        raise Malformed(_('The XML nests too deeply'))
    return root


def _parser(*, recover: bool = False) -> etree.XMLParser:
    # entities are never resolved: a document that declares some is refused, unexpanded
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _with_any_namespace(data: bytes) -> etree._Element | None:
    """The root, if nothing is wrong but that the name of a namespace is no URI, such as a Chinese one."""
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if all(entry.type == etree.ErrorTypes.WAR_NS_URI for entry in parser.error_log) else None


def _depth(root: etree._Element, limit: int) -> int:
    depth, level = 0, [root]
    while level and depth <= limit:
        depth += 1
        level = [child for element in level for child in element]
    return depth
