"""The private file store: bytes at a path made from their hash, a row that says whose they are."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from customers.models import Account, FileKind, StoredFile, User

BLOCK = 1 << 20


def path_of(sha256: str) -> Path:
    """Where the bytes of a hash lie."""
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def store_file(
    *,
    content: bytes | BinaryIO,
    name: str,
    kind: FileKind,
    content_type: str,
    account: Account | None = None,
    owner: User | None = None,
) -> StoredFile:
    """Write bytes (or all that a binary stream still holds) into the store and make their row.

    The bytes are complete on disk before the row exists: a temporary file, flushed, then renamed, so a crash leaves
    nothing half-written and equal contents share one file. Without ``account`` only staff may read it; ``owner``
    narrows that to one person. Raises OSError when the disk refuses.
    """
    sha256, size = _write(content)
    return StoredFile.objects.create(
        account=account,
        owner=owner,
        kind=kind,
        name=name[-160:],
        content_type=content_type,
        size=size,
        sha256=sha256,
    )


def open_file(stored: StoredFile) -> BinaryIO:
    """The bytes of a file for reading; the caller closes it. Raises FileNotFoundError when the store lost them."""
    return path_of(stored.sha256).open("rb")


def read_file(stored: StoredFile) -> bytes:
    """All bytes of a file; see ``open_file``."""
    with open_file(stored) as file:
        return file.read()


def _write(content: bytes | BinaryIO) -> tuple[str, int]:
    root = Path(settings.FILES_ROOT)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=root, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            for block in [content] if isinstance(content, bytes) else iter(lambda: content.read(BLOCK), b""):
                digest.update(block)
                size += len(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size
