"""What the narrow database roles need of the tables of Django and its packages (see ``config.database.policies``)."""

ENQUEUE = {
    "procrastinate_jobs": "INSERT, SELECT (id)",
    "procrastinate_events": "INSERT",
}
AUDIT = {
    "pghistory_context": "INSERT, SELECT (id, metadata, updated_at), UPDATE (metadata, updated_at)",
}
PERMISSIONS = {
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "auth_permission": "SELECT",
    "django_content_type": "SELECT",
}

WEB_GRANTS = {
    **ENQUEUE,
    **AUDIT,
    **PERMISSIONS,
    "account_emailaddress": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "SELECT, INSERT, UPDATE, DELETE",
    "axes_accessattempt": "SELECT, INSERT, UPDATE, DELETE",
    "axes_accessattemptexpiration": "SELECT, INSERT, UPDATE, DELETE",
    "axes_accessfailurelog": "SELECT, INSERT, UPDATE, DELETE",
    "axes_accesslog": "SELECT, INSERT, UPDATE, DELETE",
    "django_migrations": "SELECT",  # health
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "procrastinate_workers": "SELECT",  # health
}

# What happens for customers happens in requests of staff and in jobs; their own pages write mails alone.
PORTAL_ROWS = {"procrastinate_jobs": "task_name = 'customers.tasks.send_mail'"}

PORTAL_GRANTS = {
    **ENQUEUE,
    **AUDIT,
    **PERMISSIONS,
    "config_idempotencykey": "SELECT, INSERT, UPDATE",
}

DESK_GRANTS = {
    "procrastinate_jobs": "SELECT, INSERT",
    "procrastinate_events": "SELECT, INSERT",
    "procrastinate_workers": "SELECT",
    "django_migrations": "SELECT",
}
