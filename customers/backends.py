"""Who a person is (e-mail and password) and what the desk of that person may do."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db import connection

from customers.models import User

DEMO_DOMAIN = "example.com"
DEMO_PASSWORD = "demo"  # noqa: S105  (known to everyone: refused outside the demo, below)

CACHE = "_desk_permissions"  # on the user of the request


def is_demo_login(email: str, password: str) -> bool:
    """Tell whether these are the printed credentials of the demo company."""
    domain = email.strip().lower().rpartition("@")[2]
    return password == DEMO_PASSWORD and (domain == DEMO_DOMAIN or domain.endswith(f".{DEMO_DOMAIN}"))


# Names "app.codename"; every request of the desk asks, so it is written for PostgreSQL and comes in one row.
_PERMISSIONS = """
SELECT array_agg(t.app_label || '.' || p.codename)
FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id
WHERE %(all)s OR p.id = ANY (ARRAY(
  SELECT g.permission_id FROM auth_group_permissions g
  WHERE g.group_id = (SELECT id FROM auth_group WHERE name = %(desk)s)
  UNION ALL SELECT u.permission_id FROM customers_user_user_permissions u WHERE u.user_id = %(user)s
))
"""


class DeskBackend(AuthenticationBackend):
    """Login by e-mail; permissions of the desk's group and of the person, read by one query a request.

    Outside demo mode the demo's credentials are refused even if such a user is left in the database.
    People without a desk hold no Django permission at all, whatever rows say.
    """

    def _check_password(self, user: User | None, password: str) -> User | None:
        if user is not None and not settings.DEMO and is_demo_login(user.email, password):
            return None
        return super()._check_password(user, password)

    def get_all_permissions(self, user_obj: User, obj: object = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None or not user_obj.is_desk:
            return set()
        held: set[str] | None = getattr(user_obj, CACHE, None)
        if held is None:
            with connection.cursor() as cursor:
                cursor.execute(_PERMISSIONS, {"all": user_obj.is_superuser, "desk": user_obj.desk, "user": user_obj.pk})
                held = set(cursor.fetchone()[0] or ())
            setattr(user_obj, CACHE, held)
        return held

    def has_perm(self, user_obj: User, perm: str, obj: object = None) -> bool:
        return user_obj.is_active and perm in self.get_all_permissions(user_obj, obj)
