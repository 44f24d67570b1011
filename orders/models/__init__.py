"""What was ordered, what holds it, how it travels, what went wrong."""

from orders.models.aftersales import Incident, IncidentKind, IncidentStatus, Return, ReturnLine, ReturnLineStatus
from orders.models.fulfilment import (
    Carrier,
    Peg,
    Reservation,
    Shipment,
    ShipmentLine,
    ShipmentStatus,
    TrackingCode,
    TrackingEvent,
)
from orders.models.history import ImportedDocument
from orders.models.lines import LineType, OrderLine, PromiseReason
from orders.models.orders import (
    Channel,
    CreditDecision,
    EventKind,
    Order,
    OrderEvent,
    OrderStatus,
)

__all__ = [
    "Carrier",
    "Channel",
    "CreditDecision",
    "EventKind",
    "ImportedDocument",
    "Incident",
    "IncidentKind",
    "IncidentStatus",
    "LineType",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "Peg",
    "PromiseReason",
    "Reservation",
    "Return",
    "ReturnLine",
    "ReturnLineStatus",
    "Shipment",
    "ShipmentLine",
    "ShipmentStatus",
    "TrackingCode",
    "TrackingEvent",
]
