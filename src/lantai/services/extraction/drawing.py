"""Small pictures of files: the first page of a PDF, and images. Made to run in a child process."""

import base64
import io
import warnings
from contextlib import closing
from pathlib import Path

from PIL import Image, ImageOps

from lantai.services.extraction.bounds import Unreadable
from lantai.services.extraction.pdf import opened

#: the longer and the shorter side of each size, in pixels
SIZES = {'large': (1000, 1400), 'small': (120, 160)}
#: pixels of an image that is decoded for a preview
MOST_PIXELS = 100_000_000
_QUALITY = 80
_FORMATS = ('PNG', 'JPEG', 'GIF', 'BMP', 'TIFF', 'WEBP', 'JPEG2000')


def draw(path: str) -> dict[str, str]:
    """JPEGs in base64 by size; empty for what is no picture, or none that can be drawn here.

    Raises FileNotFoundError and MemoryError; whatever else a broken file leads a decoder to means no picture.
    """
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        try:
            picture = _picture(Path(path))
        except (FileNotFoundError, MemoryError):
            raise
        # as with texts: the list of what decoders raise on hostile bytes is open
        except Exception:
            return {}
    return {} if picture is None else {size: _encoded(picture, sides) for size, sides in SIZES.items()}


def _picture(path: Path) -> Image.Image | None:
    with path.open('rb') as stream:
        head = stream.read(1024)
    if b'%PDF-' in head:
        return _first_page(path)
    if head.startswith((b'PK', b'\xd0\xcf\x11\xe0')):
        return None
    # all decoders: told to use few, it knows only those loaded already
    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            return None
        # JPEG alone: decodes no more than is needed
        image.draft('RGB', SIZES['large'])
        image.load()
        return _on_white(ImageOps.exif_transpose(image))


def _first_page(path: Path) -> Image.Image | None:
    try:
        with opened(path) as document:
            if not len(document):
                return None
            with closing(document[0]) as page:
                width, height = page.get_size()
                if not (width > 0 and height > 0):
                    return None
                wide, high = SIZES['large']
                bitmap = page.render(scale=min(wide / width, high / height, 4))
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
