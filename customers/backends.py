"""Who a person is (e-mail and password) and what the desk of that person may do."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS
from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from config.database.prepared import prepared_cursor
from customers.models import User

DEMO_DOMAIN = "example.com"
DEMO_PASSWORD = "demo"  # noqa: S105  (known to everyone: refused outside the demo, below)

CACHE = "_desk_permissions"  # on the user of the request


def is_demo_login(email: str, password: str) -> bool:
    """Tell whether these are the printed credentials of the demo company."""
    domain = email.strip().lower().rpartition("@")[2]
    return password == DEMO_PASSWORD and (domain == DEMO_DOMAIN or domain.endswith(f".{DEMO_DOMAIN}"))


# Every request of the desk asks, so they come with the person, in one row; none without a desk.
_PERMISSIONS = """
CASE WHEN customers_user.is_superuser THEN ARRAY(SELECT id FROM auth_permission)
WHEN customers_user.desk <> '' THEN ARRAY(
  SELECT g.permission_id FROM auth_group_permissions g
  WHERE g.group_id = (SELECT id FROM auth_group WHERE name = customers_user.desk)
  UNION ALL SELECT u.permission_id FROM customers_user_user_permissions u WHERE u.user_id = customers_user.id
) END
"""

_NAMES: dict[int, str] = {}  # of permissions, which only a new version of the program changes


def _people() -> QuerySet[Any]:
    """People with ``held``: the ids of the permissions of their desk and of their own, None without a desk."""
    return User.objects.annotate(held=RawSQL(_PERMISSIONS, [], ArrayField(IntegerField())))  # noqa: S611 constant


@cache
def _person_statement() -> tuple[str, list[str]]:
    """The statement that reads a person with ``held`` in front, and the fields that follow.

    Every request sends it, so it is written once and not built by the ORM each time.
    """
    fields = User._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f"SELECT {_PERMISSIONS}, {columns} FROM customers_user WHERE id = %s", [field.attname for field in fields]  # noqa: S608


def learn_names() -> None:
    """Read the names of all permissions, once per process."""
    known = Permission.objects.values_list("pk", "content_type__app_label", "codename")
    _NAMES.update({pk: f"{app}.{codename}" for pk, app, codename in known})


def _names(held: list[int] | None) -> frozenset[str]:
    """The names "app.codename" of permissions."""
    if not held:
        return frozenset()
    if not _NAMES.keys() >= set(held):
        learn_names()
    return frozenset(map(_NAMES.__getitem__, held))


class DeskBackend(AuthenticationBackend):
    """Login by e-mail; permissions of the desk's group and of the person, read together with the person.

    Outside demo mode the demo's credentials are refused even if such a user is left in the database.
    People without a desk hold no Django permission at all, whatever rows say.
    """

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is not None and not settings.DEMO and is_demo_login(user.email, password):
            return None
        return super()._check_password(user, password)

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, with permissions."""
        statement, fields = _person_statement()
        with prepared_cursor() as cursor:
            cursor.execute(statement, [user_id])
            row = cursor.fetchone()
        user = User.from_db(DEFAULT_DB_ALIAS, fields, row[1:]) if row else None
        if user is None or not self.user_can_authenticate(user):
            return None
        setattr(user, CACHE, _names(row[0]))
        return user

    def get_all_permissions(self, user_obj: User, obj: object = None) -> frozenset[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None or not user_obj.is_desk:
            return frozenset()
        held: frozenset[str] | None = getattr(user_obj, CACHE, None)
        if held is None:
            held = _names(_people().values_list("held", flat=True).get(pk=user_obj.pk))
            setattr(user_obj, CACHE, held)
        return held

    def has_perm(self, user_obj: User, perm: str, obj: object = None) -> bool:
        return user_obj.is_active and perm in self.get_all_permissions(user_obj, obj)
