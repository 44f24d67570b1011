"""The secret key of a demo or of development: drawn once on this machine and kept beside its state."""

import os
import secrets
from pathlib import Path


def local_secret(state: Path) -> str:
    """The key kept in a state folder, made on first use; safe when several processes start at once."""
    kept = state / "secret-key"
    if not kept.exists():
        state.mkdir(parents=True, exist_ok=True)
        mine = kept.with_name(f"secret-key.{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_text(secrets.token_urlsafe(64))
        try:
            kept.hardlink_to(mine)  # the first one wins, and is never half written
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return kept.read_text()
