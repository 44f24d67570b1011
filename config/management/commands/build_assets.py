"""Build what the browser loads from what people write: stylesheets, scripts, one subset of the typeface."""

import re
from pathlib import Path
from typing import Any

import fontpkg_inter
from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# The cascade's order, any other file of static/css/ between the two; layers decide, order only inside one layer.
FIRST = (
    "tokens", "base", "layout", "buttons", "marks", "cards", "tables", "lists", "forms", "overlays", "flow",
    "charts", "entry", "portal", "warehouse", "fulfilment", "account",
)  # fmt: skip
LAST = ("phone", "utilities", "print")
ADMIN_GROUPS = ("tokens",)

# Western and central European letters, figures, punctuation, currencies, arrows and key symbols.
TEXT = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2020, 0x2022, 0x2026,
    0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x21B5,
    0x2212, 0x2215, 0x2248, 0x2260, 0x2264, 0x2265, 0x2318, 0x21E7, 0x2713, 0x00D7, 0x0218, 0x0219, 0x021A, 0x021B,
]  # fmt: skip
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "case", "tnum", "pnum", "ss03", "frac", "ordn"]


def minify(css: str) -> str:
    """Return a stylesheet without comments and without spaces that mean nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return re.sub(r":\s+", ":", css).replace(";}", "}").strip()


def strip(script: str) -> str:
    """Return a script without the comments and the indentation that stand on lines of their own."""
    script = re.sub(r"^\s*/\*.*?\*/\s*?\n", "", script, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"\n\s+", "\n", script).strip()


class Command(BaseCommand):
    """``manage.py build_assets``: writes ``static/build/``; ``--css`` leaves the typeface alone."""

    help = "Build static/build/ from static/css/, static/js/ and the Inter typeface."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--css", action="store_true", help="only stylesheets and scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Path(settings.BASE_DIR) / "static"
        target = source / "build"
        target.mkdir(exist_ok=True)
        known = {*FIRST, *LAST, "admin"}
        others = sorted(path.stem for path in (source / "css").glob("*.css") if path.stem not in known)
        for name, groups in (("app.css", (*FIRST, *others, *LAST)), ("admin.css", (*ADMIN_GROUPS, "admin"))):
            files = [source / "css" / f"{group}.css" for group in groups]
            css = minify("\n".join(path.read_text() for path in files if path.exists()))
            (target / name).write_text(css)
            self.stdout.write(f"{name} {len(css)} bytes")
        # Every page loads one script: app.js, alone or before what its kind needs (packed together, a tenth less).
        shared = strip((source / "js" / "app.js").read_text())
        for path in sorted((source / "js").glob("*.js")):
            own = "" if path.stem == "app" else strip(path.read_text())
            (target / path.name).write_text(f"{shared}\n{own}")
        if not options["css"] or not (target / "inter.woff2").exists():
            self._fonts(target)

    def _fonts(self, target: Path) -> None:
        font_file = fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"
        screen = self._subset(font_file)
        screen = instantiateVariableFont(screen, {"wght": (400, 700), "opsz": (14, 28)})
        screen.flavor = "woff2"
        screen.save(target / "inter.woff2")
        for weight in (400, 600, 700):
            paper = instantiateVariableFont(self._subset(font_file), {"wght": weight, "opsz": 14})
            paper.save(target / f"inter-{weight}.ttf")
        for path in sorted(target.glob("inter*")):
            self.stdout.write(f"{path.name} {path.stat().st_size} bytes")

    @staticmethod
    def _subset(path: Path) -> TTFont:
        options = Options()
        options.layout_features = FEATURES
        options.name_IDs = [0, 1, 2, 13, 14]
        options.hinting = False
        options.notdef_outline = True
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=TEXT)
        font = TTFont(path)
        subsetter.subset(font)
        return font
