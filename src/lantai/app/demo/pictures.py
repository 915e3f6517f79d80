"""Photographs that nobody took: drawn by program, with the date in the EXIF as cameras write it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from random import Random

from PIL import ExifTags, Image, ImageDraw, ImageFilter

SIZE = (1280, 854)
Colour = tuple[int, int, int]


def photograph(title: str, taken: datetime, seed: int) -> bytes:
    """Return a JPEG that goes with a title, the same bytes for the same arguments."""
    chance = Random(seed)
    picture = _scene_for(title)(chance)
    grain = Image.frombytes('L', SIZE, chance.randbytes(SIZE[0] * SIZE[1]))
    picture = Image.blend(picture, Image.merge('RGB', [grain] * 3), 0.045)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = 'Lantai'
    exif[ExifTags.Base.Model] = 'Demonstration'
    exif[ExifTags.Base.DateTime] = f'{taken:%Y:%m:%d %H:%M:%S}'
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f'{taken:%Y:%m:%d %H:%M:%S}'
    target = io.BytesIO()
    picture.save(target, 'JPEG', quality=78, exif=exif)
    return target.getvalue()


def _scene_for(title: str) -> Callable[[Random], Image.Image]:
    for word, scene in _SCENES.items():
        if word in title:
            return scene
    return _landscape


def _gradient(above: Colour, below: Colour) -> Image.Image:
    mask = Image.linear_gradient('L').resize(SIZE)
    return Image.composite(Image.new('RGB', SIZE, below), Image.new('RGB', SIZE, above), mask)


def _landscape(chance: Random) -> Image.Image:
    hue = chance.randint(0, 40)
    picture = _gradient((90 + hue, 140 + hue, 200), (246, 214 - hue, 170))
    draw = ImageDraw.Draw(picture)
    x, y = chance.randint(200, 1000), chance.randint(120, 300)
    draw.ellipse((x, y, x + 90, y + 90), fill=(255, 236, 190))
    for layer in range(4):
        base = 420 + layer * 90
        points = [(0, SIZE[1])]
        height = base
        for step in range(0, SIZE[0] + 80, 80):
            height = max(base - 110, min(base + 60, height + chance.randint(-45, 45)))
            points.append((step, height))
        shade = 120 - layer * 26
        draw.polygon([*points, (SIZE[0], SIZE[1])], fill=(shade // 2, shade, shade - 14))
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _harbour(chance: Random) -> Image.Image:
    picture = _gradient((150, 186, 214), (214, 226, 232))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 560, *SIZE), fill=(66, 104, 124))
    for wave in range(60):
        x, y = chance.randint(0, SIZE[0]), chance.randint(570, 840)
        draw.line((x, y, x + 30 + wave, y), fill=(92, 130, 148), width=2)
    for crane in range(3):
        x = 160 + crane * 380 + chance.randint(-40, 40)
        for leg in (x, x + 110):
            draw.rectangle((leg, 230, leg + 14, 560), fill=(196, 92, 40))
        draw.rectangle((x - 150, 214, x + 200, 234), fill=(196, 92, 40))
        draw.line((x + 55, 120, x + 200, 214), fill=(150, 70, 34), width=7)
        draw.line((x + 55, 120, x - 150, 214), fill=(150, 70, 34), width=7)
    _containers(draw, chance, 470)
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _containers(draw: ImageDraw.ImageDraw, chance: Random, top: int) -> None:
    colours = [(150, 46, 42), (38, 84, 130), (60, 116, 74), (206, 152, 60), (120, 120, 126)]
    for row in range(3):
        for x in range(0, SIZE[0], 92):
            if chance.random() < 0.8 - row * 0.2:
                y = top + 62 - row * 32
                draw.rectangle((x, y, x + 88, y + 30), fill=chance.choice(colours))


def _room(chance: Random) -> Image.Image:
    picture = _gradient((226, 218, 204), (196, 184, 164))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((330, 90, 950, 330), fill=(238, 242, 246), outline=(90, 90, 96), width=6)
    draw.rectangle((360, 120, 920, 176), fill=(178, 34, 38))
    for line in range(4):
        draw.rectangle(
            (390, 200 + line * 28, 390 + chance.randint(260, 500), 212 + line * 28), fill=(150, 160, 172)
        )
    draw.polygon([(200, 470), (1080, 470), (1240, 820), (40, 820)], fill=(116, 74, 46))
    for side in range(9):
        x = 150 + side * 115 + chance.randint(-8, 8)
        colour = (40 + chance.randint(0, 50), 46 + chance.randint(0, 30), 66 + chance.randint(0, 60))
        draw.ellipse((x, 376, x + 54, 436), fill=(214, 178, 150))
        draw.rounded_rectangle((x - 22, 428, x + 76, 520), 26, fill=colour)
        draw.rectangle((x + 4, 540, x + 60, 552), fill=(246, 246, 242))
    return picture.filter(ImageFilter.GaussianBlur(1))


def _building(chance: Random) -> Image.Image:
    picture = _gradient((70, 120, 190), (226, 234, 240))
    draw = ImageDraw.Draw(picture)
    lit = chance.random() < 0.5
    for tower in range(3):
        x, top = 120 + tower * 370, chance.randint(120, 320)
        draw.rectangle((x, top, x + 300, 720), fill=(206, 208, 204))
        for wy in range(top + 26, 690, 44):
            for wx in range(x + 18, x + 280, 40):
                glow = lit and chance.random() < 0.4
                draw.rectangle((wx, wy, wx + 24, wy + 26), fill=(250, 224, 140) if glow else (86, 112, 136))
    draw.rectangle((0, 720, *SIZE), fill=(98, 120, 84))
    draw.polygon([(560, 720), (720, 720), (900, 854), (380, 854)], fill=(160, 160, 158))
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _warehouse(chance: Random) -> Image.Image:
    picture = _gradient((184, 190, 196), (110, 114, 120))
    draw = ImageDraw.Draw(picture)
    for shelf in range(8):
        x = 40 + shelf * 156
        draw.rectangle((x, 180, x + 130, 800), fill=(62, 70, 84))
        for level in range(5):
            for box in range(3):
                shade = chance.randint(130, 200)
                y = 200 + level * 120
                draw.rectangle(
                    (x + 8 + box * 40, y, x + 42 + box * 40, y + 84), fill=(shade, shade - 30, shade - 70)
                )
    return picture.filter(ImageFilter.GaussianBlur(1))


_SCENES: dict[str, Callable[[Random], Image.Image]] = {
    '会': _room,
    '培训': _room,
    '码头': _harbour,
    '卡口': _harbour,
    '工地': _harbour,
    '库': _warehouse,
    '楼': _building,
    '开园': _building,
}
