"""Imported once by the server that the processes of ``run_processes`` are forked from: Django is loaded by then."""

import django

django.setup()
