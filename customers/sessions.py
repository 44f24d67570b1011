"""Sessions in the database, shared by all web processes and ended at once when revoked."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from config.database.prepared import prepared


class SessionStore(DatabaseStore):
    """Django's own store; the look at the session, the first statement of every request, is prepared."""

    def _get_session_from_db(self) -> Any:
        with prepared():
            return super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
