"""Sessions in the database, shared by all web processes and ended at once when revoked."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from config.database.prepared import prepared_cursor

_SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """Django's own store; the look at the session, the first statement of every request, is prepared."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and a new key when it is written to, if it is gone or over."""
        with prepared_cursor() as cursor:
            cursor.execute(_SESSION, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
