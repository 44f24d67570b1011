"""Django's PostgreSQL backend, connecting to the embedded server and starting it first when it is not running.

So every command, test and process starts the server exactly when it needs the database, and a server that
was killed comes back with the next connection. ``LOGIN`` in the database's settings names the role to log in as.
"""

import time
from collections.abc import Iterable
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient

from config.database import embedded


class EmbeddedClient(DatabaseClient):
    """``manage.py dbshell``."""

    connection: "DatabaseWrapper"

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.find_server()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = EmbeddedClient

    def get_connection_params(self) -> dict[str, Any]:
        self.find_server()
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a server that is just dying or recovering gets two more chances, and is started again if it died."""
        for pause in (0.5, 2):
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError:
                time.sleep(pause)
                self.find_server()
        return super().get_new_connection(conn_params)

    def find_server(self) -> None:
        """Start the server if need be and enter its address and our login into the settings of this connection."""
        server = embedded.ensure_running(settings.STATE_DIR)
        found = server.parameters(login=self.settings_dict["LOGIN"])
        self.settings_dict.update(
            HOST=found["host"], PORT=found["port"], USER=found["user"], PASSWORD=found["password"]
        )
