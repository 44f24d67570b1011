"""Orders and what hangs on them, to look at; carriers to keep."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from config.web.admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyInline
from orders.models import (
    Carrier,
    Incident,
    Order,
    OrderEvent,
    OrderLine,
    Peg,
    Reservation,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)


class LineInline(ReadOnlyInline):
    """Where each unit of a line is."""

    model = OrderLine
    fields = [
        "position",
        "code",
        "description",
        "entered",
        "ordered",
        "cancelled",
        "backordered",
        "reserved",
        "picked",
        "shipped",
        "price",
        "net",
        "promised_on",
    ]


class EventInline(ReadOnlyInline):
    """What happened."""

    model = OrderEvent
    fields = ["at", "kind", "by", "data", "is_public"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderEvent]:
        return super().get_queryset(request).select_related("by").order_by("-at", "-id")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin, AuditedAdmin):
    """Orders."""

    list_display = ["number", "customer_name", "status", "channel", "placed_at", "promised_on", "gross", "currency"]
    list_filter = ["status", "channel", "is_history"]
    search_fields = ["number"]
    ordering = ["-placed_at", "-id"]
    inlines = [LineInline, EventInline]


class ShipmentLineInline(ReadOnlyInline):
    """What a shipment holds."""

    model = ShipmentLine
    fields = ["line", "quantity", "delivered", "invoiced", "reversed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShipmentLine]:
        return super().get_queryset(request).select_related("line", "shipment")


class TrackingInline(ReadOnlyInline):
    """Where a shipment was seen."""

    model = TrackingEvent
    fields = ["at", "code", "location", "note", "by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TrackingEvent]:
        return super().get_queryset(request).select_related("by").order_by("-at")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Shipments."""

    list_display = ["number", "order", "customer", "warehouse", "status", "carrier", "shipped_at"]
    list_filter = ["status", "warehouse", "carrier"]
    list_select_related = ["order", "customer", "warehouse", "carrier"]
    search_fields = ["number__exact", "tracking_number__exact", "order__number__exact"]
    ordering = ["-id"]
    inlines = [ShipmentLineInline, TrackingInline]


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """What went wrong."""

    list_display = ["order", "customer", "kind", "status", "owner", "due_on", "opened_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["order", "customer", "owner"]
    search_fields = ["order__number__exact"]
    ordering = ["-id"]


class ReturnLineInline(ReadOnlyInline):
    """What comes back."""

    model = ReturnLine
    fields = ["position", "product", "status", "requested", "authorised", "received", "restocked", "scrapped"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        return super().get_queryset(request).select_related("product")


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    """Returns."""

    list_display = ["number", "order", "customer", "reason", "requested_at"]
    list_select_related = ["order", "customer"]
    search_fields = ["number__exact", "order__number__exact"]
    ordering = ["-id"]
    inlines = [ReturnLineInline]


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    """Stock kept for lines."""

    list_display = ["line", "product", "warehouse", "quantity", "picked", "promised_on"]
    list_filter = ["warehouse"]
    list_select_related = ["line", "product", "warehouse"]
    search_fields = ["line__order__number__exact", "product__code__exact"]
    ordering = ["-id"]


@admin.register(Peg)
class PegAdmin(ReadOnlyAdmin):
    """Supply that lines wait for."""

    list_display = ["line", "product", "supply", "quantity", "promised_on"]
    list_select_related = ["line", "product", "supply__order", "supply__product"]
    search_fields = ["line__order__number__exact", "product__code__exact"]
    ordering = ["-id"]


@admin.register(Carrier)
class CarrierAdmin(AuditedAdmin):
    """Who carries parcels."""

    list_display = ["code", "name", "tracking_url", "is_own_fleet"]
    search_fields = ["code", "name"]
