"""Our own templates, as they are sent: indentation is for who reads the source."""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"\n\s+")
KEPT_AS_WRITTEN = re.compile(r"<(?:pre|textarea)\b")


class Loader(filesystem.Loader):
    """Load from ``templates/``; pages come without the indentation of their lines."""

    def get_contents(self, origin: Origin) -> str:
        source = super().get_contents(origin)
        if not str(origin.name).endswith(".html") or KEPT_AS_WRITTEN.search(source):
            return source
        return INDENTATION.sub("\n", source)
