"""What the narrow database roles need of this app's tables (see ``config.database.policies``)."""

from config.database.policies import ACTING_PERSON

ACCOUNT_COLUMNS = {"customers_account": "id"}

# Before a role is taken: logging in, choosing the company to act for, accepting an invitation, writing a mail.
WEB_GRANTS = {
    "customers_customer": "SELECT (id, account_id, parent_id, number, name, language)",
    "customers_invitation": "SELECT, UPDATE (accepted_at)",
    "customers_membership": "SELECT, INSERT, UPDATE (role, order_limit, is_active)",
    "customers_outboxmessage": "INSERT, SELECT (id)",
    "customers_user": "SELECT, INSERT, UPDATE",
    "customers_user_groups": "SELECT",
    "customers_user_user_permissions": "SELECT",
}

PORTAL_GRANTS = {
    "customers_account": "SELECT",
    "customers_address": "SELECT",
    "customers_contact": "SELECT",
    "customers_customer": "SELECT",
    "customers_invitation": "SELECT, INSERT, UPDATE, DELETE",
    "customers_issuer": "SELECT",
    "customers_issuerbankaccount": "SELECT",
    "customers_jobrun": "SELECT",
    "customers_membership": "SELECT, UPDATE (role, order_limit, is_active)",  # joining runs as the login role
    "customers_outboxmessage": "INSERT, SELECT (id)",
    "customers_paymentterms": "SELECT",
    "customers_paymenttermsinstalment": "SELECT",
    "customers_region": "SELECT",
    "customers_segment": "SELECT",
    "customers_storedfile": "SELECT",
    # Never the password: queries under this role defer it.
    "customers_user": "SELECT (id, email, name, phone, language, desk, sees_all_customers, is_active, is_superuser,"
    " is_staff, last_login, created_at), UPDATE (name, phone, language)",
}

# Of people, the portal sees its own account's and staff (who placed an order, who answers for the account).
PORTAL_ROWS = {
    "customers_user": "desk <> '' OR is_superuser OR id IN (SELECT m.user_id FROM customers_membership m)",
}

# Everybody changes oneself alone.
PORTAL_CHANGES = {"customers_user": f"id = {ACTING_PERSON}"}
