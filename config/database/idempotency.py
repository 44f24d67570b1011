"""The same request, sent twice or twenty times at once, has its effect once.

Every form that creates something carries a key (``config.web.once`` does it for a whole view). Its row is written
first, in the transaction of what it creates::

    with once(scope=f"order_place {user.pk}", key=form.cleaned_data["key"], body=request.body) as slot:
        if not slot.is_answered:
            order = place_order(…)
            slot.answer(location=order.get_absolute_url())
    return redirect(slot.location)

A second request waits on the unique index until the first has committed and then reads its answer; if the
first is rolled back, the second takes its place.
"""

import dataclasses
import datetime
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from config.database.prepared import prepared_cursor
from config.models import IdempotencyKey

KEPT_FOR = datetime.timedelta(days=7)
KEY_LENGTH = 80
REDIRECT = 302


class KeyReused(Exception):
    """The key came before with something else to do; views answer 422."""


@dataclasses.dataclass
class Slot:
    """The place of one answer: read it when it ``is_answered``, else do the work and give it."""

    pk: int
    is_answered: bool
    status: int | None = None
    location: str = ""
    content: Any = None

    def answer(self, *, status: int = REDIRECT, location: str = "", content: Any = None) -> None:
        """Store what every repetition of this request will be answered: a success, with an address or JSON."""
        self.status, self.location, self.content = status, location, content
        with prepared_cursor() as cursor:
            cursor.execute(_ANSWER, [status, location, None if content is None else json.dumps(content), self.pk])


@contextmanager
def once(*, scope: str, key: str, body: bytes | str | dict[str, Any] | list[Any], location: str = "") -> Iterator[Slot]:
    """Yield the slot of this request, within a transaction that also rolls it back.

    ``scope`` names the operation and who asks; for the portal the account belongs to it, too. ``body`` is what is
    asked, compared by hash. Without a key nothing can be known as a repetition. ``location`` is the answer, where it
    is known before. Leaving the block without an answer is an error. Raises KeyReused. Two statements the first time
    (one with ``location``), two for a repetition.
    """
    key = key[:KEY_LENGTH] or uuid.uuid4().hex
    body_hash = _hash(body)
    with transaction.atomic():
        slot = _taken(scope, key, body_hash, location) or _stored(scope, key, body_hash)
        yield slot
        if slot.status is None:
            raise RuntimeError(f"The request {scope} {key} ended without an answer for its repetitions.")


def note(*, scope: str, key: str) -> None:
    """Keep with the transaction at hand that this was done, for ``is_noted``; one statement."""
    _taken(scope, key[:KEY_LENGTH], _hash(""), "")


def is_noted(*, scope: str, key: str) -> bool:
    """Tell whether ``note`` was called with this and committed; one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_READ, {"scope": scope, "key": key[:KEY_LENGTH]})
        return cursor.fetchone() is not None


def forget_old_keys(*, at: datetime.datetime) -> int:
    """Delete keys older than a week and return their number."""
    return IdempotencyKey.objects.filter(created_at__lt=at - KEPT_FOR).delete()[0]


# A person who acts for two companies has two scopes, for row-level security hides each from the other.
_SCOPE = "concat_ws(' account ', %(scope)s::text, nullif(current_setting('app.account', true), ''))"

_TAKE = f"""
    INSERT INTO config_idempotencykey (scope, key, body_hash, status, location)
    VALUES ({_SCOPE}, %(key)s, %(body_hash)s, %(status)s, %(location)s)
    ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - made of constants

_READ = f"""
    SELECT id, status, location, answer, body_hash FROM config_idempotencykey WHERE scope = {_SCOPE} AND key = %(key)s
"""  # noqa: S608 - made of constants

_ANSWER = "UPDATE config_idempotencykey SET status = %s, location = %s, answer = %s::jsonb WHERE id = %s"


def _taken(scope: str, key: str, body_hash: str, location: str) -> Slot | None:
    status = REDIRECT if location else None
    asked = {"scope": scope, "key": key, "body_hash": body_hash, "status": status, "location": location}
    with prepared_cursor() as cursor:
        cursor.execute(_TAKE, asked)
        row = cursor.fetchone()
    return Slot(pk=row[0], is_answered=False, status=status, location=location) if row else None


def _stored(scope: str, key: str, body_hash: str) -> Slot:
    with prepared_cursor() as cursor:
        cursor.execute(_READ, {"scope": scope, "key": key})
        pk, status, location, answer, asked = cursor.fetchone()
    if asked != body_hash:
        raise KeyReused(scope, key)
    content = json.loads(answer) if answer is not None else None
    return Slot(pk=pk, is_answered=True, status=status, location=location, content=content)


def _hash(body: bytes | str | dict[str, Any] | list[Any]) -> str:
    if not isinstance(body, bytes | str):
        body = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(body if isinstance(body, bytes) else body.encode()).hexdigest()
