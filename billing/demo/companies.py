"""Who sells and who buys: the issuer, staff with desks, 250 customers in groups, and the people who log in."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stdnum.ch import uid as swiss
from stdnum.es import cif, nif
from stdnum.fr import tva as french
from stdnum.gb import vat as british
from stdnum.it import iva as italian
from stdnum.pt import nif as portuguese

from billing.demo import names
from billing.demo.people import Buyer, make_people, make_staff, slug
from billing.demo.rows import copy_rows, keys
from customers.models import (
    Account,
    Address,
    Contact,
    Customer,
    CustomerNote,
    Issuer,
    IssuerBankAccount,
    PaymentTerms,
    PaymentTermsInstalment,
    Region,
    Segment,
    User,
)

SEGMENTS = {"RES": "Restaurantes", "SHO": "Tiendas", "HOT": "Hoteles", "CAT": "Colectividades", "DIS": "Distribuidores"}
REGIONS = {
    "MAD": "Madrid",
    "CEN": "Castilla",
    "NOR": "Norte",
    "ARA": "Aragón y Navarra",
    "CAT": "Cataluña",
    "LEV": "Levante",
    "SUR": "Andalucía",
    "EXT": "Extremadura",
    "INT": "Internacional",
}
# code, name, method, ((days, per cent), …)
_TERMS = (
    ("T0", "Al contado", "card", ((0, 100),)),
    ("D15", "Recibo a 15 días", "direct_debit", ((15, 100),)),
    ("D30", "Recibo a 30 días", "direct_debit", ((30, 100),)),
    ("T30", "Transferencia a 30 días", "transfer", ((30, 100),)),
    ("T60", "Transferencia a 60 días", "transfer", ((60, 100),)),
    ("T3060", "Transferencia a 30 y 60 días", "transfer", ((30, 50), (60, 50))),
)
# segment, share, orders a year, size of an order, terms to choose from
_HABITS = {
    "RES": (0.42, (18, 44), (0.6, 1.3), ("D15", "D30", "T0", "T30")),
    "SHO": (0.25, (14, 34), (0.5, 1.1), ("D30", "T30", "T0")),
    "HOT": (0.14, (18, 40), (1.2, 2.6), ("T30", "T60", "T3060")),
    "CAT": (0.11, (24, 48), (1.6, 3.4), ("T30", "T60", "T3060")),
    "DIS": (0.08, (12, 26), (4.0, 8.0), ("T60", "T3060")),
}
_NOTES = (
    "Entrega por la puerta trasera; llamar diez minutos antes.",
    "Prefiere que le llamemos los lunes por la mañana.",
    "Pide siempre albarán valorado.",
    "Está ampliando cocina: buen momento para ofrecer formatos grandes.",
    "Reclamó dos veces el mes pasado por roturas; embalar vidrio con cuidado.",
    "Cierra los martes. No dejar mercancía sin firmar.",
    "Compara precios con otro mayorista; revisar el contrato en enero.",
    "El jefe de cocina decide; el dueño firma.",
    "Paga bien, pero siempre una semana después del vencimiento.",
    "Quiere una sola factura al mes; pendiente de estudiar.",
)


@dataclass
class Companies:
    """Everybody: the issuer, staff by mailbox, buyers, and the ones with logins."""

    issuer: Issuer
    bank: IssuerBankAccount
    staff: dict[str, User]
    reps: list[User]
    buyers: list[Buyer]
    branches: list[Buyer]  # of the group that owner@example.com belongs to, its parent first
    other: Buyer
    people: dict[str, User]
    segments: dict[str, int]
    regions: dict[str, int]


def make_companies(dice: random.Random, *, start: date, at: datetime, customers: int) -> Companies:
    """Write the issuer, staff, so many customers with addresses, contacts and notes, and the people who log in."""
    issuer = Issuer.objects.create(
        code="TRV",
        name="Tresvegas",
        legal_name="Tresvegas Alimentación, S.A.",
        tax_number=_company_number("A", "2809914"),
        street="Calle de la Fundición, 18, Polígono Los Ángeles",
        postcode="28906",
        city="Getafe (Madrid)",
        phone="+34 910 555 100",
        email="pedidos@tresvegas.example.com",
        register_entry="Registro Mercantil de Madrid, tomo 31.415, folio 92, hoja M-653589",
    )
    bank = IssuerBankAccount.objects.create(
        issuer=issuer, bank="Banco de las Vegas", iban=_iban("98010042", "0200051332"), bic="BVEGESMM", is_default=True
    )
    staff, reps = make_staff()
    segments = {code: Segment.objects.create(code=code, name=name).pk for code, name in SEGMENTS.items()}
    regions = {code: Region.objects.create(code=code, name=name).pk for code, name in REGIONS.items()}
    terms = _make_terms()
    book = _Book(dice, start=start, at=at, reps=[staff["rep"], *reps], segments=segments, regions=regions, terms=terms)
    branches = book.add_group_with_logins()
    other = book.add_other_company()
    while len(book.buyers) < customers:
        if len(book.buyers) < customers // 4:
            book.add_group(dice.randint(2, 4))
        else:
            book.add_single()
    book.write(notes_by=[staff["manager"], staff["agent"], *reps])
    return Companies(
        issuer=issuer,
        bank=bank,
        staff=staff,
        reps=[staff["rep"], *reps],
        buyers=book.buyers,
        branches=branches,
        other=other,
        people=make_people(branches, other),
        segments=segments,
        regions=regions,
    )


def _make_terms() -> dict[str, tuple[int, str, tuple[tuple[int, int], ...]]]:
    terms: dict[str, tuple[int, str, tuple[tuple[int, int], ...]]] = {}
    for code, name, method, parts in _TERMS:
        row = PaymentTerms.objects.create(code=code, name=name, method=method)
        PaymentTermsInstalment.objects.bulk_create(
            PaymentTermsInstalment(terms=row, days=days, percent=percent) for days, percent in parts
        )
        terms[code] = (row.pk, method, parts)
    return terms


class _Book:
    """Collects rows of customers and writes them in one go."""

    def __init__(
        self,
        dice: random.Random,
        *,
        start: date,
        at: datetime,
        reps: list[User],
        segments: dict[str, int],
        regions: dict[str, int],
        terms: dict[str, tuple[int, str, tuple[tuple[int, int], ...]]],
    ) -> None:
        self.dice, self.start, self.at = dice, start, at
        self.reps, self.segments, self.regions, self.terms = reps, segments, regions, terms
        self.buyers: list[Buyer] = []
        self.taken: set[str] = set()
        self.accounts: list[tuple[object, ...]] = []
        self.customers: list[tuple[object, ...]] = []
        self.addresses: list[tuple[object, ...]] = []
        self.contacts: list[tuple[object, ...]] = []
        self.ids, self.account_ids, self.address_ids = keys(Customer), keys(Account), keys(Address)

    def add_group_with_logins(self) -> list[Buyer]:
        """The group of owner@example.com: a parent in Madrid that pays, and two branches."""
        madrid = names.PLACES[0]
        account = self._account("Grupo Casa Alborada", 30_000)
        parent = self._add(account, "Casa Alborada Hostelería", "HOT", madrid, terms="T3060", rep=0, legal="S.L.")
        branches = [
            self._add(account, f"Casa Alborada {where}", "RES", place, terms="T3060", rep=0, parent=parent)
            for where, place in (("Las Letras", names.PLACES[1]), ("Alcalá", names.PLACES[3]))
        ]
        for buyer, orders in zip([parent, *branches], (30, 46, 42), strict=True):
            buyer.orders_a_year, buyer.size, buyer.punctuality, buyer.logs_in = orders, 1.5, 4, True
        parent.po_prefix = branches[0].po_prefix = "CA"
        return [parent, *branches]

    def add_other_company(self) -> Buyer:
        """The company of buyer@other.example.com."""
        account = self._account("Hotel Mirador del Arco", 25_000)
        place = next(place for place in names.PLACES if place.region == "ARA")
        buyer = self._add(account, "Hotel Mirador del Arco", "HOT", place, terms="T60", rep=1, legal="S.A.")
        buyer.orders_a_year, buyer.size, buyer.logs_in = 36, 1.8, True
        return buyer

    def add_group(self, branches: int) -> None:
        """A group whose parent pays for its branches, all in one region."""
        segment = self.dice.choice(("RES", "HOT", "CAT", "SHO"))
        name = names.business(self.dice, segment, self.taken)
        place = self.dice.choice(names.PLACES)
        terms = self.dice.choice(_HABITS[segment][3])
        rep = self.dice.randrange(len(self.reps))
        account = self._account(f"Grupo {name}", 6_000 * (branches + 1))
        parent = self._add(account, name, segment, place, terms=terms, rep=rep)
        near = [other for other in names.PLACES if other.region == place.region]
        towns = self.dice.sample(near, min(branches, len(near)))
        for town in towns:
            label = town.city if town.city != place.city else self.dice.choice(("Centro", "Estación", "Norte", "Sur"))
            self._add(account, f"{name} {label}", segment, town, terms=terms, rep=rep, parent=parent)

    def add_single(self) -> None:
        """A company on its own; one in thirty-five is abroad."""
        segment = self.dice.choices(list(_HABITS), [habit[0] for habit in _HABITS.values()])[0]
        place = self.dice.choice(names.PLACES)
        abroad = self.dice.choice(names.ABROAD) if self.dice.random() < 0.03 else None
        segment = "DIS" if abroad else segment
        name = names.business(self.dice, segment, self.taken)
        size = _HABITS[segment][2][1]
        account = self._account(name, int(round(4_000 * size, -3)) + 2_000)
        self._add(
            account,
            name,
            segment,
            place,
            terms=self.dice.choice(_HABITS[segment][3]),
            rep=self.dice.randrange(len(self.reps)),
            abroad=abroad,
        )

    def _account(self, name: str, limit: int) -> int:
        pk = next(self.account_ids)
        self.accounts.append((pk, name, None if self.dice.random() < 0.06 else limit))
        return pk

    def _add(
        self,
        account: int,
        name: str,
        segment: str,
        place: names.Place,
        *,
        terms: str,
        rep: int,
        parent: Buyer | None = None,
        legal: str = "",
        abroad: tuple[str, str, str, str] | None = None,
    ) -> Buyer:
        dice, pk = self.dice, next(self.ids)
        terms_id, method, parts = self.terms[terms]
        city, country, region = place.city, "ES", place.region
        postcode = f"{place.postcode}{dice.randint(1, 9)}"
        treatment = "domestic"
        is_person = segment == "SHO" and not parent and not legal and dice.random() < 0.55
        tax_number = _person_number(dice) if is_person else _company_number("B", f"{dice.randint(0, 9_999_999):07d}")
        if abroad:
            city, postcode, country, region = abroad
            tax_number = _foreign_number(dice, country)
            treatment = "export" if country in ("GB", "CH") else "intra_community"
        elif is_person:
            treatment = "surcharge"
        legal_name = names.person(dice) if is_person else f"{name}, {legal or ('S.L.' if country == 'ES' else 'Lda.')}"
        if parent:
            row = self.customers[[buyer.id for buyer in self.buyers].index(parent.id)]
            legal_name, tax_number = str(row[6]), str(row[7])
        habit = _HABITS[segment]
        buyer = Buyer(
            id=pk,
            account=account,
            payer=parent.id if parent else pk,
            number=f"C{10_000 + pk * 7 % 90_000:05d}",
            name=name,
            segment=segment,
            region=region,
            rep=self.reps[rep].pk,
            treatment=treatment,
            terms=parts,
            method=method,
            language="es" if country in ("ES", "PT") else "en",
            address=next(self.address_ids),
            orders_a_year=dice.uniform(*habit[1]),
            size=dice.uniform(*habit[2]),
            weekday=dice.randint(1, 5),
            punctuality=_punctuality(dice) if not parent else parent.punctuality,
            po_prefix="PO" if segment in ("CAT", "DIS") and dice.random() < 0.7 else "",
            since=self.start if dice.random() < 0.85 else self.start + timedelta(days=dice.randint(30, 250)),
        )
        mail = f"compras@{slug(name)}.example.com"
        street, phone = names.street(dice), names.phone(dice)
        since = self.at - timedelta(days=dice.randint(400, 3_000))
        if buyer.since != self.start:
            since = self.at - timedelta(days=(self.at.date() - buyer.since).days + 3) if buyer.since else since
        self.customers.append(
            (
                pk,
                account,
                parent.id if parent else None,
                parent.id if parent else None,
                buyer.number,
                name,
                legal_name,
                tax_number,
                city,
                country,
                phone,
                mail,
                self.segments[segment],
                self.regions[region],
                buyer.rep,
                terms_id,
                treatment,
                "allow" if segment == "DIS" else dice.choice(("refuse", "refuse", "warn")),
                segment == "CAT" and dice.random() < 0.04,
                segment == "SHO" and dice.random() < 0.1,
                "12345" if segment != "RES" else dice.choice(("12345", "123456", "135", "24")),
                "Muelle de carga hasta las 13:00." if segment in ("CAT", "DIS") else "",
                buyer.language,
                since,
            )
        )
        province = "" if abroad else place.province
        self.addresses.append(
            (buyer.address, pk, account, "Principal", name, street, postcode, city, province, country, True, True)
        )
        if dice.random() < 0.25 and not abroad:
            self.addresses.append(
                (
                    next(self.address_ids),
                    pk,
                    account,
                    dice.choice(("Almacén", "Obrador", "Terraza de verano", "Segundo local")),
                    name,
                    names.street(dice),
                    f"{place.postcode}{dice.randint(1, 9)}",
                    city,
                    province,
                    country,
                    False,
                    False,
                )
            )
        for place_in_list, role in enumerate(dice.sample(("Gerente", "Compras", "Cocina", "Administración"), 2)):
            person = names.person(dice)
            self.contacts.append(
                (
                    pk,
                    account,
                    person,
                    role,
                    f"{slug(person.split()[0])}@{slug(name)}.example.com",
                    names.phone(dice, mobile=True),
                    place_in_list == 0,
                )
            )
        buyer.parties = {
            "name": name,
            "legal_name": legal_name,
            "tax_number": tax_number,
            "street": street,
            "postcode": postcode,
            "city": city,
            "province": province,
            "country": country,
        }
        self.buyers.append(buyer)
        return buyer

    def write(self, notes_by: list[User]) -> None:
        """Insert what was collected, and some notes."""
        dice = self.dice
        copy_rows(Account, ["id", "name", "credit_limit"], self.accounts)
        copy_rows(
            Customer,
            [
                "id",
                "account_id",
                "parent_id",
                "payer_id",
                "number",
                "name",
                "legal_name",
                "tax_number",
                "city",
                "country",
                "phone",
                "email",
                "segment_id",
                "region_id",
                "rep_id",
                "terms_id",
                "tax_treatment",
                "po_policy",
                "po_required",
                "ship_complete",
                "delivery_weekdays",
                "delivery_note",
                "language",
                "created_at",
            ],
            self.customers,
        )
        columns = (
            "id customer_id account_id label recipient street postcode city province country is_billing is_default"
        )
        copy_rows(Address, columns.split(), self.addresses)
        copy_rows(Contact, ["customer_id", "account_id", "name", "role", "email", "phone", "is_main"], self.contacts)
        copy_rows(
            CustomerNote,
            ["customer_id", "account_id", "body", "is_pinned", "created_by_id", "created_at"],
            (
                (
                    buyer.id,
                    buyer.account,
                    dice.choice(_NOTES),
                    dice.random() < 0.3,
                    dice.choice(notes_by).pk,
                    self.at - timedelta(days=dice.randint(1, 300), minutes=dice.randint(0, 500)),
                )
                for buyer in self.buyers
                for _ in range(3 if buyer.logs_in else dice.choice((0, 0, 1, 1, 2)))
            ),
        )


def _punctuality(dice: random.Random) -> int:
    return dice.choices((0, 3, 8, 20, 55, 120), (40, 25, 18, 9, 6, 2))[0]


def _company_number(letter: str, digits: str) -> str:
    return letter + digits + cif.calc_check_digits(letter + digits)[0]


def _person_number(dice: random.Random) -> str:
    digits = f"{dice.randint(1_000_000, 78_999_999):08d}"
    return next(digits + letter for letter in "TRWAGMYFPDXBNJZSQVHLCKE" if nif.is_valid(digits + letter))


_FOREIGN: dict[str, tuple[str, int, Callable[[str], bool]]] = {
    "PT": ("PT5", 8, portuguese.is_valid),
    "FR": ("FR", 11, french.is_valid),
    "IT": ("IT0", 10, italian.is_valid),
    "GB": ("GB", 9, british.is_valid),
    "CH": ("CHE", 9, swiss.is_valid),
}


def _foreign_number(dice: random.Random, country: str) -> str:
    prefix, digits, valid = _FOREIGN[country]
    while True:
        number = prefix + "".join(str(dice.randint(0, 9)) for _ in range(digits))
        if valid(number):
            return number


def _iban(bank_and_branch: str, account: str) -> str:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)

    def check(digits: str) -> str:
        rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        return {10: "1", 11: "0"}.get(rest, str(rest))

    body = bank_and_branch + check("00" + bank_and_branch) + check(account) + account
    return f"ES{98 - int(body + '142800') % 97:02d}{body}"
