"""What a document states of issuer, payer and delivery: copied when it is issued, never looked up again."""

from collections.abc import Iterable
from typing import Any

from customers.models import Address, Customer, Issuer, IssuerBankAccount

ISSUER = (
    "name legal_name tax_number street postcode city country phone email register_entry time_zone".split()  # noqa: SIM905
)


def snapshots(
    *, issuer_ids: Iterable[int], customer_ids: Iterable[int], address_ids: Iterable[int | None]
) -> "Snapshots":
    """Fetch everything that some documents may state, in four queries whatever their number."""
    return Snapshots(set(issuer_ids), set(customer_ids), {pk for pk in address_ids if pk})


class Snapshots:
    """Issuers, companies and addresses as plain JSON values."""

    def __init__(self, issuer_ids: set[int], customer_ids: set[int], address_ids: set[int]) -> None:
        self._issuers = Issuer.objects.in_bulk(issuer_ids)
        self.customers = Customer.objects.select_related("terms").in_bulk(customer_ids)
        self._addresses: dict[int, Address] = {}
        self._billing: dict[int, Address] = {}
        owned = Address.objects.filter(customer_id__in=customer_ids, is_billing=True)
        for address in owned | Address.objects.filter(pk__in=address_ids):
            self._addresses[address.pk] = address
            if address.is_billing:
                self._billing[address.customer_id] = address
        accounts = IssuerBankAccount.objects.filter(issuer_id__in=issuer_ids).order_by("is_default", "-pk")
        self._banks = {account.issuer_id: account for account in accounts}  # the default stands last and stays

    def issuer(self, pk: int) -> dict[str, Any]:
        """Name, tax number and address of who sells."""
        issuer = self._issuers[pk]
        return {name: getattr(issuer, name) for name in ISSUER}

    def bank(self, issuer_id: int) -> dict[str, str] | None:
        """The account to pay into; None if the issuer has none."""
        account = self._banks.get(issuer_id)
        return {"bank": account.bank, "iban": account.iban, "bic": account.bic} if account else None

    def company(self, pk: int) -> dict[str, Any]:
        """Name, numbers and invoice address of a customer."""
        customer = self.customers[pk]
        address = self._billing.get(pk)
        return {
            "number": customer.number,
            "name": customer.name,
            "legal_name": customer.legal_name or customer.name,
            "tax_number": customer.tax_number,
            **(_place(address) if address else {"city": customer.city, "country": customer.country}),
        }

    def ship_to(self, pk: int | None) -> dict[str, str] | None:
        """Where goods went; None when that is not known."""
        address = self._addresses.get(pk) if pk else None
        return {"label": address.label, "recipient": address.recipient, **_place(address)} if address else None


def _place(address: Address) -> dict[str, str]:
    return {name: getattr(address, name) for name in ("street", "postcode", "city", "province", "country")}
