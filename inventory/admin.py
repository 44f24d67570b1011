"""Catalogue, prices and warehouses for administrators; stock and supply to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.web.admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyInline
from inventory.models import (
    Holiday,
    PriceList,
    PriceRule,
    Product,
    ProductBarcode,
    ProductFamily,
    ProductLine,
    ProductPack,
    PurchaseOrder,
    PurchaseOrderLine,
    StockHold,
    StockLevel,
    StockMovement,
    Supplier,
    TaxClass,
    TaxRate,
    Unit,
    Warehouse,
    WarehouseRegion,
)


class PackInline(admin.TabularInline):
    """The units a product is ordered in."""

    model = ProductPack
    extra = 0


class BarcodeInline(admin.TabularInline):
    """The barcodes of a product and of its packs."""

    model = ProductBarcode
    fields = ["code", "pack"]
    extra = 0

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only the product's own packs, fetched with their units."""
        if db_field.name == "pack" and request.resolver_match is not None:
            product = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = ProductPack.objects.filter(product=product).select_related("unit")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Product)
class ProductAdmin(AuditedAdmin):
    """Products."""

    list_display = ["code", "name", "line", "unit", "format", "status"]
    list_filter = ["status", "kind", "line", "tax_class"]
    list_select_related = ["line", "unit"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["family", "line", "successor"]
    readonly_fields = ["created_at", "source", "source_key"]
    ordering = ["code"]
    inlines = [PackInline, BarcodeInline]


@admin.register(ProductFamily)
class ProductFamilyAdmin(AuditedAdmin):
    """Variants of one thing."""

    list_display = ["code", "name", "line"]
    list_filter = ["line"]
    list_select_related = ["line"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["line"]


@admin.register(ProductLine)
class ProductLineAdmin(AuditedAdmin):
    """Ranges of the catalogue."""

    list_display = ["code", "name"]
    search_fields = ["code", "name"]


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    """Units of measure."""

    list_display = ["code", "name", "symbol", "decimals"]
    search_fields = ["code", "name"]


class TaxRateInline(admin.TabularInline):
    """Dated rates."""

    model = TaxRate
    extra = 0


@admin.register(TaxClass)
class TaxClassAdmin(AuditedAdmin):
    """How products are taxed."""

    list_display = ["code", "name"]
    inlines = [TaxRateInline]


@admin.register(PriceList)
class PriceListAdmin(AuditedAdmin):
    """Price lists; their prices have a list of their own."""

    list_display = ["code", "name", "level", "currency", "valid_from", "valid_to", "is_active"]
    list_filter = ["level", "is_active", "currency"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["customer", "group", "segment"]


@admin.register(PriceRule)
class PriceRuleAdmin(AuditedAdmin):
    """Prices."""

    list_display = ["price_list", "product", "minimum_quantity", "price", "valid_from", "valid_to"]
    list_filter = ["price_list__level"]
    list_select_related = ["price_list", "product"]
    search_fields = ["product__code__exact", "price_list__code__exact"]
    autocomplete_fields = ["price_list", "product"]


class RegionInline(admin.TabularInline):
    """The regions a warehouse serves."""

    model = WarehouseRegion
    autocomplete_fields = ["region"]
    extra = 0


@admin.register(Warehouse)
class WarehouseAdmin(AuditedAdmin):
    """Warehouses."""

    list_display = ["code", "name", "city", "kind", "cut_off", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["code", "name"]
    inlines = [RegionInline]


@admin.register(Holiday)
class HolidayAdmin(AuditedAdmin):
    """Days without dispatch."""

    list_display = ["day", "name", "region"]
    list_filter = ["region"]
    list_select_related = ["region"]
    search_fields = ["name"]
    autocomplete_fields = ["region"]
    ordering = ["-day"]


@admin.register(Supplier)
class SupplierAdmin(AuditedAdmin):
    """Suppliers."""

    list_display = ["code", "name", "country", "lead_days"]
    list_filter = ["country"]
    search_fields = ["code", "name"]


class PurchaseOrderLineInline(ReadOnlyInline):
    """What is on its way."""

    model = PurchaseOrderLine
    fields = ["product", "expected", "received", "pegged", "expected_on", "is_closed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PurchaseOrderLine]:
        return super().get_queryset(request).select_related("product", "order")


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(ReadOnlyAdmin, AuditedAdmin):
    """Orders to suppliers."""

    list_display = ["number", "supplier", "warehouse", "status", "ordered_on"]
    list_filter = ["status", "warehouse"]
    list_select_related = ["supplier", "warehouse"]
    search_fields = ["number__exact", "supplier__code__exact"]
    inlines = [PurchaseOrderLineInline]


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    """Stock."""

    list_display = ["product", "warehouse", "on_hand", "reserved", "held", "quarantined", "available", "bin"]
    list_filter = ["warehouse"]
    list_select_related = ["product", "warehouse"]
    search_fields = ["product__code__exact"]


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    """The ledger."""

    list_display = ["at", "product", "warehouse", "kind", "quantity", "document", "by"]
    list_filter = ["kind", "warehouse"]
    list_select_related = ["product", "warehouse", "by"]
    search_fields = ["product__code__exact"]
    ordering = ["-id"]


@admin.register(StockHold)
class StockHoldAdmin(ReadOnlyAdmin):
    """Soft holds."""

    list_display = ["document", "customer", "product", "warehouse", "quantity", "expires_at"]
    list_filter = ["warehouse"]
    list_select_related = ["customer", "product", "warehouse"]
    search_fields = ["document__exact", "product__code__exact"]
