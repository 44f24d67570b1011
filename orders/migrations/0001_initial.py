import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import customers.models.text


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("inventory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("tracking_url", models.CharField(blank=True, max_length=200, verbose_name="tracking page")),
                ("is_own_fleet", models.BooleanField(default=False, verbose_name="own vans")),
            ],
            options={
                "verbose_name": "carrier",
                "verbose_name_plural": "carriers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tracking_url", ""), ("tracking_url__startswith", "https://"), _connector="OR"
                        ),
                        name="carrier_tracking_https",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                ("key", models.CharField(max_length=80, verbose_name="document")),
                ("digest", models.CharField(max_length=32)),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("imported_at", models.DateTimeField(verbose_name="imported at")),
            ],
            options={
                "verbose_name": "imported document",
                "verbose_name_plural": "imported documents",
                "constraints": [models.UniqueConstraint(fields=("source", "key"), name="importeddocument_once")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.issuer"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="customers.customer"
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="customers.account"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("quoted", "Quoted"),
                            ("submitted", "Submitted"),
                            ("pending_approval", "Awaiting approval"),
                            ("credit_hold", "Credit hold"),
                            ("released", "Released"),
                            ("paused", "Paused"),
                            ("in_fulfilment", "In fulfilment"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("closed", "Closed"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "billing_policy",
                    models.CharField(
                        choices=[("on_shipment", "What was shipped"), ("on_order", "What was ordered")],
                        max_length=12,
                        verbose_name="invoices bill",
                    ),
                ),
                ("is_history", models.BooleanField(default=False, verbose_name="brought from another system")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("desk", "Desk"),
                            ("phone", "Phone"),
                            ("portal", "Portal"),
                            ("file", "File"),
                            ("api", "API"),
                            ("import", "Import"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("customer_name", models.CharField(max_length=160, verbose_name="customer")),
                ("customer_po", models.CharField(blank=True, max_length=60, verbose_name="customer's PO")),
                ("po_must_be_unique", models.BooleanField(default=True, editable=False)),
                (
                    "po_override_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("po_override_reason", models.CharField(blank=True, editable=False, max_length=200)),
                ("placed_at", models.DateTimeField(verbose_name="placed")),
                (
                    "placed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "ship_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.address",
                    ),
                ),
                ("requested_on", models.DateField(blank=True, null=True, verbose_name="requested for")),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="promised for")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="quote valid until")),
                (
                    "credit_decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("within_limit", "Within the limit"),
                            ("no_limit", "No limit set"),
                            ("override", "Released by a person"),
                        ],
                        max_length=12,
                        null=True,
                        verbose_name="credit decision",
                    ),
                ),
                (
                    "credit_decided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hold_reason", models.CharField(blank=True, max_length=200, verbose_name="reason of the hold")),
                ("note", models.TextField(blank=True, verbose_name="note for the warehouse")),
                ("net", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="net")),
                ("tax", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="tax")),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="total")),
                ("line_count", models.PositiveIntegerField(default=0, verbose_name="lines")),
                ("version", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=customers.models.text.Words(
                            customers.models.text._Joined(
                                customers.models.text._Joined(
                                    django.db.models.functions.comparison.Coalesce(
                                        models.F("number"), models.Value("")
                                    ),
                                    django.db.models.functions.comparison.Coalesce(
                                        models.F("customer_po"), models.Value("")
                                    ),
                                ),
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("customer_name"), models.Value("")
                                ),
                            )
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "permissions": [
                    ("place_order", "Place orders"),
                    ("cancel_order", "Cancel orders"),
                    ("release_credit_hold", "Release orders from credit hold"),
                    ("override_po", "Accept a repeated PO number"),
                    ("set_price", "Set prices by hand"),
                    ("import_orders", "Import order history"),
                    ("view_integrity", "See the integrity page"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "orders_orderaudit" ("account_id", "billing_policy", "channel", "credit_decided_by_id", "credit_decision", "currency", "customer_id", "customer_name", "customer_po", "gross", "hold_reason", "id", "is_history", "issuer_id", "line_count", "net", "note", "number", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "po_must_be_unique", "po_override_by_id", "po_override_reason", "promised_on", "rep_id", "requested_on", "ship_to_id", "source", "source_key", "status", "tax", "valid_until", "version", "warehouse_id") SELECT new_values."account_id", new_values."billing_policy", new_values."channel", new_values."credit_decided_by_id", new_values."credit_decision", new_values."currency", new_values."customer_id", new_values."customer_name", new_values."customer_po", new_values."gross", new_values."hold_reason", new_values."id", new_values."is_history", new_values."issuer_id", new_values."line_count", new_values."net", new_values."note", new_values."number", new_values."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."placed_at", new_values."placed_by_id", new_values."po_must_be_unique", new_values."po_override_by_id", new_values."po_override_reason", new_values."promised_on", new_values."rep_id", new_values."requested_on", new_values."ship_to_id", new_values."source", new_values."source_key", new_values."status", new_values."tax", new_values."valid_until", new_values."version", new_values."warehouse_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="72b94b557a2185a64e5c7daef1594cffd6e96ef6",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_eb763",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="orders_order",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "orders_orderaudit" ("account_id", "billing_policy", "channel", "credit_decided_by_id", "credit_decision", "currency", "customer_id", "customer_name", "customer_po", "gross", "hold_reason", "id", "is_history", "issuer_id", "line_count", "net", "note", "number", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "po_must_be_unique", "po_override_by_id", "po_override_reason", "promised_on", "rep_id", "requested_on", "ship_to_id", "source", "source_key", "status", "tax", "valid_until", "version", "warehouse_id") SELECT new_values."account_id", new_values."billing_policy", new_values."channel", new_values."credit_decided_by_id", new_values."credit_decision", new_values."currency", new_values."customer_id", new_values."customer_name", new_values."customer_po", new_values."gross", new_values."hold_reason", new_values."id", new_values."is_history", new_values."issuer_id", new_values."line_count", new_values."net", new_values."note", new_values."number", new_values."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."placed_at", new_values."placed_by_id", new_values."po_must_be_unique", new_values."po_override_by_id", new_values."po_override_reason", new_values."promised_on", new_values."rep_id", new_values."requested_on", new_values."ship_to_id", new_values."source", new_values."source_key", new_values."status", new_values."tax", new_values."valid_until", new_values."version", new_values."warehouse_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."account_id" IS DISTINCT FROM (new_values."account_id") OR old_values."billing_policy" IS DISTINCT FROM (new_values."billing_policy") OR old_values."channel" IS DISTINCT FROM (new_values."channel") OR old_values."credit_decided_by_id" IS DISTINCT FROM (new_values."credit_decided_by_id") OR old_values."credit_decision" IS DISTINCT FROM (new_values."credit_decision") OR old_values."currency" IS DISTINCT FROM (new_values."currency") OR old_values."customer_id" IS DISTINCT FROM (new_values."customer_id") OR old_values."customer_name" IS DISTINCT FROM (new_values."customer_name") OR old_values."customer_po" IS DISTINCT FROM (new_values."customer_po") OR old_values."gross" IS DISTINCT FROM (new_values."gross") OR old_values."hold_reason" IS DISTINCT FROM (new_values."hold_reason") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_history" IS DISTINCT FROM (new_values."is_history") OR old_values."issuer_id" IS DISTINCT FROM (new_values."issuer_id") OR old_values."line_count" IS DISTINCT FROM (new_values."line_count") OR old_values."net" IS DISTINCT FROM (new_values."net") OR old_values."note" IS DISTINCT FROM (new_values."note") OR old_values."number" IS DISTINCT FROM (new_values."number") OR old_values."payer_id" IS DISTINCT FROM (new_values."payer_id") OR old_values."placed_at" IS DISTINCT FROM (new_values."placed_at") OR old_values."placed_by_id" IS DISTINCT FROM (new_values."placed_by_id") OR old_values."po_must_be_unique" IS DISTINCT FROM (new_values."po_must_be_unique") OR old_values."po_override_by_id" IS DISTINCT FROM (new_values."po_override_by_id") OR old_values."po_override_reason" IS DISTINCT FROM (new_values."po_override_reason") OR old_values."promised_on" IS DISTINCT FROM (new_values."promised_on") OR old_values."rep_id" IS DISTINCT FROM (new_values."rep_id") OR old_values."requested_on" IS DISTINCT FROM (new_values."requested_on") OR old_values."ship_to_id" IS DISTINCT FROM (new_values."ship_to_id") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."source_key" IS DISTINCT FROM (new_values."source_key") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."tax" IS DISTINCT FROM (new_values."tax") OR old_values."valid_until" IS DISTINCT FROM (new_values."valid_until") OR old_values."version" IS DISTINCT FROM (new_values."version") OR old_values."warehouse_id" IS DISTINCT FROM (new_values."warehouse_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="480fef6ff6ff9bbb2b4588ed5f963ae72c815bd4",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d4b84",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="orders_order",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "orders_orderaudit" ("account_id", "billing_policy", "channel", "credit_decided_by_id", "credit_decision", "currency", "customer_id", "customer_name", "customer_po", "gross", "hold_reason", "id", "is_history", "issuer_id", "line_count", "net", "note", "number", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "po_must_be_unique", "po_override_by_id", "po_override_reason", "promised_on", "rep_id", "requested_on", "ship_to_id", "source", "source_key", "status", "tax", "valid_until", "version", "warehouse_id") SELECT old_values."account_id", old_values."billing_policy", old_values."channel", old_values."credit_decided_by_id", old_values."credit_decision", old_values."currency", old_values."customer_id", old_values."customer_name", old_values."customer_po", old_values."gross", old_values."hold_reason", old_values."id", old_values."is_history", old_values."issuer_id", old_values."line_count", old_values."net", old_values."note", old_values."number", old_values."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."placed_at", old_values."placed_by_id", old_values."po_must_be_unique", old_values."po_override_by_id", old_values."po_override_reason", old_values."promised_on", old_values."rep_id", old_values."requested_on", old_values."ship_to_id", old_values."source", old_values."source_key", old_values."status", old_values."tax", old_values."valid_until", old_values."version", old_values."warehouse_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="8495e856746efb07c0ea7571c1390e61495640c9",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_709b4",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="orders_order",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="order_words"),
                    models.Index(fields=["-placed_at", "-id"], name="order_by_placed"),
                    models.Index(fields=["-gross", "-id"], name="order_by_gross"),
                    models.Index(fields=["status", "-placed_at", "-id"], name="order_by_status"),
                    models.Index(fields=["customer", "-placed_at", "-id"], name="order_by_customer"),
                    models.Index(fields=["account", "-placed_at", "-id"], name="order_by_account"),
                    models.Index(fields=["rep", "-placed_at", "-id"], name="order_by_rep"),
                    models.Index(
                        condition=models.Q(("status__in", ["released", "paused", "in_fulfilment"])),
                        fields=["promised_on", "id"],
                        name="order_by_promise",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "quoted",
                                    "submitted",
                                    "pending_approval",
                                    "credit_hold",
                                    "released",
                                    "paused",
                                    "in_fulfilment",
                                    "shipped",
                                    "delivered",
                                    "closed",
                                    "rejected",
                                    "expired",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="order_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["desk", "phone", "portal", "file", "api", "import"])),
                        name="order_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="order_currency_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_history", True),
                            models.Q(
                                (
                                    "status__in",
                                    ["released", "paused", "in_fulfilment", "shipped", "delivered", "closed"],
                                ),
                                _negated=True,
                            ),
                            ("credit_decision__isnull", False),
                            _connector="OR",
                        ),
                        name="order_release_needs_credit_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credit_decision__isnull", True),
                            models.Q(("credit_decision", "override"), _negated=True),
                            ("credit_decided_by__isnull", False),
                            _connector="OR",
                        ),
                        name="order_override_names_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("po_override_by__isnull", True), ("po_override_reason", "")),
                            models.Q(
                                ("po_override_by__isnull", False),
                                models.Q(("po_override_reason", ""), _negated=True),
                                ("po_must_be_unique", False),
                            ),
                            _connector="OR",
                        ),
                        name="order_po_override_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "credit_hold"), _negated=True),
                            models.Q(("hold_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="order_hold_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            )
                        ),
                        name="order_totals_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "quoted"), _negated=True),
                            ("valid_until__isnull", False),
                            _connector="OR",
                        ),
                        name="order_quote_has_validity",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "account", "status", "billing_policy", "is_history"), name="order_line_key"
                    ),
                    models.UniqueConstraint(fields=("id", "account"), name="order_account_key"),
                    models.UniqueConstraint(fields=("id", "account", "customer"), name="order_customer_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_key"),
                        name="order_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="orders.order"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("drafted", "Order begun"),
                            ("quoted", "Quote sent"),
                            ("placed", "Order placed"),
                            ("held", "Put on credit hold"),
                            ("released", "Released"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("edited", "Order changed"),
                            ("line_cancelled", "Line cancelled"),
                            ("cancelled", "Order cancelled"),
                            ("reserved", "Stock reserved"),
                            ("backordered", "Waiting for supply"),
                            ("promise_changed", "Promised date changed"),
                            ("picking", "Picking started"),
                            ("shipped", "Shipped"),
                            ("tracked", "On its way"),
                            ("delivered", "Delivered"),
                            ("invoiced", "Invoiced"),
                            ("credited", "Credited"),
                            ("paid", "Paid"),
                            ("return_requested", "Return requested"),
                            ("returned", "Returned"),
                            ("incident", "Incident"),
                            ("note", "Note"),
                            ("closed", "Closed"),
                            ("imported", "Brought from another system"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("is_public", models.BooleanField(default=True, verbose_name="shown to the customer")),
            ],
            options={
                "verbose_name": "order event",
                "verbose_name_plural": "order events",
                "indexes": [
                    models.Index(fields=["order", "-at", "-id"], name="orderevent_by_order"),
                    models.Index(fields=["account", "-id"], name="orderevent_by_account"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "drafted",
                                    "quoted",
                                    "placed",
                                    "held",
                                    "released",
                                    "approved",
                                    "rejected",
                                    "paused",
                                    "resumed",
                                    "edited",
                                    "line_cancelled",
                                    "cancelled",
                                    "reserved",
                                    "backordered",
                                    "promise_changed",
                                    "picking",
                                    "shipped",
                                    "tracked",
                                    "delivered",
                                    "invoiced",
                                    "credited",
                                    "paid",
                                    "return_requested",
                                    "returned",
                                    "incident",
                                    "note",
                                    "closed",
                                    "imported",
                                ],
                            )
                        ),
                        name="orderevent_kind_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "order_status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("quoted", "Quoted"),
                            ("submitted", "Submitted"),
                            ("pending_approval", "Awaiting approval"),
                            ("credit_hold", "Credit hold"),
                            ("released", "Released"),
                            ("paused", "Paused"),
                            ("in_fulfilment", "In fulfilment"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("closed", "Closed"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                        ],
                        editable=False,
                        max_length=16,
                    ),
                ),
                (
                    "billing_policy",
                    models.CharField(
                        choices=[("on_shipment", "What was shipped"), ("on_order", "What was ordered")],
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("is_history", models.BooleanField(default=False, editable=False)),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("goods", "Goods"),
                            ("free", "Free goods"),
                            ("charge", "Charge"),
                            ("deposit", "Returnable packaging"),
                        ],
                        default="goods",
                        max_length=8,
                        verbose_name="type",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="order_lines", to="inventory.product"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.unit"
                    ),
                ),
                ("entered", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                ("factor", models.DecimalField(decimal_places=3, default=1, max_digits=14)),
                ("ordered", models.DecimalField(decimal_places=3, max_digits=14)),
                ("cancelled", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("backordered", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("reserved", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("picked", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("shipped", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("delivered", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("returned", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("invoiced", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("reversed", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("credited", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("price", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="price")),
                (
                    "price_quantity",
                    models.DecimalField(decimal_places=3, default=1, max_digits=10, verbose_name="price per"),
                ),
                (
                    "discount_percent",
                    models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="discount %"),
                ),
                ("price_level", models.CharField(blank=True, max_length=10, verbose_name="price level")),
                (
                    "price_list",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.pricelist",
                    ),
                ),
                ("price_break", models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                ("price_valid_from", models.DateField(blank=True, null=True)),
                (
                    "priced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("unit_cost", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True)),
                (
                    "tax_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.taxclass"
                    ),
                ),
                ("tax_rate", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="VAT %")),
                (
                    "surcharge_rate",
                    models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="surcharge %"),
                ),
                ("requested_on", models.DateField(blank=True, null=True, verbose_name="requested for")),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="promised for")),
                ("first_promised_on", models.DateField(blank=True, null=True, verbose_name="first promised for")),
                (
                    "promise_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stock", "From stock"),
                            ("supply", "From the next delivery of the supplier"),
                            ("no_supply", "Nothing on order with the supplier yet"),
                            ("no_supply_date", "The supplier has not confirmed a date"),
                            ("supply_late", "The supplier is late"),
                            ("on_hold", "The order is on hold"),
                            ("not_stocked", "Goes along with the goods"),
                        ],
                        max_length=16,
                        verbose_name="reason of the date",
                    ),
                ),
                (
                    "pending",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("ordered"), "-", models.F("cancelled")
                                        ),
                                        "-",
                                        models.F("backordered"),
                                    ),
                                    "-",
                                    models.F("reserved"),
                                ),
                                "-",
                                models.F("picked"),
                            ),
                            "-",
                            models.F("shipped"),
                        ),
                        output_field=models.DecimalField(decimal_places=3, max_digits=14),
                    ),
                ),
                (
                    "net",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=models.DecimalField(decimal_places=2, max_digits=14),
                            template="round((ordered - cancelled) * price / price_quantity * (100 - discount_percent) / 100, 2)",
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
                (
                    "open_gross",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=models.DecimalField(decimal_places=2, max_digits=14),
                            template="round((ordered - cancelled - shipped) * price / price_quantity * (100 - discount_percent) / 100 * (100 + tax_rate + surcharge_rate) / 100, 2)",
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
                (
                    "unbilled_gross",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=models.DecimalField(decimal_places=2, max_digits=14),
                            template="round(greatest(shipped - invoiced + reversed, 0) * price / price_quantity * (100 - discount_percent) / 100 * (100 + tax_rate + surcharge_rate) / 100, 2)",
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
                "ordering": ["position"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "orders_orderlineaudit" ("account_id", "cancelled", "discount_percent", "entered", "factor", "id", "order_id", "ordered", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "price", "priced_by_id", "product_id", "promised_on") SELECT new_values."account_id", new_values."cancelled", new_values."discount_percent", new_values."entered", new_values."factor", new_values."id", new_values."order_id", new_values."ordered", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."position", new_values."price", new_values."priced_by_id", new_values."product_id", new_values."promised_on" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."account_id" IS DISTINCT FROM (new_values."account_id") OR old_values."cancelled" IS DISTINCT FROM (new_values."cancelled") OR old_values."discount_percent" IS DISTINCT FROM (new_values."discount_percent") OR old_values."entered" IS DISTINCT FROM (new_values."entered") OR old_values."factor" IS DISTINCT FROM (new_values."factor") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."order_id" IS DISTINCT FROM (new_values."order_id") OR old_values."ordered" IS DISTINCT FROM (new_values."ordered") OR old_values."position" IS DISTINCT FROM (new_values."position") OR old_values."price" IS DISTINCT FROM (new_values."price") OR old_values."priced_by_id" IS DISTINCT FROM (new_values."priced_by_id") OR old_values."product_id" IS DISTINCT FROM (new_values."product_id") OR old_values."promised_on" IS DISTINCT FROM (new_values."promised_on")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="08c6cffcb90559467e986c4df06023410f0c47d8",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e67df",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="orders_orderline",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "orders_orderlineaudit" ("account_id", "cancelled", "discount_percent", "entered", "factor", "id", "order_id", "ordered", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "price", "priced_by_id", "product_id", "promised_on") SELECT old_values."account_id", old_values."cancelled", old_values."discount_percent", old_values."entered", old_values."factor", old_values."id", old_values."order_id", old_values."ordered", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."position", old_values."price", old_values."priced_by_id", old_values."product_id", old_values."promised_on" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="228916ca8000b990ec34c459115aa5eaa056ba36",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_dfb51",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="orders_orderline",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["order", "account", "order_status", "billing_policy", "is_history"],
                        name="orderline_by_order",
                    ),
                    models.Index(
                        condition=models.Q(
                            (
                                "order_status__in",
                                ["released", "paused", "in_fulfilment", "shipped", "delivered", "closed"],
                            ),
                            ("is_history", False),
                            models.Q(("open_gross__gt", 0), ("unbilled_gross__gt", 0), _connector="OR"),
                        ),
                        fields=["account"],
                        include=("open_gross", "unbilled_gross"),
                        name="orderline_exposure",
                    ),
                    models.Index(fields=["product", "order_status"], name="orderline_by_product"),
                    models.Index(
                        condition=models.Q(("backordered__gt", 0)),
                        fields=["product", "id"],
                        name="orderline_backorders",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "position"), name="orderline_position_once"),
                    models.UniqueConstraint(fields=("id", "product", "account"), name="orderline_product_key"),
                    models.UniqueConstraint(fields=("id", "account"), name="orderline_account_key"),
                    models.CheckConstraint(
                        condition=models.Q(("type__in", ["goods", "free", "charge", "deposit"])),
                        name="orderline_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entered__gt", 0), ("factor__gt", 0), ("ordered__gt", 0)),
                        name="orderline_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ordered",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("entered"), "*", models.F("factor")
                                ),
                            )
                        ),
                        name="orderline_ordered_is_entered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("backordered__gte", 0),
                            ("cancelled__gte", 0),
                            ("pending__gte", 0),
                            ("picked__gte", 0),
                            ("reserved__gte", 0),
                            ("shipped__gte", 0),
                        ),
                        name="orderline_partition",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivered__gte", 0), ("delivered__lte", models.F("shipped"))),
                        name="orderline_delivered_within_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned__gte", 0), ("returned__lte", models.F("shipped"))),
                        name="orderline_returned_within_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("invoiced__gte", 0),
                            ("reversed__gte", 0),
                            ("reversed__lte", models.F("invoiced")),
                            models.Q(
                                models.Q(
                                    ("billing_policy", "on_order"),
                                    (
                                        "invoiced__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("ordered"), "-", models.F("cancelled")
                                            ),
                                            "+",
                                            models.F("reversed"),
                                        ),
                                    ),
                                ),
                                models.Q(
                                    ("billing_policy", "on_shipment"),
                                    (
                                        "invoiced__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("shipped"), "+", models.F("reversed")
                                        ),
                                    ),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="orderline_invoiced_within_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credited__gte", 0), ("credited__lte", models.F("invoiced"))),
                        name="orderline_credited_within_invoiced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("type__in", ["goods", "free"]),
                            models.Q(("backordered", 0), ("picked", 0), ("reserved", 0)),
                            _connector="OR",
                        ),
                        name="orderline_only_goods_take_stock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "order_status__in",
                                    [
                                        "draft",
                                        "quoted",
                                        "submitted",
                                        "pending_approval",
                                        "credit_hold",
                                        "rejected",
                                        "expired",
                                    ],
                                ),
                                _negated=True,
                            ),
                            models.Q(("backordered", 0), ("picked", 0), ("reserved", 0), ("shipped", 0)),
                            _connector="OR",
                        ),
                        name="orderline_unreleased_holds_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("order_status__in", ["shipped", "delivered", "closed"]), _negated=True),
                            (
                                "ordered",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cancelled"), "+", models.F("shipped")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="orderline_done_has_nothing_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("order_status", "cancelled"), _negated=True),
                            ("cancelled", models.F("ordered")),
                            _connector="OR",
                        ),
                        name="orderline_cancelled_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("order_status__in", ["delivered", "closed"]), _negated=True),
                            ("is_history", True),
                            (
                                "shipped__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("delivered"), "+", models.F("returned")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="orderline_delivered_means_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_history", False),
                            models.Q(
                                ("backordered", 0),
                                ("credited", 0),
                                ("invoiced", 0),
                                ("picked", 0),
                                ("reserved", 0),
                                ("reversed", 0),
                            ),
                            _connector="OR",
                        ),
                        name="orderline_history_is_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("backordered", 0),
                            ("promised_on__isnull", False),
                            models.Q(("promise_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="orderline_no_date_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_percent__gte", 0),
                            ("discount_percent__lte", 100),
                            ("price__gte", 0),
                            ("price_quantity__gt", 0),
                        ),
                        name="orderline_price_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("type", "free"), _negated=True),
                            ("price", 0),
                            ("discount_percent", 100),
                            _connector="OR",
                        ),
                        name="orderline_free_costs_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("surcharge_rate__gte", 0), ("tax_rate__gte", 0)),
                        name="orderline_tax_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderTransition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_status", models.CharField(max_length=16)),
                ("to_status", models.CharField(max_length=16)),
            ],
            options={
                "verbose_name": "order transition",
                "verbose_name_plural": "order transitions",
                "constraints": [
                    models.UniqueConstraint(fields=("from_status", "to_status"), name="ordertransition_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Peg",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pegs",
                        to="orders.orderline",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.product"
                    ),
                ),
                (
                    "supply",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pegs",
                        to="inventory.purchaseorderline",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                ("promised_on", models.DateField(null=True, verbose_name="promised for")),
            ],
            options={
                "verbose_name": "peg",
                "verbose_name_plural": "pegs",
                "constraints": [
                    models.UniqueConstraint(fields=("line", "supply"), name="peg_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="peg_quantity_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="orders.orderline",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.product"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="inventory.warehouse",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                ("picked", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="picked")),
                ("promised_on", models.DateField(null=True, verbose_name="promised for")),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
                "indexes": [models.Index(fields=["warehouse", "product"], name="reservation_by_level")],
                "constraints": [
                    models.UniqueConstraint(fields=("line", "warehouse"), name="reservation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="reservation_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("picked__gte", 0), ("picked__lte", models.F("quantity"))),
                        name="reservation_picked_within_quantity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="orders.order",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="inventory.warehouse"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="delivery note")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("packed", "Packed"),
                            ("shipped", "Shipped"),
                            ("in_transit", "On its way"),
                            ("exception", "Problem on the way"),
                            ("delivered", "Delivered"),
                            ("returned_to_sender", "Returned to sender"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "carrier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="orders.carrier",
                    ),
                ),
                ("tracking_number", models.CharField(blank=True, max_length=60, verbose_name="tracking number")),
                ("parcels", models.PositiveSmallIntegerField(default=1, verbose_name="parcels")),
                (
                    "ship_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.address",
                    ),
                ),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected on")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="begun at")),
                ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped at")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                ("received_by", models.CharField(blank=True, max_length=120, verbose_name="received by")),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "shipment",
                "verbose_name_plural": "shipments",
                "permissions": [("ship_shipment", "Pick and ship"), ("track_shipment", "Record tracking")],
                "indexes": [
                    models.Index(fields=["-created_at", "-id"], name="shipment_by_created"),
                    models.Index(fields=["status", "-created_at", "-id"], name="shipment_by_status"),
                    models.Index(fields=["customer", "-created_at", "-id"], name="shipment_by_customer"),
                    models.Index(fields=["account", "-created_at", "-id"], name="shipment_by_account"),
                    models.Index(fields=["order"], name="shipment_by_order"),
                    models.Index(
                        condition=models.Q(("tracking_number", ""), _negated=True),
                        fields=["tracking_number"],
                        name="shipment_by_tracking",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "account"), name="shipment_account_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["open", "packed"])),
                        fields=("order", "warehouse"),
                        name="shipment_begun_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "open",
                                    "packed",
                                    "shipped",
                                    "in_transit",
                                    "exception",
                                    "delivered",
                                    "returned_to_sender",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="shipment_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("shipped_at__isnull", True), ("status__in", ["open", "packed", "cancelled"])),
                            models.Q(
                                models.Q(("status__in", ["open", "packed", "cancelled"]), _negated=True),
                                ("shipped_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="shipment_shipped_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("status", "delivered")),
                            models.Q(models.Q(("status", "delivered"), _negated=True), ("delivered_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="shipment_delivered_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delivered_at__isnull", True),
                            ("delivered_at__gte", models.F("shipped_at")),
                            _connector="OR",
                        ),
                        name="shipment_times_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="orders.order",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="orders.shipment",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                ("is_history", models.BooleanField(default=False, verbose_name="brought from another system")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="requested at")),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
            ],
            options={
                "verbose_name": "return",
                "verbose_name_plural": "returns",
                "indexes": [models.Index(fields=["customer", "-requested_at", "-id"], name="return_by_customer")],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "account"), name="return_account_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_key"),
                        name="return_source_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "parent",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.return",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_lines",
                        to="orders.orderline",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.product"
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("authorised", "Authorised"),
                            ("refused", "Refused"),
                            ("in_transit", "On its way back"),
                            ("received", "Received"),
                            ("inspected", "Inspected"),
                            ("closed", "Closed"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("requested", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="requested")),
                (
                    "authorised",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="authorised"),
                ),
                ("received", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="received")),
                (
                    "restocked",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="restocked"),
                ),
                ("scrapped", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="scrapped")),
                ("price", models.DecimalField(decimal_places=4, default=0, max_digits=14, verbose_name="price")),
            ],
            options={
                "verbose_name": "return line",
                "verbose_name_plural": "return lines",
                "constraints": [
                    models.UniqueConstraint(fields=("parent", "position"), name="returnline_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["requested", "authorised", "refused", "in_transit", "received", "inspected", "closed"],
                            )
                        ),
                        name="returnline_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requested__gt", 0)), name="returnline_requested_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("authorised__gte", 0), ("authorised__lte", models.F("requested"))),
                        name="returnline_authorised_within_requested",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received__gte", 0), ("received__lte", models.F("authorised"))),
                        name="returnline_received_within_authorised",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "received__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("restocked"), "+", models.F("scrapped")
                                ),
                            ),
                            ("restocked__gte", 0),
                            ("scrapped__gte", 0),
                        ),
                        name="returnline_outcome_within_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True),
                            (
                                "received",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("restocked"), "+", models.F("scrapped")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="returnline_closed_is_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="orders.order",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="incidents", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="orders.shipment",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delay", "Delay"),
                            ("damage", "Damage"),
                            ("loss", "Loss"),
                            ("shortage", "Shortage"),
                            ("refusal", "Refusal"),
                            ("wrong_address", "Wrong address"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("in_progress", "Being dealt with"), ("solved", "Solved")],
                        default="open",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("description", models.TextField(verbose_name="what happened")),
                ("outcome", models.TextField(blank=True, verbose_name="outcome")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="deadline")),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="reported at")),
                ("solved_at", models.DateTimeField(blank=True, null=True, verbose_name="solved at")),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "indexes": [
                    models.Index(fields=["customer", "-opened_at", "-id"], name="incident_by_customer"),
                    models.Index(
                        condition=models.Q(("status", "solved"), _negated=True),
                        fields=["due_on", "id"],
                        name="incident_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["delay", "damage", "loss", "shortage", "refusal", "wrong_address"])
                        ),
                        name="incident_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "in_progress", "solved"])),
                        name="incident_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("solved_at__isnull", False),
                                ("status", "solved"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(models.Q(("status", "solved"), _negated=True), ("solved_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="incident_solved_has_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.shipment",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment_lines",
                        to="orders.orderline",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                (
                    "delivered",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="delivered"),
                ),
                ("invoiced", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="invoiced")),
                ("reversed", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="reversed")),
            ],
            options={
                "verbose_name": "shipment line",
                "verbose_name_plural": "shipment lines",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "quantity__gt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("invoiced"), "-", models.F("reversed")
                                ),
                            )
                        ),
                        fields=["shipment"],
                        name="shipmentline_to_bill",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "line"), name="shipmentline_once"),
                    models.UniqueConstraint(fields=("id", "line"), name="shipmentline_line_key"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="shipmentline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivered__gte", 0), ("delivered__lte", models.F("quantity"))),
                        name="shipmentline_delivered_within_quantity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reversed__gte", 0),
                            ("reversed__lte", models.F("invoiced")),
                            (
                                "invoiced__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("quantity"), "+", models.F("reversed")
                                ),
                            ),
                        ),
                        name="shipmentline_billed_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracking_events",
                        to="orders.shipment",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("collected", "Collected by the carrier"),
                            ("in_transit", "On its way"),
                            ("out_for_delivery", "Out for delivery"),
                            ("delayed", "Delayed"),
                            ("damaged", "Damaged"),
                            ("refused", "Refused"),
                            ("delivered", "Delivered"),
                            ("returned", "Returned to sender"),
                        ],
                        max_length=20,
                        verbose_name="event",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("location", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "tracking event",
                "verbose_name_plural": "tracking events",
                "indexes": [models.Index(fields=["shipment", "-at"], name="trackingevent_by_shipment")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "collected",
                                    "in_transit",
                                    "out_for_delivery",
                                    "delayed",
                                    "damaged",
                                    "refused",
                                    "delivered",
                                    "returned",
                                ],
                            )
                        ),
                        name="trackingevent_code_known",
                    ),
                    models.UniqueConstraint(fields=("shipment", "code", "at"), name="trackingevent_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderAudit",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="name_currency_credit_limit_is_blocked_events",
                        to="orders.order",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "issuer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.issuer",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.account",
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("quoted", "Quoted"),
                            ("submitted", "Submitted"),
                            ("pending_approval", "Awaiting approval"),
                            ("credit_hold", "Credit hold"),
                            ("released", "Released"),
                            ("paused", "Paused"),
                            ("in_fulfilment", "In fulfilment"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("closed", "Closed"),
                            ("rejected", "Rejected"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "billing_policy",
                    models.CharField(
                        choices=[("on_shipment", "What was shipped"), ("on_order", "What was ordered")],
                        max_length=12,
                        verbose_name="invoices bill",
                    ),
                ),
                ("is_history", models.BooleanField(default=False, verbose_name="brought from another system")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("desk", "Desk"),
                            ("phone", "Phone"),
                            ("portal", "Portal"),
                            ("file", "File"),
                            ("api", "API"),
                            ("import", "Import"),
                        ],
                        max_length=8,
                        verbose_name="channel",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("customer_name", models.CharField(max_length=160, verbose_name="customer")),
                ("customer_po", models.CharField(blank=True, max_length=60, verbose_name="customer's PO")),
                ("po_must_be_unique", models.BooleanField(default=True, editable=False)),
                (
                    "po_override_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("po_override_reason", models.CharField(blank=True, editable=False, max_length=200)),
                ("placed_at", models.DateTimeField(verbose_name="placed")),
                (
                    "placed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "ship_to",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.address",
                    ),
                ),
                ("requested_on", models.DateField(blank=True, null=True, verbose_name="requested for")),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="promised for")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="quote valid until")),
                (
                    "credit_decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("within_limit", "Within the limit"),
                            ("no_limit", "No limit set"),
                            ("override", "Released by a person"),
                        ],
                        max_length=12,
                        null=True,
                        verbose_name="credit decision",
                    ),
                ),
                (
                    "credit_decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hold_reason", models.CharField(blank=True, max_length=200, verbose_name="reason of the hold")),
                ("note", models.TextField(blank=True, verbose_name="note for the warehouse")),
                ("net", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="net")),
                ("tax", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="tax")),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="total")),
                ("line_count", models.PositiveIntegerField(default=0, verbose_name="lines")),
                ("version", models.PositiveIntegerField(default=0)),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrderLineAudit",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="name_currency_credit_limit_is_blocked_events",
                        to="orders.orderline",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orders.order",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.account",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.product",
                    ),
                ),
                ("entered", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                ("factor", models.DecimalField(decimal_places=3, default=1, max_digits=14)),
                ("ordered", models.DecimalField(decimal_places=3, max_digits=14)),
                ("cancelled", models.DecimalField(decimal_places=3, default=0, max_digits=14)),
                ("price", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="price")),
                (
                    "discount_percent",
                    models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="discount %"),
                ),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="promised for")),
                (
                    "priced_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
