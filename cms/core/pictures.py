"""Pictures people send are decoded and written anew by us (I16): no place or camera data, nothing hidden, one frame."""

from io import BytesIO

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

# By content: format -> (endings it may have, format we write, ending we write, how).
FORMATS = {
    "JPEG": ({"jpg", "jpeg"}, "JPEG", "jpg", {"quality": 88, "optimize": True}),
    "PNG": ({"png"}, "PNG", "png", {"optimize": False}),
    "GIF": ({"gif"}, "PNG", "png", {"optimize": False}),
    "WEBP": ({"webp"}, "WEBP", "webp", {"quality": 88}),
}
# What an ending we write is called in a header.
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
WIDEST = 2560  # no screen of ours shows more
MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA"}, "WEBP": {"RGB", "RGBA"}}


class PictureRefused(ValueError):
    """``reason`` is one of: kind, pixels, moving, broken."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def again(file, *, ending: str) -> tuple[bytes, str]:
    """``file`` written anew: (bytes, ending). Refuses by its header, before any pixel takes memory (U03)."""
    _refuse_wide_webp(file)
    try:
        with Image.open(file, formats=list(FORMATS)) as picture:
            endings, written, new_ending, how = FORMATS[picture.format]
            if ending.lower() not in endings:
                raise PictureRefused("kind")
            _refuse_size(*picture.size)
            if getattr(picture, "is_animated", False):
                raise PictureRefused("moving")
            # A large photograph is decoded at the smaller size at once.
            picture.draft(None, (WIDEST, WIDEST))
            clean = _plain(picture, written)
    except UnidentifiedImageError:
        raise PictureRefused("kind") from None
    except Image.DecompressionBombError:
        raise PictureRefused("pixels") from None
    except (OSError, SyntaxError, ValueError, MemoryError, EOFError) as fault:
        if isinstance(fault, PictureRefused):
            raise
        raise PictureRefused("broken") from None
    out = BytesIO()
    clean.save(out, written, **how)
    return out.getvalue(), new_ending


def _plain(picture, written: str):
    """Upright, small enough, in a mode the format knows, without anything but its pixels."""
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in MODES[written]:
        has_holes = "A" in upright.getbands() or "transparency" in upright.info
        upright = upright.convert("RGBA" if has_holes and written != "JPEG" else "RGB")
    upright.thumbnail((WIDEST, WIDEST))
    kept = {"transparency": upright.info["transparency"]} if "transparency" in upright.info else {}
    upright.info = kept
    return upright


def _refuse_size(width: int, height: int) -> None:
    if width * height > settings.BESTARI_IMAGE_PIXELS:
        raise PictureRefused("pixels")


def _refuse_wide_webp(file) -> None:
    """Pillow asks for a WebP's whole canvas when it opens it; the header says how large that is, and if it moves."""
    file.seek(0)
    head = file.read(30)
    file.seek(0)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or head[12:16] != b"VP8X" or len(head) < 30:
        return
    if head[20] & 2:
        raise PictureRefused("moving")
    _refuse_size(1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
