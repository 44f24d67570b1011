"""What groups owe and what of their money is not used yet: billing's part of the account's exposure row."""

from collections.abc import Iterable

from django.db import connection

from customers.models import Account
from orders.models import Order


def lock_orders(order_ids: Iterable[int | None]) -> None:
    """Lock orders in the order of their ids: before accounts, as every service does that writes to an order.

    An event of an order waits for whoever is changing that order's status; taken here, nobody waits in a circle.
    """
    wanted = sorted({pk for pk in order_ids if pk})
    if wanted:
        list(
            Order.objects.filter(pk__in=wanted)
            .order_by("pk")
            .select_for_update(of=("self",), no_key=True)
            .values_list("pk")
        )


def lock_accounts(account_ids: Iterable[int]) -> None:
    """Lock the groups' rows in the order of their ids: whoever moves a group's money waits for its turn here."""
    wanted = sorted(set(account_ids))
    list(Account.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def refresh_exposure(*, account_ids: Iterable[int]) -> None:
    """Write what is owed (``receivable``) and what is received or credited and not used (``unallocated``).

    One statement over the partial indexes of open invoices and of payments; the rows must be locked already.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_account a SET
              receivable = (SELECT coalesce(sum(i.open_amount), 0) FROM billing_invoice i
                            WHERE i.account_id = a.id AND i.kind = 'invoice' AND i.status = 'issued'
                              AND i.settled < i.gross),
              unallocated = (SELECT coalesce(sum(i.open_amount), 0) FROM billing_invoice i
                             WHERE i.account_id = a.id AND i.kind = 'credit_note' AND i.status = 'issued'
                               AND i.settled < i.gross)
                + (SELECT coalesce(sum(p.unallocated), 0) FROM billing_payment p
                   WHERE p.account_id = a.id AND p.direction = 'in' AND p.allocated < p.amount)
            WHERE a.id = ANY(%s)
            """,
            [sorted(set(account_ids))],
        )
