"""How passwords are hashed."""

from django.contrib.auth import hashers


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id with 19 MiB a login instead of Django's 100: many logins at once must not exhaust the web server.

    The figures are OWASP's second recommendation (m = 19 MiB, t = 2, p = 1).
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
