"""Orders, shipments, incidents and returned lines move by guards of one form; what may be chosen takes known values only."""

from django.db import migrations, models
from django.db.models import Q

from config.database.states import guard_moves

ORDER = (
    "credit_hold>cancelled credit_hold>rejected credit_hold>released delivered>closed draft>cancelled draft>credit_hold"
    " draft>pending_approval draft>quoted draft>released draft>submitted expired>draft in_fulfilment>paused"
    " in_fulfilment>released in_fulfilment>shipped paused>cancelled paused>in_fulfilment paused>released"
    " paused>shipped pending_approval>cancelled pending_approval>credit_hold pending_approval>rejected"
    " pending_approval>released pending_approval>submitted quoted>cancelled quoted>credit_hold quoted>draft"
    " quoted>expired quoted>pending_approval quoted>released quoted>submitted released>cancelled"
    " released>in_fulfilment released>paused released>shipped shipped>closed shipped>delivered submitted>cancelled"
    " submitted>credit_hold submitted>pending_approval submitted>rejected submitted>released"
)
SHIPMENT = (
    "exception>delivered exception>in_transit exception>returned_to_sender in_transit>delivered in_transit>exception"
    " in_transit>returned_to_sender open>cancelled open>packed open>shipped packed>cancelled packed>open"
    " packed>shipped shipped>delivered shipped>exception shipped>in_transit shipped>returned_to_sender"
)
INCIDENT = "in_progress>open in_progress>solved open>in_progress open>solved"
RETURN_LINE = (
    "authorised>closed authorised>in_transit authorised>received in_transit>closed in_transit>received"
    " inspected>closed received>closed received>inspected requested>authorised requested>refused"
)
PRICE_LEVELS = [
    ("contract", "Contract"),
    ("promotion", "Promotion"),
    ("customer", "Customer"),
    ("group", "Group"),
    ("segment", "Segment"),
    ("base", "Base"),
]
PROMISE_REASONS = ["stock", "supply", "no_supply", "no_supply_date", "supply_late", "on_hold", "not_stocked"]


class Migration(migrations.Migration):
    """Replaces the two guards and adds two; adds the rules."""

    dependencies = [("orders", "0013_moves"), ("config", "0002_moves")]

    operations = [
        guard_moves("orders_order", "order_transition_allowed", ORDER),
        guard_moves("orders_shipment", "shipment_transition_allowed", SHIPMENT),
        guard_moves("orders_incident", "incident_transition_allowed", INCIDENT),
        guard_moves("orders_returnline", "returnline_transition_allowed", RETURN_LINE),
        migrations.RunSQL(
            "DROP FUNCTION orders_check_transition(); DROP FUNCTION orders_check_shipment()", migrations.RunSQL.noop
        ),
        migrations.DeleteModel("OrderTransition"),
        migrations.AlterField(
            "orderline",
            "price_level",
            models.CharField("price level", max_length=10, choices=PRICE_LEVELS, blank=True),
        ),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(billing_policy__in=["on_shipment", "on_order"]), name="order_billing_policy_known"
            ),
        ),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(credit_decision__isnull=True)
                | Q(credit_decision__in=["within_limit", "no_limit", "override"]),
                name="order_credit_decision_known",
            ),
        ),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                condition=Q(price_level__in=["", *(level for level, _label in PRICE_LEVELS)]),
                name="orderline_price_level_known",
            ),
        ),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                condition=Q(promise_reason__in=["", *PROMISE_REASONS]), name="orderline_promise_reason_known"
            ),
        ),
    ]
