"""What must add up in documents and money. Each proof names the row, what it should say, what it says."""

from django.utils.translation import gettext_lazy as _

from config.integrity import Proof


def proofs() -> list[Proof]:
    """All of them."""
    return [*_documents(), *_settled(), *_counters(), *_accounts()]


def _documents() -> list[Proof]:
    return [
        Proof(
            "invoice_net_is_lines",
            _("A document's net is the sum of its lines."),
            """
            SELECT coalesce(i.number, '#' || i.id), coalesce(l.net, 0)::text, i.net::text FROM billing_invoice i
            LEFT JOIN (SELECT invoice_id, sum(net) AS net FROM billing_invoiceline GROUP BY invoice_id) l
              ON l.invoice_id = i.id
            WHERE i.status = 'issued' AND i.net <> coalesce(l.net, 0)
            """,
        ),
        Proof(
            "invoice_tax_is_per_rate",
            _("The base of each rate is the net of its lines, and the tax of a document the sum over its rates."),
            """
            SELECT coalesce(i.number, '#' || i.id) || ' ' || l.tax_rate || ' %', l.net::text, coalesce(t.base, 0)::text
            FROM (SELECT invoice_id, tax_rate, surcharge_rate, sum(net) AS net FROM billing_invoiceline GROUP BY 1, 2, 3) l
            JOIN billing_invoice i ON i.id = l.invoice_id AND i.status = 'issued'
            LEFT JOIN billing_invoicetax t
              ON t.invoice_id = l.invoice_id AND t.rate = l.tax_rate AND t.surcharge_rate = l.surcharge_rate
            WHERE t.base IS DISTINCT FROM l.net
            UNION ALL
            SELECT coalesce(i.number, '#' || i.id), coalesce(t.tax, 0)::text, i.tax::text FROM billing_invoice i
            LEFT JOIN (SELECT invoice_id, sum(amount + surcharge) AS tax FROM billing_invoicetax GROUP BY invoice_id) t
              ON t.invoice_id = i.id
            WHERE i.status = 'issued' AND i.tax <> coalesce(t.tax, 0)
            """,
        ),
        Proof(
            "invoice_instalments_are_total",
            _("The instalments of an invoice add up to its total."),
            """
            SELECT i.number, i.gross::text, coalesce(n.amount, 0)::text FROM billing_invoice i
            LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM billing_instalment GROUP BY invoice_id) n
              ON n.invoice_id = i.id
            WHERE i.status = 'issued' AND i.kind = 'invoice' AND i.gross <> coalesce(n.amount, 0)
            """,
        ),
        Proof(
            "invoiceseries_has_no_gaps",
            _("The numbers of a series run from one to the last without a gap, and their dates in order."),
            """
            SELECT s.code, s.last_number::text, count(i.id) || ' (' || coalesce(max(i.sequence), 0) || ')'
            FROM billing_invoiceseries s LEFT JOIN billing_invoice i ON i.series_id = s.id AND i.status = 'issued'
            GROUP BY s.id HAVING count(i.id) <> s.last_number OR coalesce(max(i.sequence), 0) <> s.last_number
            UNION ALL
            SELECT number, 'not before ' || before, issued_on::text
            FROM (SELECT number, issued_on, lag(issued_on) OVER (PARTITION BY series_id ORDER BY sequence) AS before
                  FROM billing_invoice WHERE status = 'issued') d
            WHERE issued_on < before
            """,
        ),
        Proof(
            "invoice_credit_note_refers",
            _("Every credit note names what it corrects."),
            """
            SELECT i.number, 'a reference', 'none' FROM billing_invoice i
            WHERE i.kind = 'credit_note' AND i.status = 'issued'
              AND NOT EXISTS (SELECT FROM billing_invoicereference r WHERE r.credit_note_id = i.id)
            """,
        ),
        Proof(
            "invoiceline_credited_within_billed",
            _("Neither more units nor more money is credited than a line billed."),
            """
            SELECT i.number || ' line ' || l.position, concat_ws(' / ', l.quantity, l.net),
              concat_ws(' / ', coalesce(c.quantity, 0), c.net)
            FROM (
              SELECT n.corrects_id, sum(n.net) AS net,
                sum(n.quantity) FILTER (WHERE n.credit_kind IN ('reversal', 'goods')) AS quantity
              FROM billing_invoiceline n JOIN billing_invoice d ON d.id = n.invoice_id AND d.status = 'issued'
              WHERE n.corrects_id IS NOT NULL GROUP BY n.corrects_id
            ) c
            JOIN billing_invoiceline l ON l.id = c.corrects_id JOIN billing_invoice i ON i.id = l.invoice_id
            WHERE c.quantity > l.quantity OR c.net > l.net
            """,
        ),
    ]


