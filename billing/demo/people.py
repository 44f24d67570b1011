"""Who works here and who logs in for customers; and a customer as the generator knows it."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from customers.models import CompanyRole, Desk, Membership, User

PASSWORD = "demo"  # noqa: S105 - printed at every start, refused outside the demo
_STAFF = (
    ("manager", "Carmen Ortega Vidal", Desk.MANAGER),
    ("rep", "Javier Molina Sanz", Desk.REP),
    ("agent", "Lucía Navarro Gil", Desk.AGENT),
    ("warehouse", "Antonio Reyes Cano", Desk.WAREHOUSE),
    ("finance", "Pilar Serrano Ruiz", Desk.FINANCE),
    ("admin", "Raúl Iglesias Peña", Desk.ADMIN),
)
_REPS = ("Nuria Ferrer Pascual", "Iker Lorenzo Díez", "Rocío Campos León", "Andrés Cortés Vega", "Elena Marín Soto")


@dataclass(slots=True)
class Buyer:
    """A customer as the generator needs it."""

    id: int
    account: int
    payer: int
    number: str
    name: str
    segment: str
    region: str
    rep: int
    treatment: str
    terms: tuple[tuple[int, int], ...]
    method: str
    language: str
    address: int = 0
    orders_a_year: float = 20
    size: float = 1
    weekday: int = 1
    punctuality: int = 0  # days after the due date
    po_prefix: str = ""
    since: date | None = None
    basket: list[tuple[int, float, int]] = field(default_factory=list)
    parties: dict[str, object] = field(default_factory=dict)
    logs_in: bool = False


def make_staff() -> tuple[dict[str, User], list[User]]:
    """Write who works here: one person per desk with the known password, and reps who do not log in."""
    staff = {
        mailbox: User.objects.create_user(
            f"{mailbox}@example.com",
            PASSWORD,
            name=name,
            desk=desk,
            is_staff=desk == Desk.ADMIN,
            phone="+34 910 555 1" + f"{place:02d}",
            sees_all_customers=desk != Desk.REP,
        )
        for place, (mailbox, name, desk) in enumerate(_STAFF, start=1)
    }
    reps = [
        User.objects.create_user(
            f"{slug(name.split()[0])}@tresvegas.example.com", None, name=name, desk=Desk.REP, sees_all_customers=False
        )
        for name in _REPS
    ]
    return staff, reps


def make_people(branches: list[Buyer], other: Buyer) -> dict[str, User]:
    """Write who logs in for customers."""
    people = {}
    for mailbox, name, role, limit, companies in (
        ("owner@example.com", "Beatriz Alcázar Rueda", CompanyRole.OWNER, None, branches[:1]),
        ("buyer@example.com", "Diego Prieto Salas", CompanyRole.BUYER, Decimal(1500), branches[:1]),
        ("approver@example.com", "Sonia Herrero Luque", CompanyRole.APPROVER, None, branches[:1]),
        ("accounts@example.com", "Ramón Calvo Espejo", CompanyRole.ACCOUNTS, None, branches[:1]),
        ("buyer@other.example.com", "Clara Giménez Oliva", CompanyRole.BUYER, None, [other]),
    ):
        user = people[mailbox] = User.objects.create_user(mailbox, PASSWORD, name=name)
        for company in companies:
            Membership.objects.create(
                user=user, customer_id=company.id, account_id=company.account, role=role, order_limit=limit
            )
    return people


def slug(text: str) -> str:
    """A name as it stands in a mail address."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isalnum())
