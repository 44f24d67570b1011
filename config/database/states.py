"""States that know which moves are allowed between them."""

from django.db import models


class States(models.TextChoices):
    """States of something; each class of them has a table of moves, ``TRANSITIONS`` (an ``enum.nonmember``).

    State → the states that may follow. The database refuses what isn't in it, too.
    """

    def may_become(self, other: str) -> bool:
        """True when something in this state may move to the other."""
        return other in vars(type(self))["TRANSITIONS"][self.value]
