"""``manage.py setup_database``: roles, database, grants and timeouts, before ``migrate``."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from config.database import address, embedded, roles


class Command(BaseCommand):
    help = (
        "Make or correct the database roles, the database itself, who may connect and the timeouts. "
        "Uses DATABASE_URL as it is given (a superuser, or a role with CREATEROLE and CREATEDB), "
        "or the embedded server. Safe to repeat; do so after a change of SECRET_KEY or of a password."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sql", action="store_true", help="print what an administrator would have to run, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server, database, passwords = self.target()
            if options["sql"]:
                self.print_statements(database, passwords)
                return
            roles.set_up(server, database=database, passwords=passwords)
        except (roles.DatabaseSetUpError, embedded.EmbeddedServerError, address.AddressError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The database {database!r} and its roles are ready.")

    def target(self) -> tuple[dict[str, Any], str, dict[str, str]]:
        """Parameters of an administrator's connection, name of the database, passwords of our logins."""
        url = os.environ.get("DATABASE_URL", "")
        if not url:
            server = embedded.ensure_running(settings.STATE_DIR)
            return server.parameters(database="postgres"), embedded.DATABASE, server.stored_passwords()
        if not settings.DEMO and not os.environ.get("SECRET_KEY"):
            raise CommandError(
                "Set SECRET_KEY first, to the one that the product will run with: the passwords of its logins follow "
                "from it. A new one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
            )
        passwords = address.login_passwords(url=url, environment=os.environ, secret_key=settings.SECRET_KEY)
        parameters = address.parse_url(url)
        return roles.reachable(parameters), str(parameters["dbname"]), passwords

    def print_statements(self, database: str, passwords: dict[str, str]) -> None:
        for statement in roles.cluster_statements(None, database=database, passwords=passwords):
            self.stdout.write(f"{statement.as_string()};")
        self.stdout.write(sql.SQL("\\connect {}").format(sql.Identifier(database)).as_string())
        for statement in roles.database_statements(database):
            self.stdout.write(f"{statement.as_string()};")
