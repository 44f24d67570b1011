"""Why something about money was refused; each says everything that is wrong at once, in words for people."""

from collections.abc import Sequence


class Refused(Exception):
    """Nothing was changed; ``problems`` are sentences for the person who asked."""

    def __init__(self, *problems: str) -> None:
        self.problems: Sequence[str] = problems
        super().__init__(" ".join(problems))


class InvoiceRefused(Refused):
    """An invoice can't be issued."""


class NothingToInvoice(InvoiceRefused):
    """Everything that was shipped has been invoiced already, perhaps a moment ago by somebody else."""


class CreditRefused(Refused):
    """A credit note can't be issued."""


class PaymentRefused(Refused):
    """A payment can't be recorded, reversed or paid back."""


class AllocationRefused(Refused):
    """Money can't be allocated as asked."""
