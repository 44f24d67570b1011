"""The typeface of documents, and which signs it has."""

from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont

FAMILY = "Inter"
WEIGHTS = (400, 600, 700)


def font_path(weight: int) -> Path:
    """The file of one weight, written by ``manage.py build_assets``."""
    return Path(settings.BASE_DIR) / "static" / "build" / f"inter-{weight}.ttf"


@cache
def _signs() -> frozenset[int]:
    """Code points that every weight has. Raises FileNotFoundError before the assets are built."""
    return frozenset.intersection(*(frozenset(TTFont(font_path(weight)).getBestCmap()) for weight in WEIGHTS))


def unprintable(text: str) -> list[str]:
    """The signs of a text that our typeface lacks, each once, in their order; line ends and tabs are no signs."""
    known = _signs()
    return list(dict.fromkeys(sign for sign in text if ord(sign) not in known and sign not in "\n\r\t"))
