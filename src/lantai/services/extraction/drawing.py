"""Small pictures of files: the first page of a PDF, and images. Made to run in a child process."""

import base64
import io
import warnings
from contextlib import closing
from pathlib import Path

from PIL import Image, ImageOps

from lantai.services.extraction.bounds import Unreadable
from lantai.services.extraction.pdf import opened

#: width and height of each size at most, in pixels
SIZES = {'large': (1000, 1400), 'small': (120, 160)}
#: pixels of an image that is decoded for a preview
MOST_PIXELS = 100_000_000
_QUALITY = 80
#: kinds that a browser shows itself: they need no large preview
_SHOWN = ('PNG', 'JPEG', 'GIF', 'BMP', 'WEBP')
_FORMATS = ('PNG', 'JPEG', 'GIF', 'BMP', 'TIFF', 'WEBP', 'JPEG2000')


def draw(path: str) -> dict[str, str]:
    """JPEGs in base64 by size; empty for what is no picture, or none that can be drawn here.

    Large ones only of what a browser does not show in place.

    Raises FileNotFoundError and MemoryError; whatever else a broken file leads a decoder to means no picture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        try:
            picture, sizes = _picture(Path(path))
        except (FileNotFoundError, MemoryError):
            raise
        # as with texts: the list of what decoders raise on hostile bytes is open
        except Exception:
            return {}
    return {} if picture is None else {size: _encoded(picture, SIZES[size]) for size in sizes}


def _picture(path: Path) -> tuple[Image.Image | None, tuple[str, ...]]:
    with path.open('rb') as stream:
        head = stream.read(1024)
    if b'%PDF-' in head:
        return _first_page(path), ('small',)
    if head.startswith((b'PK', b'\xd0\xcf\x11\xe0')):
        return None, ()
    # all decoders: told to use few, it knows only those loaded already
    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            return None, ()
        sizes = ('small',) if image.format in _SHOWN else ('small', 'large')
        # JPEG alone: decodes no more than is needed
        image.draft('RGB', SIZES['large'])
        image.load()
        return _on_white(ImageOps.exif_transpose(image)), sizes


def _first_page(path: Path) -> Image.Image | None:
    try:
        with opened(path) as document:
            if not len(document):
                return None
            with closing(document[0]) as page:
                width, height = page.get_size()
                if not (width > 0 and height > 0):
                    return None
                # twice as large as it is shown, or lines of text vanish when it is made smaller
                wide, high = SIZES['small']
                bitmap = page.render(scale=2 * min(wide / width, high / height))
                return bitmap.to_pil().convert('RGB')
    except Unreadable:
        return None


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith(('I', 'F')):
        # 16 bits a pixel and more: the range of the picture is stretched over what a screen shows
        image = ImageOps.autocontrast(image.convert('F').point(lambda value: value / 256).convert('L'))
    if image.mode in ('RGBA', 'LA', 'PA') or 'transparency' in image.info:
        image = image.convert('RGBA')
        white = Image.new('RGBA', image.size, 'white')
        white.alpha_composite(image)
        image = white
    return image.convert('RGB')


def _encoded(picture: Image.Image, sides: tuple[int, int]) -> str:
    small = picture.copy()
    small.thumbnail(sides)
    out = io.BytesIO()
    small.save(out, 'JPEG', quality=_QUALITY, optimize=True)
    return base64.b64encode(out.getvalue()).decode('ascii')
