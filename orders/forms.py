"""What people type about orders."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config.web.numbers import parse_number, write_number
from customers.models import Address
from inventory.models import Warehouse
from inventory.services.calendar import HORIZON
from orders.models import Order
from orders.services.lines import LineInput

# -- Desk: taking an order ----------------------------------------------------------------------------------------

MOST_ROWS = 1500
HEADER_TEXTS = ("unit", "qty", "quantity", "code", "product", "cantidad", "código", "codigo", "producto", "ref")


@dataclass(frozen=True)
class TypedRow:
    """A row of the grid exactly as it was typed; ``uid`` names it on the page, ``seen`` what it showed last."""

    uid: str
    code: str
    quantity: str
    unit: str = ""
    price: str = ""
    seen: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing was typed that could become a line."""
        return not self.code.strip()

    def line(self, position: int, *, prices: bool) -> LineInput:
        """The row for the services; ``prices`` tells whether its writer may give one."""
        price = parse_number(self.price) if prices and self.price.strip() else None
        if prices and self.price.strip() and price is None:
            price = Decimal("NaN")
        return LineInput(
            position=position,
            text=self.code.strip(),
            quantity=parse_number(self.quantity or "1"),
            unit=self.unit.strip() or None,
            price=price,
        )

    def kept(self) -> list[str]:
        """What is remembered of a row that is no line yet."""
        return [self.code[:200], self.quantity[:20], self.unit[:12], self.price[:20]]


def typed_rows(data: QueryDict, *, with_new: bool) -> list[TypedRow]:
    """The rows of a posted grid and what was pasted into it, in their order; ``with_new`` takes the last, open row.

    A page that was written in another language (``numbers``) than the one in use now keeps the meaning of its numbers.
    """
    columns = [data.getlist(name) for name in ("row", "code", "qty", "unit", "price")]
    rows = []
    for mark, code, quantity, unit, price in zip(*columns, strict=False):
        uid, _sign, seen = mark.partition(":")
        if (uid == "new" and not with_new) or uid == data.get("remove"):
            continue
        quantity, price = (_in_this_language(text, data.get("numbers")) for text in (quantity, price))
        rows.append(TypedRow(uid[:24], code, quantity, unit, price, seen))
    rows += pasted_rows(data.get("paste", ""))
    return [row for row in rows if not row.is_empty][:MOST_ROWS]


def _in_this_language(text: str, written_in: str | None) -> str:
    """A number of a page in another language, as this language writes it; anything else as it was typed."""
    if written_in in (None, get_language()):
        return text
    number = parse_number(text, written_in)
    return text if number is None else write_number(number)


def pasted_rows(text: str) -> list[TypedRow]:
    """Rows out of a spreadsheet: a code and a quantity per row, in either order, between tabs or semicolons.

    A head row is left out; a row of one cell means one piece.
    """
    found = []
    paste = uuid.uuid4().hex[:8]
    for number, row in enumerate(text.replace("\r", "\n").split("\n")):
        cells = [cell.strip().strip('"') for cell in row.replace(";", "\t").split("\t")]
        cells = [cell for cell in cells if cell]
        if not cells or (not number and any(cell.lower().strip(".:") in HEADER_TEXTS for cell in cells)):
            continue
        numbers = [cell for cell in cells[1:] if parse_number(cell) is not None]
        code, quantity = cells[0], numbers[0] if numbers else (cells[1] if len(cells) > 1 else "1")
        if parse_number(code) is not None and len(cells) > 1 and not numbers:
            code, quantity = cells[1], cells[0]
        found.append(TypedRow(f"p{paste}-{number}", code, quantity))
    return found


class ChosenField(forms.ModelChoiceField):
    """A choice of rows; the one that stands there already, ``chosen``, is not looked up again."""

    chosen: Address | Warehouse | None = None

    def to_python(self, value: Any) -> Any:
        if self.chosen is not None and self.chosen.is_active and str(self.chosen.pk) == value:
            return self.chosen
        return super().to_python(value)


WAREHOUSES = Warehouse.objects.filter(kind=Warehouse.Kind.STOCK, is_active=True)


class EntryHeaderForm(forms.ModelForm):
    """The band above the grid: whose number, when, where to, from where."""

    class Meta:
        model = Order
        fields = ("customer_po", "requested_on", "ship_to", "warehouse", "note")
        labels = {
            "customer_po": _("Their PO"),
            "requested_on": _("Wanted on"),
            "ship_to": _("Deliver to"),
            "warehouse": _("Ship from"),
            "note": _("Note for the warehouse"),
        }
        widgets = {
            "requested_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "customer_po": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "note": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        field_classes = {"ship_to": ChosenField, "warehouse": ChosenField}

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        order = self.instance
        known = order._state.fields_cache
        ship_to = cast(ChosenField, self.fields["ship_to"])
        ship_to.queryset = Address.objects.filter(customer_id=order.customer_id, is_active=True)
        ship_to.empty_label, ship_to.required = _("No address yet"), False
        ship_to.chosen = known.get("ship_to")
        warehouse = cast(ChosenField, self.fields["warehouse"])
        warehouse.queryset = WAREHOUSES
        warehouse.empty_label = _("Nearest with stock")
        warehouse.chosen = known.get("warehouse")

    def clean_requested_on(self) -> datetime.date | None:
        day = self.cleaned_data["requested_on"]
        if day and "requested_on" in self.changed_data and day < self.today:
            raise forms.ValidationError(_("This day has passed."))
        if day and day > self.today + HORIZON:
            raise forms.ValidationError(_("This day is more than two years away."))
        return day

    def _post_clean(self) -> None:
        """Leave the order as it is: services write ``changes``, and PostgreSQL knows its constraints."""

    def changes(self) -> dict[str, Any]:
        """The fields that differ from the order, cleaned; fields with errors are left out."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
