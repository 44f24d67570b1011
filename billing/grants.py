"""What the portal needs of invoices and payments (see ``config.database.policies``)."""

PORTAL_GRANTS = {
    "billing_allocation": "SELECT",
    "billing_instalment": "SELECT",
    "billing_invoice": "SELECT",
    "billing_invoiceline": "SELECT",
    "billing_invoicereference": "SELECT",
    "billing_invoicetax": "SELECT",
    "billing_payment": "SELECT",
}

PORTAL_ROWS = {"billing_invoice": "status <> 'draft'"}
