import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

import customers.models.text


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0001_initial"),
        ("orders", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="series", to="customers.issuer"
                    ),
                ),
                ("code", models.CharField(max_length=8, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("last_number", models.PositiveIntegerField(default=0, verbose_name="last number")),
                ("last_issued_on", models.DateField(blank=True, null=True, verbose_name="last date")),
            ],
            options={
                "verbose_name": "invoice series",
                "verbose_name_plural": "invoice series",
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "code"), name="invoiceseries_once"),
                    models.UniqueConstraint(fields=("id", "issuer", "kind"), name="invoiceseries_kind_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.issuer"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.invoiceseries",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="customers.customer"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="orders.order",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("issued", "Issued")],
                        default="draft",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("sequence", models.PositiveIntegerField(blank=True, null=True, verbose_name="number in the series")),
                ("number", models.CharField(blank=True, max_length=24, null=True, verbose_name="number")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("language", models.CharField(default="es", max_length=5, verbose_name="language")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due on")),
                ("supplied_on", models.DateField(blank=True, null=True, verbose_name="supplied on")),
                ("payer_name", models.CharField(max_length=160, verbose_name="payer")),
                ("parties", models.JSONField(default=dict)),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("net", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="net")),
                ("tax", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="tax")),
                ("gross", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="total")),
                ("settled", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="settled")),
                (
                    "pdf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.storedfile",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "open_amount",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("gross"), "-", models.F("settled")
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=customers.models.text.Words(
                            customers.models.text._Joined(
                                django.db.models.functions.comparison.Coalesce(models.F("number"), models.Value("")),
                                django.db.models.functions.comparison.Coalesce(
                                    models.F("payer_name"), models.Value("")
                                ),
                            )
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
                "permissions": [("issue_invoice", "Issue invoices and credit notes")],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="invoice_words"),
                    models.Index(fields=["-issued_on", "-id"], name="invoice_by_issued"),
                    models.Index(fields=["-gross", "-id"], name="invoice_by_gross"),
                    models.Index(fields=["customer", "-issued_on", "-id"], name="invoice_by_customer"),
                    models.Index(fields=["payer", "-issued_on", "-id"], name="invoice_by_payer"),
                    models.Index(fields=["account", "-issued_on", "-id"], name="invoice_by_account"),
                    models.Index(
                        condition=models.Q(
                            ("kind", "invoice"), ("settled__lt", models.F("gross")), ("status", "issued")
                        ),
                        fields=["due_on", "id"],
                        name="invoice_open_by_due",
                    ),
                    models.Index(
                        condition=models.Q(("settled__lt", models.F("gross")), ("status", "issued")),
                        fields=["account"],
                        include=("kind", "open_amount"),
                        name="invoice_open_by_account",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "sequence"), name="invoice_sequence_once"),
                    models.UniqueConstraint(fields=("issuer", "number"), name="invoice_number_once"),
                    models.UniqueConstraint(fields=("id", "payer", "currency"), name="invoice_payer_key"),
                    models.UniqueConstraint(fields=("id", "payer", "currency", "kind"), name="invoice_kind_key"),
                    models.UniqueConstraint(fields=("id", "account"), name="invoice_account_key"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["invoice", "credit_note"])), name="invoice_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "issued"])), name="invoice_status_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issued_on__isnull", True),
                                ("number__isnull", True),
                                ("sequence__isnull", True),
                                ("settled", 0),
                                ("status", "draft"),
                            ),
                            models.Q(
                                ("issued_on__isnull", False),
                                ("number__isnull", False),
                                ("sequence__isnull", False),
                                ("series__isnull", False),
                                ("status", "issued"),
                            ),
                            _connector="OR",
                        ),
                        name="invoice_draft_has_no_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(models.F("net"), "+", models.F("tax")),
                            )
                        ),
                        name="invoice_totals_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("net__gte", 0), ("tax__gte", 0)), name="invoice_totals_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("settled__gte", 0), ("settled__lte", models.F("gross"))),
                        name="invoice_settled_within_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__isnull", True), ("due_on__gte", models.F("issued_on")), _connector="OR"
                        ),
                        name="invoice_due_after_issue",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "credit_note"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="invoice_credit_note_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="billing.invoice",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("method", models.CharField(default="transfer", max_length=20, verbose_name="method")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("settled", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="settled")),
            ],
            options={
                "verbose_name": "instalment",
                "verbose_name_plural": "instalments",
                "ordering": ["position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled__lt", models.F("amount"))),
                        fields=["due_on", "invoice"],
                        name="instalment_open_by_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "position"), name="instalment_position_once"),
                    models.UniqueConstraint(fields=("id", "invoice"), name="instalment_invoice_key"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="instalment_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("settled__gte", 0), ("settled__lte", models.F("amount"))),
                        name="instalment_settled_within_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.issuer"
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "Received"), ("out", "Refunded")],
                        default="in",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("transfer", "Bank transfer"),
                            ("direct_debit", "Direct debit"),
                            ("card", "Card"),
                            ("cash", "Cash"),
                            ("note", "Promissory note"),
                        ],
                        max_length=12,
                        verbose_name="method",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                (
                    "allocated",
                    models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="allocated"),
                ),
                ("value_on", models.DateField(verbose_name="value date")),
                (
                    "bank_reference",
                    models.CharField(blank=True, max_length=80, null=True, verbose_name="bank reference"),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "unallocated",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "-", models.F("allocated")
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "permissions": [("allocate_payment", "Allocate payments")],
                "indexes": [
                    models.Index(fields=["-value_on", "-id"], name="payment_by_value_date"),
                    models.Index(fields=["payer", "-value_on", "-id"], name="payment_by_payer"),
                    models.Index(fields=["account", "-value_on", "-id"], name="payment_by_account"),
                    models.Index(
                        condition=models.Q(("allocated__lt", models.F("amount"))),
                        fields=["account"],
                        name="payment_unallocated",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "bank_reference"), name="payment_bank_reference_once"),
                    models.UniqueConstraint(fields=("id", "payer", "currency"), name="payment_payer_key"),
                    models.UniqueConstraint(
                        fields=("id", "payer", "currency", "direction"), name="payment_direction_key"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_amount_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("allocated__gte", 0), ("allocated__lte", models.F("amount"))),
                        name="payment_allocated_within_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["transfer", "direct_debit", "card", "cash", "note"])),
                        name="payment_method_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["in", "out"])), name="payment_direction_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bank_reference__isnull", True),
                            models.Q(("bank_reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_bank_reference_not_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.payment",
                    ),
                ),
                ("payment_direction", models.CharField(default="in", editable=False, max_length=3)),
                (
                    "credit_note",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="used_in",
                        to="billing.invoice",
                    ),
                ),
                ("credit_note_kind", models.CharField(default="credit_note", editable=False, max_length=12)),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.invoice",
                    ),
                ),
                ("invoice_kind", models.CharField(default="invoice", editable=False, max_length=12)),
                (
                    "instalment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.instalment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunded_from",
                        to="billing.payment",
                    ),
                ),
                ("refund_direction", models.CharField(default="out", editable=False, max_length=3)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="billing.allocation",
                    ),
                ),
                ("value_on", models.DateField(verbose_name="value date")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "allocation",
                "verbose_name_plural": "allocations",
                "indexes": [
                    models.Index(fields=["payment"], name="allocation_by_payment"),
                    models.Index(fields=["credit_note"], name="allocation_by_credit_note"),
                    models.Index(fields=["invoice"], name="allocation_by_invoice"),
                    models.Index(fields=["account", "-id"], name="allocation_by_account"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit_note__isnull", True), ("payment__isnull", False)),
                            models.Q(("credit_note__isnull", False), ("payment__isnull", True)),
                            _connector="OR",
                        ),
                        name="allocation_one_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("instalment__isnull", False), ("invoice__isnull", False), ("refund__isnull", True)
                            ),
                            models.Q(
                                ("instalment__isnull", True), ("invoice__isnull", True), ("refund__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="allocation_one_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("reverses__isnull", True)),
                            models.Q(("amount__lt", 0), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="allocation_sign",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credit_note_kind", "credit_note"),
                            ("invoice_kind", "invoice"),
                            ("payment_direction", "in"),
                            ("refund_direction", "out"),
                        ),
                        name="allocation_kinds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="billing.invoice",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="position")),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="orders.orderline",
                    ),
                ),
                (
                    "shipment_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_lines",
                        to="orders.shipmentline",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="billing.invoiceline",
                    ),
                ),
                (
                    "credit_kind",
                    models.CharField(
                        blank=True,
                        choices=[("reversal", "Reversal"), ("goods", "Goods returned"), ("price", "Price corrected")],
                        max_length=8,
                        verbose_name="corrects",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="code")),
                ("description", models.CharField(max_length=200, verbose_name="description")),
                ("unit", models.CharField(blank=True, max_length=12, verbose_name="unit")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                ("price", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="price")),
                (
                    "price_quantity",
                    models.DecimalField(decimal_places=3, default=1, max_digits=10, verbose_name="price per"),
                ),
                (
                    "discount_percent",
                    models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="discount %"),
                ),
                ("tax_rate", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="VAT %")),
                (
                    "surcharge_rate",
                    models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="surcharge %"),
                ),
                (
                    "net",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=models.DecimalField(decimal_places=2, max_digits=14),
                            template="round(quantity * price / price_quantity * (100 - discount_percent) / 100, 2)",
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice line",
                "verbose_name_plural": "invoice lines",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "position"), name="invoiceline_position_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="invoiceline_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("discount_percent__gte", 0),
                            ("discount_percent__lte", 100),
                            ("price__gte", 0),
                            ("price_quantity__gt", 0),
                        ),
                        name="invoiceline_price_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects__isnull", True), ("credit_kind", "")),
                            models.Q(("corrects__isnull", False), ("credit_kind__in", ["reversal", "goods", "price"])),
                            _connector="OR",
                        ),
                        name="invoiceline_correction_refers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "credit_note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="references", to="billing.invoice"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_note_references",
                        to="billing.invoice",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
            ],
            options={
                "verbose_name": "reference",
                "verbose_name_plural": "references",
                "constraints": [
                    models.UniqueConstraint(fields=("credit_note", "invoice"), name="invoicereference_once"),
                    models.CheckConstraint(
                        condition=models.Q(("credit_note", models.F("invoice")), _negated=True),
                        name="invoicereference_not_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceTax",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "invoice",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taxes",
                        to="billing.invoice",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("rate", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="VAT %")),
                (
                    "surcharge_rate",
                    models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="surcharge %"),
                ),
                ("base", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="base")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="VAT")),
                (
                    "surcharge",
                    models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="surcharge"),
                ),
            ],
            options={
                "verbose_name": "invoice tax",
                "verbose_name_plural": "invoice taxes",
                "ordering": ["-rate", "-surcharge_rate"],
                "constraints": [
                    models.UniqueConstraint(fields=("invoice", "rate", "surcharge_rate"), name="invoicetax_rate_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                models.Func(
                                    output_field=models.DecimalField(decimal_places=2, max_digits=14),
                                    template="round(base * rate / 100, 2)",
                                ),
                            ),
                            (
                                "surcharge",
                                models.Func(
                                    output_field=models.DecimalField(decimal_places=2, max_digits=14),
                                    template="round(base * surcharge_rate / 100, 2)",
                                ),
                            ),
                        ),
                        name="invoicetax_rounded_half_up",
                    ),
                ],
            },
        ),
    ]
