"""Tables of products and stock: columns, sorts and links, never queries."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.web.tables import BaseTable, DateColumn, LinkColumn, QuantityColumn, StatusColumn, TextColumn
from inventory.models import ProductStatus


class ProductTable(BaseTable):
    """Products with their stock over all warehouses; the figures come with the rows (see the view)."""

    name = LinkColumn(
        "inventory:product_page", verbose_name=_("Product"), sub="format", sub_name=_("Format"), card="title"
    )
    code = TextColumn(verbose_name=_("Code"), card="sub")
    line = TextColumn(accessor="line__name", verbose_name=_("Line"), hide="m")
    status = StatusColumn(ProductStatus, verbose_name=_("Status"), card="state")
    on_hand = QuantityColumn(accessor="on_hand", verbose_name=_("On hand"), orderable=False, hide="m")
    reserved = QuantityColumn(accessor="reserved", verbose_name=_("Reserved"), orderable=False, hide="l")
    available = QuantityColumn(
        accessor="available", unit="unit__symbol", verbose_name=_("Free"), orderable=False, card="amount"
    )
    arriving = QuantityColumn(accessor="arriving", verbose_name=_("Arriving"), orderable=False, hide="m")
    arriving_on = DateColumn(accessor="arriving_on", verbose_name=_("From"), orderable=False, hide="l")

    sorts = {"name": ("search_key", "asc"), "code": ("code", "asc")}
    row_url = "inventory:product_page"

    fields = ("pk", "search_key", "name", "format", "code", "line__name", "status", "unit__symbol")

    class Meta:
        caption = _("Products")

    def row_class(self, record: Any) -> str:
        return "is-off" if record["status"] == ProductStatus.DISCONTINUED else ""