def _settled() -> list[Proof]:
    return [
        Proof(
            "instalment_settled_is_allocations",
            _("What is settled of an instalment is the sum of its allocations."),
            """
            SELECT i.number || ' ' || n.due_on, coalesce(a.amount, 0)::text, n.settled::text FROM billing_instalment n
            JOIN billing_invoice i ON i.id = n.invoice_id
            LEFT JOIN (SELECT instalment_id, sum(amount) AS amount FROM billing_allocation GROUP BY instalment_id) a
              ON a.instalment_id = n.id
            WHERE n.settled <> coalesce(a.amount, 0)
            """,
        ),
        Proof(
            "invoice_settled_is_allocations",
            _("What is settled of an invoice, or used of a credit note, is the sum of its allocations."),
            """
            SELECT i.number, coalesce(a.amount, 0)::text, i.settled::text FROM billing_invoice i
            LEFT JOIN (
              SELECT id, sum(amount) AS amount FROM (
                SELECT invoice_id AS id, amount FROM billing_allocation WHERE invoice_id IS NOT NULL
                UNION ALL
                SELECT credit_note_id, amount FROM billing_allocation WHERE credit_note_id IS NOT NULL
              ) one GROUP BY id
            ) a ON a.id = i.id
            WHERE i.settled <> coalesce(a.amount, 0)
            """,
        ),
        Proof(
            "payment_allocated_is_allocations",
            _("What is used of a payment, or paid back by it, is the sum of its allocations."),
            """
            SELECT 'payment ' || p.id, coalesce(a.amount, 0)::text, p.allocated::text FROM billing_payment p
            LEFT JOIN (
              SELECT id, sum(amount) AS amount FROM (
                SELECT payment_id AS id, amount FROM billing_allocation WHERE payment_id IS NOT NULL
                UNION ALL
                SELECT refund_id, amount FROM billing_allocation WHERE refund_id IS NOT NULL
              ) one GROUP BY id
            ) a ON a.id = p.id
            WHERE p.allocated <> coalesce(a.amount, 0)
            """,
        ),
    ]


_BILLED = """
    SELECT l.{key} AS id,
      sum(l.quantity) FILTER (WHERE l.credit_kind = '') AS invoiced,
      sum(l.quantity) FILTER (WHERE l.credit_kind = 'reversal') AS reversed,
      sum(l.quantity) FILTER (WHERE l.credit_kind = 'goods') AS credited
    FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id AND i.status = 'issued'
    WHERE l.{key} IS NOT NULL GROUP BY l.{key}
"""


def _counters() -> list[Proof]:
    return [
        Proof(
            "orderline_billed_is_invoice_lines",
            _("What an order line counts as invoiced, reversed and credited is what its documents say."),
            f"""
            SELECT o.number || ' line ' || l.position,
              concat_ws(' / ', coalesce(b.invoiced, 0), coalesce(b.reversed, 0), coalesce(b.credited, 0)),
              concat_ws(' / ', l.invoiced, l.reversed, l.credited)
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN ({_BILLED.format(key="order_line_id")}) b ON b.id = l.id
            WHERE (l.invoiced, l.reversed, l.credited)
              <> (coalesce(b.invoiced, 0), coalesce(b.reversed, 0), coalesce(b.credited, 0))
            """,  # noqa: S608 constants of this module
        ),
        Proof(
            "shipmentline_billed_is_invoice_lines",
            _("What a delivery note's line counts as invoiced and reversed is what its documents say."),
            f"""
            SELECT s.number || ' #' || l.id, concat_ws(' / ', coalesce(b.invoiced, 0), coalesce(b.reversed, 0)),
              concat_ws(' / ', l.invoiced, l.reversed)
            FROM orders_shipmentline l JOIN orders_shipment s ON s.id = l.shipment_id
            LEFT JOIN ({_BILLED.format(key="shipment_line_id")}) b ON b.id = l.id
            WHERE (l.invoiced, l.reversed) <> (coalesce(b.invoiced, 0), coalesce(b.reversed, 0))
            """,  # noqa: S608 constants of this module
        ),
    ]


def _accounts() -> list[Proof]:
    return [
        Proof(
            "account_receivable_is_open_invoices",
            _("What a group owes is what is open of its invoices; what is on account is its unused money and credit."),
            """
            SELECT a.name, concat_ws(' / ', coalesce(d.owed, 0), coalesce(d.credit, 0) + coalesce(p.unused, 0)),
              concat_ws(' / ', a.receivable, a.unallocated)
            FROM customers_account a
            LEFT JOIN (
              SELECT account_id, sum(open_amount) FILTER (WHERE kind = 'invoice') AS owed,
                sum(open_amount) FILTER (WHERE kind = 'credit_note') AS credit
              FROM billing_invoice WHERE status = 'issued' AND settled < gross GROUP BY account_id
            ) d ON d.account_id = a.id
            LEFT JOIN (
              SELECT account_id, sum(unallocated) AS unused FROM billing_payment
              WHERE direction = 'in' AND allocated < amount GROUP BY account_id
            ) p ON p.account_id = a.id
            WHERE a.receivable <> coalesce(d.owed, 0)
               OR a.unallocated <> coalesce(d.credit, 0) + coalesce(p.unused, 0)
            """,
        ),
    ]
