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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "product line",
                "verbose_name_plural": "product lines",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ProductFamily",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="families", to="inventory.productline"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
            ],
            options={
                "verbose_name": "product family",
                "verbose_name_plural": "product families",
            },
        ),
        migrations.CreateModel(
            name="Supplier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("lead_days", models.PositiveSmallIntegerField(default=7, verbose_name="lead time in days")),
            ],
            options={
                "verbose_name": "supplier",
                "verbose_name_plural": "suppliers",
            },
        ),
        migrations.CreateModel(
            name="TaxClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
            ],
            options={
                "verbose_name": "tax class",
                "verbose_name_plural": "tax classes",
            },
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("contract", "Contract"),
                            ("promotion", "Promotion"),
                            ("customer", "Customer"),
                            ("group", "Group"),
                            ("segment", "Segment"),
                            ("base", "Base"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.account",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.segment",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True, help_text="The last day; empty for no end.", null=True, verbose_name="until"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "rank",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(level="contract", then=models.Value(0)),
                            models.When(level="promotion", then=models.Value(1)),
                            models.When(level="customer", then=models.Value(2)),
                            models.When(level="group", then=models.Value(3)),
                            models.When(level="segment", then=models.Value(4)),
                            models.When(level="base", then=models.Value(5)),
                            output_field=models.SmallIntegerField(),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "price list",
                "verbose_name_plural": "price lists",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_pricelistaudit" ("code", "currency", "customer_id", "group_id", "id", "is_active", "level", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "segment_id", "valid_from", "valid_to") SELECT new_values."code", new_values."currency", new_values."customer_id", new_values."group_id", new_values."id", new_values."is_active", new_values."level", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."segment_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="b7a6552b0d0911a2408d2561fb6c87a5b87ffdad",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_bb6a4",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="inventory_pricelist",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_pricelistaudit" ("code", "currency", "customer_id", "group_id", "id", "is_active", "level", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "segment_id", "valid_from", "valid_to") SELECT new_values."code", new_values."currency", new_values."customer_id", new_values."group_id", new_values."id", new_values."is_active", new_values."level", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."segment_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="abe6bf538073337df86c0bc5592fa95486865521",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a0d8b",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="inventory_pricelist",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_pricelistaudit" ("code", "currency", "customer_id", "group_id", "id", "is_active", "level", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "segment_id", "valid_from", "valid_to") SELECT old_values."code", old_values."currency", old_values."customer_id", old_values."group_id", old_values."id", old_values."is_active", old_values."level", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."segment_id", old_values."valid_from", old_values."valid_to" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="03d7eaa3876cf19416128ad97d2795a2dc899b4e",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_00d8f",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="inventory_pricelist",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("customer__isnull", False)),
                        fields=["customer"],
                        name="pricelist_by_customer",
                    ),
                    models.Index(
                        condition=models.Q(("group__isnull", False)), fields=["group"], name="pricelist_by_group"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__in", ["contract", "promotion", "customer", "group", "segment", "base"])
                        ),
                        name="pricelist_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="pricelist_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("customer__isnull", False),
                                ("group__isnull", True),
                                ("level__in", ["contract", "customer"]),
                                ("segment__isnull", True),
                            ),
                            models.Q(
                                ("customer__isnull", True),
                                ("group__isnull", False),
                                ("level", "group"),
                                ("segment__isnull", True),
                            ),
                            models.Q(
                                ("customer__isnull", True),
                                ("group__isnull", True),
                                ("level", "segment"),
                                ("segment__isnull", False),
                            ),
                            models.Q(("customer__isnull", True), ("group__isnull", True), ("level", "promotion")),
                            models.Q(
                                ("customer__isnull", True),
                                ("group__isnull", True),
                                ("level", "base"),
                                ("segment__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="pricelist_owner_fits_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=3, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("symbol", models.CharField(max_length=12, verbose_name="symbol")),
                ("decimals", models.PositiveSmallIntegerField(default=0, verbose_name="decimals")),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("decimals__lte", 3)), name="unit_decimals_range")
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "Goods"), ("charge", "Charge"), ("deposit", "Returnable packaging")],
                        default="goods",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="inventory.productfamily",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="products", to="inventory.productline"
                    ),
                ),
                (
                    "tax_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.taxclass"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.unit"
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        blank=True, help_text="As printed: 12 × 500 g", max_length=60, verbose_name="format"
                    ),
                ),
                (
                    "price_quantity",
                    models.DecimalField(decimal_places=3, default=1, max_digits=10, verbose_name="price per"),
                ),
                (
                    "cost",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="cost"),
                ),
                (
                    "minimum_quantity",
                    models.DecimalField(decimal_places=3, default=1, max_digits=14, verbose_name="minimum quantity"),
                ),
                (
                    "multiple",
                    models.DecimalField(
                        decimal_places=3, default=1, max_digits=14, verbose_name="sold in multiples of"
                    ),
                ),
                (
                    "weight_kg",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="weight (kg)"
                    ),
                ),
                ("is_catch_weight", models.BooleanField(default=False, verbose_name="billed by weight")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("phased_out", "Phased out"),
                            ("discontinued", "Discontinued"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="inventory.product",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=customers.models.text.Key(models.F("name")),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=customers.models.text.Words(
                            customers.models.text._Joined(
                                customers.models.text._Joined(
                                    django.db.models.functions.comparison.Coalesce(models.F("code"), models.Value("")),
                                    django.db.models.functions.comparison.Coalesce(models.F("name"), models.Value("")),
                                ),
                                django.db.models.functions.comparison.Coalesce(models.F("format"), models.Value("")),
                            )
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "permissions": [("view_cost", "See costs and margins")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_productaudit" ("code", "cost", "created_at", "family_id", "format", "id", "is_catch_weight", "kind", "line_id", "minimum_quantity", "multiple", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_quantity", "source", "source_key", "status", "successor_id", "tax_class_id", "unit_id", "weight_kg") SELECT new_values."code", new_values."cost", new_values."created_at", new_values."family_id", new_values."format", new_values."id", new_values."is_catch_weight", new_values."kind", new_values."line_id", new_values."minimum_quantity", new_values."multiple", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."price_quantity", new_values."source", new_values."source_key", new_values."status", new_values."successor_id", new_values."tax_class_id", new_values."unit_id", new_values."weight_kg" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="75a1a5af833eafba12d64bc76d38c6ad3f636fda",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_936b5",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="inventory_product",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_productaudit" ("code", "cost", "created_at", "family_id", "format", "id", "is_catch_weight", "kind", "line_id", "minimum_quantity", "multiple", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_quantity", "source", "source_key", "status", "successor_id", "tax_class_id", "unit_id", "weight_kg") SELECT new_values."code", new_values."cost", new_values."created_at", new_values."family_id", new_values."format", new_values."id", new_values."is_catch_weight", new_values."kind", new_values."line_id", new_values."minimum_quantity", new_values."multiple", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."price_quantity", new_values."source", new_values."source_key", new_values."status", new_values."successor_id", new_values."tax_class_id", new_values."unit_id", new_values."weight_kg" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."code" IS DISTINCT FROM (new_values."code") OR old_values."cost" IS DISTINCT FROM (new_values."cost") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."family_id" IS DISTINCT FROM (new_values."family_id") OR old_values."format" IS DISTINCT FROM (new_values."format") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_catch_weight" IS DISTINCT FROM (new_values."is_catch_weight") OR old_values."kind" IS DISTINCT FROM (new_values."kind") OR old_values."line_id" IS DISTINCT FROM (new_values."line_id") OR old_values."minimum_quantity" IS DISTINCT FROM (new_values."minimum_quantity") OR old_values."multiple" IS DISTINCT FROM (new_values."multiple") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."price_quantity" IS DISTINCT FROM (new_values."price_quantity") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."source_key" IS DISTINCT FROM (new_values."source_key") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."successor_id" IS DISTINCT FROM (new_values."successor_id") OR old_values."tax_class_id" IS DISTINCT FROM (new_values."tax_class_id") OR old_values."unit_id" IS DISTINCT FROM (new_values."unit_id") OR old_values."weight_kg" IS DISTINCT FROM (new_values."weight_kg")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="1f7c9e9b95fad67a6b1a20a7b00720213d90fa04",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_23ae4",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="inventory_product",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_productaudit" ("code", "cost", "created_at", "family_id", "format", "id", "is_catch_weight", "kind", "line_id", "minimum_quantity", "multiple", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_quantity", "source", "source_key", "status", "successor_id", "tax_class_id", "unit_id", "weight_kg") SELECT old_values."code", old_values."cost", old_values."created_at", old_values."family_id", old_values."format", old_values."id", old_values."is_catch_weight", old_values."kind", old_values."line_id", old_values."minimum_quantity", old_values."multiple", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."price_quantity", old_values."source", old_values."source_key", old_values."status", old_values."successor_id", old_values."tax_class_id", old_values."unit_id", old_values."weight_kg" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="7b592a1dd73df2b5d449532ed47b72a9a99de303",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c5b0b",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="inventory_product",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="product_words"),
                    models.Index(fields=["search_key", "id"], name="product_by_name"),
                    models.Index(fields=["line", "search_key", "id"], name="product_by_line"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_key"),
                        name="product_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_quantity__gt", 0)), name="product_price_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_quantity__gt", 0), ("multiple__gt", 0)),
                        name="product_pack_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__isnull", True), ("cost__gte", 0), _connector="OR"),
                        name="product_cost_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("successor", models.F("id")), _negated=True),
                        name="product_not_own_successor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["goods", "charge", "deposit"])), name="product_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "active", "phased_out", "discontinued"])),
                        name="product_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="inventory.pricelist"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="price_rules", to="inventory.product"
                    ),
                ),
                (
                    "minimum_quantity",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="from quantity"),
                ),
                ("price", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="price")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_priceruleaudit" ("id", "minimum_quantity", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "price_list_id", "product_id", "valid_from", "valid_to") SELECT new_values."id", new_values."minimum_quantity", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."price", new_values."price_list_id", new_values."product_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="cecc59d55225168f99b7758107808bd97ba30031",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_21326",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="inventory_pricerule",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_priceruleaudit" ("id", "minimum_quantity", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "price_list_id", "product_id", "valid_from", "valid_to") SELECT new_values."id", new_values."minimum_quantity", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."price", new_values."price_list_id", new_values."product_id", new_values."valid_from", new_values."valid_to" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="e59fe7573482cc759d1ab6573be3cc4d37548bb4",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ab1f7",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="inventory_pricerule",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_priceruleaudit" ("id", "minimum_quantity", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "price_list_id", "product_id", "valid_from", "valid_to") SELECT old_values."id", old_values."minimum_quantity", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."price", old_values."price_list_id", old_values."product_id", old_values."valid_from", old_values."valid_to" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="3bb81529c931eb75c58c8d991cf8f208b20b5be1",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_21bcc",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="inventory_pricerule",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["product", "price_list", "-minimum_quantity", "-valid_from"],
                        include=("price", "valid_to"),
                        name="pricerule_lookup",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("price__gte", 0)), name="pricerule_price_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_quantity__gte", 0)), name="pricerule_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="pricerule_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="packs", to="inventory.product"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.unit"
                    ),
                ),
                ("factor", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="holds")),
            ],
            options={
                "verbose_name": "pack",
                "verbose_name_plural": "packs",
                "constraints": [
                    models.UniqueConstraint(fields=("product", "unit"), name="productpack_once"),
                    models.CheckConstraint(condition=models.Q(("factor__gt", 0)), name="productpack_factor_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductBarcode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="barcodes", to="inventory.product"
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="barcodes",
                        to="inventory.productpack",
                    ),
                ),
                ("code", models.CharField(max_length=14, unique=True, verbose_name="barcode")),
            ],
            options={
                "verbose_name": "barcode",
                "verbose_name_plural": "barcodes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^([0-9]{8}|[0-9]{12,14})$")), name="productbarcode_gtin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warehouses", to="customers.issuer"
                    ),
                ),
                ("code", models.CharField(max_length=8, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("stock", "Stock"), ("transit", "In transit")],
                        default="stock",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("street", models.CharField(blank=True, max_length=160, verbose_name="street")),
                ("postcode", models.CharField(blank=True, max_length=12, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                (
                    "cut_off",
                    models.TimeField(
                        help_text="Orders placed later leave on the next working day.", verbose_name="cut-off"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "warehouse",
                "verbose_name_plural": "warehouses",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["stock", "transit"])), name="warehouse_kind_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_orders",
                        to="inventory.supplier",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_orders",
                        to="inventory.warehouse",
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sent", "Sent"),
                            ("confirmed", "Confirmed"),
                            ("received", "Received"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("ordered_on", models.DateField(verbose_name="ordered on")),
            ],
            options={
                "verbose_name": "purchase order",
                "verbose_name_plural": "purchase orders",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_purchaseorderaudit" ("id", "number", "ordered_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "supplier_id", "warehouse_id") SELECT new_values."id", new_values."number", new_values."ordered_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."status", new_values."supplier_id", new_values."warehouse_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="33b91f6498894c03ac817b2c7dd0b92994362684",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3db17",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="inventory_purchaseorder",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_purchaseorderaudit" ("id", "number", "ordered_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "supplier_id", "warehouse_id") SELECT new_values."id", new_values."number", new_values."ordered_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."status", new_values."supplier_id", new_values."warehouse_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="2e0c48aae7727f3600eb69158098a278de8323ed",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_07837",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="inventory_purchaseorder",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "inventory_purchaseorderaudit" ("id", "number", "ordered_on", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "supplier_id", "warehouse_id") SELECT old_values."id", old_values."number", old_values."ordered_on", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."status", old_values."supplier_id", old_values."warehouse_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="130992e79cac7e741f03f177e429a8064a635c49",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_cd798",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="inventory_purchaseorder",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "sent", "confirmed", "received", "cancelled"])),
                        name="purchaseorder_status_known",
                    ),
                    models.UniqueConstraint(fields=("id", "warehouse"), name="purchaseorder_warehouse_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "tax_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="inventory.taxclass"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("rate", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="VAT %")),
                (
                    "surcharge",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=5, verbose_name="equivalence surcharge %"
                    ),
                ),
            ],
            options={
                "verbose_name": "tax rate",
                "verbose_name_plural": "tax rates",
                "constraints": [
                    models.UniqueConstraint(fields=("tax_class", "valid_from"), name="taxrate_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate__gte", 0), ("rate__lte", 100), ("surcharge__gte", 0), ("surcharge__lte", 100)
                        ),
                        name="taxrate_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="inventory.product"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="inventory.warehouse"
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opening", "Opening stock"),
                            ("receipt", "Receipt"),
                            ("shipment", "Shipment"),
                            ("return", "Return"),
                            ("adjustment", "Adjustment"),
                            ("count", "Stock count"),
                            ("transfer_out", "Transfer out"),
                            ("transfer_in", "Transfer in"),
                            ("scrap", "Scrapped"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="document")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "stock movement",
                "verbose_name_plural": "stock movements",
                "indexes": [models.Index(fields=["product", "warehouse", "-at"], name="stockmovement_by_level")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True), name="stockmovement_moves"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "opening",
                                    "receipt",
                                    "shipment",
                                    "return",
                                    "adjustment",
                                    "count",
                                    "transfer_out",
                                    "transfer_in",
                                    "scrap",
                                ],
                            )
                        ),
                        name="stockmovement_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["opening", "receipt", "return", "transfer_in"]), ("quantity__gt", 0)
                            ),
                            models.Q(("kind__in", ["shipment", "transfer_out", "scrap"]), ("quantity__lt", 0)),
                            ("kind__in", ["adjustment", "count"]),
                            _connector="OR",
                        ),
                        name="stockmovement_sign_fits_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["adjustment", "scrap"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="stockmovement_reason_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stock_levels", to="inventory.product"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_levels",
                        to="inventory.warehouse",
                    ),
                ),
                ("on_hand", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="on hand")),
                ("reserved", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="reserved")),
                ("held", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="held")),
                (
                    "quarantined",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="in quarantine"),
                ),
                (
                    "reorder_point",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="reorder point"),
                ),
                ("bin", models.CharField(blank=True, max_length=20, verbose_name="place")),
                (
                    "available",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("on_hand"), "-", models.F("reserved")
                                ),
                                "-",
                                models.F("held"),
                            ),
                            "-",
                            models.F("quarantined"),
                        ),
                        output_field=models.DecimalField(decimal_places=3, max_digits=14),
                    ),
                ),
            ],
            options={
                "verbose_name": "stock level",
                "verbose_name_plural": "stock levels",
                "permissions": [("adjust_stock", "Adjust stock")],
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "product"), name="stocklevel_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held__gte", 0), ("on_hand__gte", 0), ("quarantined__gte", 0), ("reserved__gte", 0)
                        ),
                        name="stocklevel_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "on_hand__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("reserved"), "+", models.F("held")
                                    ),
                                    "+",
                                    models.F("quarantined"),
                                ),
                            )
                        ),
                        name="stocklevel_not_oversold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="inventory.product"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="inventory.warehouse"
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="quantity")),
                ("document", models.CharField(max_length=60, verbose_name="document")),
                ("expires_at", models.DateTimeField(verbose_name="until")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="held at")),
            ],
            options={
                "verbose_name": "soft hold",
                "verbose_name_plural": "soft holds",
                "indexes": [models.Index(fields=["expires_at"], name="stockhold_by_expiry")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="stockhold_quantity_positive"),
                    models.UniqueConstraint(fields=("document", "product", "warehouse"), name="stockhold_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="inventory.purchaseorder"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.warehouse"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supply", to="inventory.product"
                    ),
                ),
                ("expected", models.DecimalField(decimal_places=3, max_digits=14, verbose_name="expected")),
                ("received", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="received")),
                ("pegged", models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="pegged")),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected on")),
                ("is_closed", models.BooleanField(default=False, verbose_name="closed")),
            ],
            options={
                "verbose_name": "purchase order line",
                "verbose_name_plural": "purchase order lines",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_closed", False)),
                        fields=["product", "expected_on", "id"],
                        name="purchaseorderline_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "product"), name="purchaseorderline_product_key"),
                    models.UniqueConstraint(fields=("order", "product"), name="purchaseorderline_once"),
                    models.CheckConstraint(
                        condition=models.Q(("expected__gt", 0)), name="purchaseorderline_expected_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received__gte", 0)), name="purchaseorderline_received_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pegged__gte", 0),
                            models.Q(
                                ("pegged", 0),
                                (
                                    "pegged__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("expected"), "-", models.F("received")
                                    ),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="purchaseorderline_pegged_within_supply",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_closed", False), ("pegged", 0), _connector="OR"),
                        name="purchaseorderline_closed_pegs_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WarehouseRegion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="regions", to="inventory.warehouse"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="warehouses", to="customers.region"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rank")),
                ("transit_days", models.PositiveSmallIntegerField(default=1, verbose_name="working days to the door")),
            ],
            options={
                "verbose_name": "region served",
                "verbose_name_plural": "regions served",
                "constraints": [
                    models.UniqueConstraint(fields=("warehouse", "region"), name="warehouseregion_once"),
                    models.UniqueConstraint(fields=("region", "rank"), name="warehouseregion_rank_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holidays",
                        to="customers.region",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "region"), name="holiday_once", nulls_distinct=False)
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceListAudit",
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
                        to="inventory.pricelist",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("contract", "Contract"),
                            ("promotion", "Promotion"),
                            ("customer", "Customer"),
                            ("group", "Group"),
                            ("segment", "Segment"),
                            ("base", "Base"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.account",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.segment",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True, help_text="The last day; empty for no end.", null=True, verbose_name="until"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "rank",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(level="contract", then=models.Value(0)),
                            models.When(level="promotion", then=models.Value(1)),
                            models.When(level="customer", then=models.Value(2)),
                            models.When(level="group", then=models.Value(3)),
                            models.When(level="segment", then=models.Value(4)),
                            models.When(level="base", then=models.Value(5)),
                            output_field=models.SmallIntegerField(),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PriceRuleAudit",
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
                        to="inventory.pricerule",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "price_list",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.pricelist",
                    ),
                ),
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
                (
                    "minimum_quantity",
                    models.DecimalField(decimal_places=3, default=0, max_digits=14, verbose_name="from quantity"),
                ),
                ("price", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="price")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="until")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductAudit",
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
                        to="inventory.product",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "Goods"), ("charge", "Charge"), ("deposit", "Returnable packaging")],
                        default="goods",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.productfamily",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.productline",
                    ),
                ),
                (
                    "tax_class",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.taxclass",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.unit",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        blank=True, help_text="As printed: 12 × 500 g", max_length=60, verbose_name="format"
                    ),
                ),
                (
                    "price_quantity",
                    models.DecimalField(decimal_places=3, default=1, max_digits=10, verbose_name="price per"),
                ),
                (
                    "cost",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="cost"),
                ),
                (
                    "minimum_quantity",
                    models.DecimalField(decimal_places=3, default=1, max_digits=14, verbose_name="minimum quantity"),
                ),
                (
                    "multiple",
                    models.DecimalField(
                        decimal_places=3, default=1, max_digits=14, verbose_name="sold in multiples of"
                    ),
                ),
                (
                    "weight_kg",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=10, null=True, verbose_name="weight (kg)"
                    ),
                ),
                ("is_catch_weight", models.BooleanField(default=False, verbose_name="billed by weight")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("active", "Active"),
                            ("phased_out", "Phased out"),
                            ("discontinued", "Discontinued"),
                        ],
                        default="active",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.product",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrderAudit",
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
                        to="inventory.purchaseorder",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "supplier",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.supplier",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("sent", "Sent"),
                            ("confirmed", "Confirmed"),
                            ("received", "Received"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("ordered_on", models.DateField(verbose_name="ordered on")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
