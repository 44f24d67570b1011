import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import customers.models.text

ACCENTED = "áàâäãåāéèêëēíìîïīóòôöõōúùûüūñçÁÀÂÄÃÅĀÉÈÊËĒÍÌÎÏĪÓÒÔÖÕŌÚÙÛÜŪÑÇ"
PLAIN = "aaaaaaaeeeeeiiiiioooooouuuuunc" * 2

# Behind stored sort keys and search words; and what keeps ledgers append-only.
FUNCTIONS = f"""
CREATE FUNCTION lonja_key(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(translate($1, '{ACCENTED}', '{PLAIN}') COLLATE "C") COLLATE "C";

CREATE FUNCTION lonja_words(text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple'::regconfig, regexp_replace(lonja_key($1), '[^a-z0-9]+', ' ', 'g'));

CREATE FUNCTION lonja_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION lonja_refuse_change();
DROP FUNCTION lonja_words(text);
DROP FUNCTION lonja_key(text);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.CreateModel(
            name="PaymentTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("method", models.CharField(default="transfer", max_length=20, verbose_name="method")),
            ],
            options={
                "verbose_name": "payment terms",
                "verbose_name_plural": "payment terms",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "region",
                "verbose_name_plural": "regions",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
            ],
            options={
                "verbose_name": "segment",
                "verbose_name_plural": "segments",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "desk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("manager", "Sales manager"),
                            ("rep", "Sales rep"),
                            ("agent", "Call-centre agent"),
                            ("warehouse", "Warehouse"),
                            ("finance", "Finance"),
                            ("admin", "Administrator"),
                        ],
                        max_length=12,
                        verbose_name="desk",
                    ),
                ),
                (
                    "sees_all_customers",
                    models.BooleanField(
                        default=True,
                        help_text="A rep without it sees own customers only.",
                        verbose_name="sees all customers",
                    ),
                ),
                ("language", models.CharField(default="es", max_length=5, verbose_name="language")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may enter the administration")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_useraudit" ("created_at", "desk", "email", "id", "is_active", "is_staff", "is_superuser", "language", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "sees_all_customers") SELECT new_values."created_at", new_values."desk", new_values."email", new_values."id", new_values."is_active", new_values."is_staff", new_values."is_superuser", new_values."language", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."phone", new_values."sees_all_customers" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="a145416ab2f06e279bbcb4c16608b07f42d2d242",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a0cd6",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_user",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_useraudit" ("created_at", "desk", "email", "id", "is_active", "is_staff", "is_superuser", "language", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "sees_all_customers") SELECT new_values."created_at", new_values."desk", new_values."email", new_values."id", new_values."is_active", new_values."is_staff", new_values."is_superuser", new_values."language", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."sees_all_customers" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."desk" IS DISTINCT FROM (new_values."desk") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_active" IS DISTINCT FROM (new_values."is_active") OR old_values."is_staff" IS DISTINCT FROM (new_values."is_staff") OR old_values."is_superuser" IS DISTINCT FROM (new_values."is_superuser") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."sees_all_customers" IS DISTINCT FROM (new_values."sees_all_customers")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="6f55161bc80fc4b17bd52af2c599511fd18b3bb9",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_df396",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_user",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_useraudit" ("created_at", "desk", "email", "id", "is_active", "is_staff", "is_superuser", "language", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "sees_all_customers") SELECT old_values."created_at", old_values."desk", old_values."email", old_values."id", old_values."is_active", old_values."is_staff", old_values."is_superuser", old_values."language", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."phone", old_values."sees_all_customers" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="f418cd0dc883811b240c7be4a8c278f0dcd88a12",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_55045",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_user",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower("email")),
                            models.Q(("email", ""), _negated=True),
                        ),
                        name="user_email_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("desk", ""),
                            ("desk__in", ["manager", "rep", "agent", "warehouse", "finance", "admin"]),
                            _connector="OR",
                        ),
                        name="user_desk_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                (
                    "credit_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="credit limit"
                    ),
                ),
                ("is_blocked", models.BooleanField(default=False, verbose_name="blocked")),
                ("open_orders", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14)),
                ("unbilled", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14)),
                ("receivable", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14)),
                ("unallocated", models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=14)),
                (
                    "exposure",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("open_orders"), "+", models.F("unbilled")
                                ),
                                "+",
                                models.F("receivable"),
                            ),
                            "-",
                            models.F("unallocated"),
                        ),
                        output_field=models.DecimalField(decimal_places=2, max_digits=14),
                    ),
                ),
            ],
            options={
                "verbose_name": "group",
                "verbose_name_plural": "groups",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_accountaudit" ("credit_limit", "currency", "is_blocked", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."credit_limit", new_values."currency", new_values."is_blocked", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="0ce53f1048a4b289127fbce66e6074f56fdf96e2",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c7393",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_account",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_accountaudit" ("credit_limit", "currency", "is_blocked", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."credit_limit", new_values."currency", new_values."is_blocked", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."credit_limit" IS DISTINCT FROM (new_values."credit_limit") OR old_values."currency" IS DISTINCT FROM (new_values."currency") OR old_values."is_blocked" IS DISTINCT FROM (new_values."is_blocked") OR old_values."name" IS DISTINCT FROM (new_values."name")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="48d1de4c2f1ba3f657a6f6ab1cd5613cc410e0e4",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2fc5e",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_account",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_accountaudit" ("credit_limit", "currency", "is_blocked", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."credit_limit", old_values."currency", old_values."is_blocked", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="7a903d604211cf19b52e4a6fdc7c9d959f46fcdc",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e891a",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_account",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("credit_limit__isnull", True), ("credit_limit__gte", 0), _connector="OR"),
                        name="account_limit_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("open_orders__gte", 0),
                            ("receivable__gte", 0),
                            ("unallocated__gte", 0),
                            ("unbilled__gte", 0),
                        ),
                        name="account_exposure_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="account_currency_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="customers", to="customers.account"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="customers.customer",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pays_for",
                        to="customers.customer",
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("legal_name", models.CharField(blank=True, max_length=160, verbose_name="legal name")),
                ("tax_number", models.CharField(blank=True, max_length=20, verbose_name="tax number")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="customers.segment",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to="customers.region",
                    ),
                ),
                (
                    "rep",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="customers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.paymentterms",
                    ),
                ),
                (
                    "tax_treatment",
                    models.CharField(
                        choices=[
                            ("domestic", "Domestic"),
                            ("surcharge", "Domestic with equivalence surcharge"),
                            ("intra_community", "Intra-community"),
                            ("export", "Export"),
                            ("exempt", "Exempt"),
                        ],
                        default="domestic",
                        max_length=16,
                        verbose_name="tax treatment",
                    ),
                ),
                (
                    "billing_policy",
                    models.CharField(
                        choices=[("on_shipment", "What was shipped"), ("on_order", "What was ordered")],
                        default="on_shipment",
                        max_length=12,
                        verbose_name="invoices bill",
                    ),
                ),
                (
                    "po_policy",
                    models.CharField(
                        choices=[
                            ("refuse", "Refuse a repeated PO number"),
                            ("warn", "Warn about a repeated PO number"),
                            ("allow", "Allow repeated PO numbers (call-offs)"),
                        ],
                        default="refuse",
                        max_length=8,
                        verbose_name="PO policy",
                    ),
                ),
                ("po_required", models.BooleanField(default=False, verbose_name="PO number required")),
                (
                    "best_price",
                    models.BooleanField(
                        default=False,
                        help_text="The lowest price of all lists instead of the first match.",
                        verbose_name="best price",
                    ),
                ),
                ("ship_complete", models.BooleanField(default=False, verbose_name="ships complete only")),
                ("accepts_backorders", models.BooleanField(default=True, verbose_name="accepts backorders")),
                (
                    "delivery_weekdays",
                    models.CharField(
                        default="12345",
                        help_text="Digits of the weekdays with a delivery: 1 is Monday, 7 is Sunday.",
                        max_length=7,
                        verbose_name="delivery weekdays",
                    ),
                ),
                ("delivery_note", models.TextField(blank=True, verbose_name="delivery instructions")),
                ("language", models.CharField(default="es", max_length=5, verbose_name="language")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("on_hold", "On hold"), ("closed", "Closed")],
                        default="active",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="stands for unknown buyers")),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="customer since")),
                (
                    "search_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=customers.models.text.Key(models.F("name")),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
                (
                    "phone_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=models.TextField(), template="right(regexp_replace(phone, '\\D', '', 'g'), 9)"
                        ),
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
                                    customers.models.text._Joined(
                                        customers.models.text._Joined(
                                            customers.models.text._Joined(
                                                customers.models.text._Joined(
                                                    django.db.models.functions.comparison.Coalesce(
                                                        models.F("number"), models.Value("")
                                                    ),
                                                    django.db.models.functions.comparison.Coalesce(
                                                        models.F("name"), models.Value("")
                                                    ),
                                                ),
                                                django.db.models.functions.comparison.Coalesce(
                                                    models.F("legal_name"), models.Value("")
                                                ),
                                            ),
                                            django.db.models.functions.comparison.Coalesce(
                                                models.F("tax_number"), models.Value("")
                                            ),
                                        ),
                                        django.db.models.functions.comparison.Coalesce(
                                            models.F("city"), models.Value("")
                                        ),
                                    ),
                                    django.db.models.functions.comparison.Coalesce(models.F("phone"), models.Value("")),
                                ),
                                django.db.models.functions.comparison.Coalesce(models.F("email"), models.Value("")),
                            )
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "permissions": [
                    ("view_all_customers", "See the customers of every rep"),
                    ("view_credit", "See credit and debt"),
                    ("set_credit_limit", "Set credit limits"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_customeraudit" ("accepts_backorders", "account_id", "best_price", "billing_policy", "city", "country", "created_at", "delivery_note", "delivery_weekdays", "email", "id", "is_anonymous", "language", "legal_name", "name", "number", "parent_id", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "po_policy", "po_required", "region_id", "rep_id", "segment_id", "ship_complete", "source", "source_key", "status", "tax_number", "tax_treatment", "terms_id") SELECT new_values."accepts_backorders", new_values."account_id", new_values."best_price", new_values."billing_policy", new_values."city", new_values."country", new_values."created_at", new_values."delivery_note", new_values."delivery_weekdays", new_values."email", new_values."id", new_values."is_anonymous", new_values."language", new_values."legal_name", new_values."name", new_values."number", new_values."parent_id", new_values."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."phone", new_values."po_policy", new_values."po_required", new_values."region_id", new_values."rep_id", new_values."segment_id", new_values."ship_complete", new_values."source", new_values."source_key", new_values."status", new_values."tax_number", new_values."tax_treatment", new_values."terms_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3607350bf04081a1bfd12544ac2b51dccfe08a87",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a36e0",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_customer",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_customeraudit" ("accepts_backorders", "account_id", "best_price", "billing_policy", "city", "country", "created_at", "delivery_note", "delivery_weekdays", "email", "id", "is_anonymous", "language", "legal_name", "name", "number", "parent_id", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "po_policy", "po_required", "region_id", "rep_id", "segment_id", "ship_complete", "source", "source_key", "status", "tax_number", "tax_treatment", "terms_id") SELECT new_values."accepts_backorders", new_values."account_id", new_values."best_price", new_values."billing_policy", new_values."city", new_values."country", new_values."created_at", new_values."delivery_note", new_values."delivery_weekdays", new_values."email", new_values."id", new_values."is_anonymous", new_values."language", new_values."legal_name", new_values."name", new_values."number", new_values."parent_id", new_values."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."po_policy", new_values."po_required", new_values."region_id", new_values."rep_id", new_values."segment_id", new_values."ship_complete", new_values."source", new_values."source_key", new_values."status", new_values."tax_number", new_values."tax_treatment", new_values."terms_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."accepts_backorders" IS DISTINCT FROM (new_values."accepts_backorders") OR old_values."account_id" IS DISTINCT FROM (new_values."account_id") OR old_values."best_price" IS DISTINCT FROM (new_values."best_price") OR old_values."billing_policy" IS DISTINCT FROM (new_values."billing_policy") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."country" IS DISTINCT FROM (new_values."country") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."delivery_note" IS DISTINCT FROM (new_values."delivery_note") OR old_values."delivery_weekdays" IS DISTINCT FROM (new_values."delivery_weekdays") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_anonymous" IS DISTINCT FROM (new_values."is_anonymous") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."legal_name" IS DISTINCT FROM (new_values."legal_name") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."number" IS DISTINCT FROM (new_values."number") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."payer_id" IS DISTINCT FROM (new_values."payer_id") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."po_policy" IS DISTINCT FROM (new_values."po_policy") OR old_values."po_required" IS DISTINCT FROM (new_values."po_required") OR old_values."region_id" IS DISTINCT FROM (new_values."region_id") OR old_values."rep_id" IS DISTINCT FROM (new_values."rep_id") OR old_values."segment_id" IS DISTINCT FROM (new_values."segment_id") OR old_values."ship_complete" IS DISTINCT FROM (new_values."ship_complete") OR old_values."source" IS DISTINCT FROM (new_values."source") OR old_values."source_key" IS DISTINCT FROM (new_values."source_key") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."tax_number" IS DISTINCT FROM (new_values."tax_number") OR old_values."tax_treatment" IS DISTINCT FROM (new_values."tax_treatment") OR old_values."terms_id" IS DISTINCT FROM (new_values."terms_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f93969afd2dfe05f69d9eef2bd4b8256cfd013fa",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ca86d",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_customer",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_customeraudit" ("accepts_backorders", "account_id", "best_price", "billing_policy", "city", "country", "created_at", "delivery_note", "delivery_weekdays", "email", "id", "is_anonymous", "language", "legal_name", "name", "number", "parent_id", "payer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "po_policy", "po_required", "region_id", "rep_id", "segment_id", "ship_complete", "source", "source_key", "status", "tax_number", "tax_treatment", "terms_id") SELECT old_values."accepts_backorders", old_values."account_id", old_values."best_price", old_values."billing_policy", old_values."city", old_values."country", old_values."created_at", old_values."delivery_note", old_values."delivery_weekdays", old_values."email", old_values."id", old_values."is_anonymous", old_values."language", old_values."legal_name", old_values."name", old_values."number", old_values."parent_id", old_values."payer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."phone", old_values."po_policy", old_values."po_required", old_values."region_id", old_values."rep_id", old_values."segment_id", old_values."ship_complete", old_values."source", old_values."source_key", old_values."status", old_values."tax_number", old_values."tax_treatment", old_values."terms_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="4214f8cb1018ec6c3edb056f8656d8ed0bf204e9",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_939ca",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_customer",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="customer_words"),
                    models.Index(fields=["search_key", "id"], name="customer_by_name"),
                    models.Index(
                        condition=models.Q(("phone_key", ""), _negated=True),
                        fields=["phone_key"],
                        name="customer_by_phone",
                    ),
                    models.Index(fields=["rep", "search_key", "id"], name="customer_by_rep"),
                    models.Index(fields=["segment", "search_key", "id"], name="customer_by_segment"),
                    models.Index(fields=["region", "search_key", "id"], name="customer_by_region"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "account"), name="customer_account_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_key"),
                        name="customer_source_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True), name="customer_not_own_parent"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivery_weekdays__regex", "^[1-7]{1,7}$")), name="customer_weekdays"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "on_hold", "closed"])),
                        name="customer_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tax_treatment__in", ["domestic", "surcharge", "intra_community", "export", "exempt"])
                        ),
                        name="customer_tax_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="customer_name_present"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addresses", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="label")),
                ("recipient", models.CharField(blank=True, max_length=160, verbose_name="recipient")),
                ("street", models.CharField(max_length=160, verbose_name="street")),
                ("postcode", models.CharField(max_length=12, verbose_name="postcode")),
                ("city", models.CharField(max_length=80, verbose_name="city")),
                ("province", models.CharField(blank=True, max_length=80, verbose_name="province")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("is_billing", models.BooleanField(default=False, verbose_name="for invoices")),
                ("is_default", models.BooleanField(default=False, verbose_name="default for deliveries")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_addressaudit" ("account_id", "city", "country", "customer_id", "id", "is_active", "is_billing", "is_default", "label", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "province", "recipient", "street") SELECT new_values."account_id", new_values."city", new_values."country", new_values."customer_id", new_values."id", new_values."is_active", new_values."is_billing", new_values."is_default", new_values."label", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."postcode", new_values."province", new_values."recipient", new_values."street" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4afa4542fc59a3b1b2c207dcb8a7959e39905e74",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_c8426",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_address",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_addressaudit" ("account_id", "city", "country", "customer_id", "id", "is_active", "is_billing", "is_default", "label", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "province", "recipient", "street") SELECT new_values."account_id", new_values."city", new_values."country", new_values."customer_id", new_values."id", new_values."is_active", new_values."is_billing", new_values."is_default", new_values."label", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."postcode", new_values."province", new_values."recipient", new_values."street" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="d386cfaeb567aed5f87c17bd062f54f0fad79c38",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c914e",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_address",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_addressaudit" ("account_id", "city", "country", "customer_id", "id", "is_active", "is_billing", "is_default", "label", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "province", "recipient", "street") SELECT old_values."account_id", old_values."city", old_values."country", old_values."customer_id", old_values."id", old_values."is_active", old_values."is_billing", old_values."is_default", old_values."label", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."postcode", old_values."province", old_values."recipient", old_values."street" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="a97035cc962c3b75da71adf660856846c996aebc",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9d6a5",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_address",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)), fields=("customer",), name="address_one_default"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_billing", True)), fields=("customer",), name="address_one_billing"
                    ),
                    models.UniqueConstraint(fields=("id", "account"), name="address_account_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("role", models.CharField(blank=True, max_length=80, verbose_name="role")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("is_main", models.BooleanField(default=False, verbose_name="main contact")),
                (
                    "phone_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=models.TextField(), template="right(regexp_replace(phone, '\\D', '', 'g'), 9)"
                        ),
                        output_field=models.TextField(db_collation="C"),
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_contactaudit" ("account_id", "customer_id", "email", "id", "is_main", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role") SELECT new_values."account_id", new_values."customer_id", new_values."email", new_values."id", new_values."is_main", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."phone", new_values."role" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="53d9f87c1880af5c9328b72f6d9589d33bb0256b",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_84620",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_contact",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_contactaudit" ("account_id", "customer_id", "email", "id", "is_main", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role") SELECT new_values."account_id", new_values."customer_id", new_values."email", new_values."id", new_values."is_main", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."role" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."account_id" IS DISTINCT FROM (new_values."account_id") OR old_values."customer_id" IS DISTINCT FROM (new_values."customer_id") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_main" IS DISTINCT FROM (new_values."is_main") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."role" IS DISTINCT FROM (new_values."role")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="7762e2d8489a1c01a74ef597befe2d5332135953",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_760d1",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_contact",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_contactaudit" ("account_id", "customer_id", "email", "id", "is_main", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "role") SELECT old_values."account_id", old_values."customer_id", old_values."email", old_values."id", old_values."is_main", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."phone", old_values."role" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="499b39e4d1bc7a7792833132934c54cbad6a799a",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2a63b",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_contact",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("phone_key", ""), _negated=True),
                        fields=["phone_key"],
                        name="contact_by_phone",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_main", True)), fields=("customer",), name="contact_one_main"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("body", models.TextField(verbose_name="note")),
                ("is_pinned", models.BooleanField(default=False, verbose_name="pinned")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="written at")),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "indexes": [models.Index(fields=["customer", "-created_at"], name="customernote_by_customer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True), name="customernote_body_present"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("buyer", "Buyer"),
                            ("approver", "Approver"),
                            ("accounts", "Accounts"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "buyer", "approver", "accounts", "viewer"])),
                        name="invitation_role_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True)),
                        fields=("customer", "email"),
                        name="invitation_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Issuer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="trading name")),
                ("legal_name", models.CharField(max_length=160, verbose_name="legal name")),
                ("tax_number", models.CharField(max_length=20, verbose_name="tax number")),
                ("street", models.CharField(max_length=160, verbose_name="street")),
                ("postcode", models.CharField(max_length=12, verbose_name="postcode")),
                ("city", models.CharField(max_length=80, verbose_name="city")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("register_entry", models.CharField(blank=True, max_length=200, verbose_name="commercial register")),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                ("time_zone", models.CharField(default="Europe/Madrid", max_length=40, verbose_name="time zone")),
            ],
            options={
                "verbose_name": "issuer",
                "verbose_name_plural": "issuers",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_issueraudit" ("city", "code", "country", "currency", "email", "id", "legal_name", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode", "register_entry", "street", "tax_number", "time_zone") SELECT new_values."city", new_values."code", new_values."country", new_values."currency", new_values."email", new_values."id", new_values."legal_name", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."phone", new_values."postcode", new_values."register_entry", new_values."street", new_values."tax_number", new_values."time_zone" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="851d39f3360fe86cae40699c51c32cc63e0c1eae",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b1e7a",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_issuer",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_issueraudit" ("city", "code", "country", "currency", "email", "id", "legal_name", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode", "register_entry", "street", "tax_number", "time_zone") SELECT new_values."city", new_values."code", new_values."country", new_values."currency", new_values."email", new_values."id", new_values."legal_name", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."postcode", new_values."register_entry", new_values."street", new_values."tax_number", new_values."time_zone" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="62b34f2548783f0a86ab5efaac4973aa422e7141",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_91863",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_issuer",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_issueraudit" ("city", "code", "country", "currency", "email", "id", "legal_name", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode", "register_entry", "street", "tax_number", "time_zone") SELECT old_values."city", old_values."code", old_values."country", old_values."currency", old_values."email", old_values."id", old_values."legal_name", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."phone", old_values."postcode", old_values."register_entry", old_values."street", old_values."tax_number", old_values."time_zone" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="c058a3738ab7f758f29207d222440a66a3a26212",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9c12a",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_issuer",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="issuer_currency_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tax_number", ""), _negated=True), name="issuer_tax_number_present"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuerBankAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bank_accounts", to="customers.issuer"
                    ),
                ),
                ("bank", models.CharField(max_length=80, verbose_name="bank")),
                ("iban", models.CharField(max_length=34, unique=True, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("is_default", models.BooleanField(default=False, verbose_name="default")),
            ],
            options={
                "verbose_name": "bank account",
                "verbose_name_plural": "bank accounts",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_issuerbankaccountaudit" ("bank", "bic", "iban", "id", "is_default", "issuer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."bank", new_values."bic", new_values."iban", new_values."id", new_values."is_default", new_values."issuer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4b678cb3fd5564769132a6403dda0c29858add42",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ab5c7",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_issuerbankaccount",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_issuerbankaccountaudit" ("bank", "bic", "iban", "id", "is_default", "issuer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."bank", new_values."bic", new_values."iban", new_values."id", new_values."is_default", new_values."issuer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="e68032ae7b2d16249fcab70945e3f762c28f4f7d",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b83f5",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_issuerbankaccount",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_issuerbankaccountaudit" ("bank", "bic", "iban", "id", "is_default", "issuer_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."bank", old_values."bic", old_values."iban", old_values."id", old_values."is_default", old_values."issuer_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="e9a6529929d1d72a0e07f058a76f725fb5ce9cab",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_5a642",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_issuerbankaccount",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("issuer",),
                        name="issuerbankaccount_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("iban__regex", "^[A-Z]{2}[0-9]{2}[A-Z0-9]+$")),
                        name="issuerbankaccount_iban",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="customers.customer"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.account"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("buyer", "Buyer"),
                            ("approver", "Approver"),
                            ("accounts", "Accounts"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                (
                    "order_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="order limit"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_membershipaudit" ("account_id", "created_at", "customer_id", "id", "is_active", "order_limit", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT new_values."account_id", new_values."created_at", new_values."customer_id", new_values."id", new_values."is_active", new_values."order_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="06a433717fbad439b2d1f4b5e313df995cd50853",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_359f1",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="customers_membership",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_membershipaudit" ("account_id", "created_at", "customer_id", "id", "is_active", "order_limit", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT new_values."account_id", new_values."created_at", new_values."customer_id", new_values."id", new_values."is_active", new_values."order_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."role", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3a1f05a425ef2a8e5c6036d47414d33bdf696767",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8d2cb",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="customers_membership",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "customers_membershipaudit" ("account_id", "created_at", "customer_id", "id", "is_active", "order_limit", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") SELECT old_values."account_id", old_values."created_at", old_values."customer_id", old_values."id", old_values."is_active", old_values."order_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."role", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="4dbba18e794c20a1a1d429f70b33bbe84e8a6e7e",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_32226",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="customers_membership",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "customer"), name="membership_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "buyer", "approver", "accounts", "viewer"])),
                        name="membership_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order_limit__isnull", True), ("order_limit__gte", 0), _connector="OR"),
                        name="membership_limit_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.account",
                    ),
                ),
                ("recipient", models.EmailField(max_length=254, verbose_name="to")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("last_error", models.TextField(blank=True, verbose_name="last error")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written at")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["id"], name="outboxmessage_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sent", "failed"])),
                        name="outboxmessage_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="outboxmessage_sent_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentTermsInstalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instalments",
                        to="customers.paymentterms",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days after the invoice")),
                ("percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="percent")),
            ],
            options={
                "verbose_name": "instalment of terms",
                "verbose_name_plural": "instalments of terms",
                "ordering": ["days"],
                "constraints": [
                    models.UniqueConstraint(fields=("terms", "days"), name="paymenttermsinstalment_days_once"),
                    models.CheckConstraint(
                        condition=models.Q(("percent__gt", 0), ("percent__lte", 100)),
                        name="paymenttermsinstalment_percent_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.account",
                    ),
                ),
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Invoice"),
                            ("delivery_note", "Delivery note"),
                            ("export", "Export"),
                            ("upload", "Upload"),
                            ("report", "Report"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="file name")),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="stored at")),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="storedfile_sha256"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.account",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("arguments", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("done", models.PositiveBigIntegerField(default=0, verbose_name="done")),
                ("total", models.PositiveBigIntegerField(default=0, verbose_name="of")),
                ("message", models.TextField(blank=True, verbose_name="message")),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.storedfile",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "indexes": [models.Index(fields=["user", "-created_at"], name="jobrun_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="jobrun_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountAudit",
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
                        to="customers.account",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                (
                    "credit_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="credit limit"
                    ),
                ),
                ("is_blocked", models.BooleanField(default=False, verbose_name="blocked")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactAudit",
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
                        to="customers.contact",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("role", models.CharField(blank=True, max_length=80, verbose_name="role")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("is_main", models.BooleanField(default=False, verbose_name="main contact")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AddressAudit",
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
                        to="customers.address",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
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
                ("label", models.CharField(max_length=80, verbose_name="label")),
                ("recipient", models.CharField(blank=True, max_length=160, verbose_name="recipient")),
                ("street", models.CharField(max_length=160, verbose_name="street")),
                ("postcode", models.CharField(max_length=12, verbose_name="postcode")),
                ("city", models.CharField(max_length=80, verbose_name="city")),
                ("province", models.CharField(blank=True, max_length=80, verbose_name="province")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("is_billing", models.BooleanField(default=False, verbose_name="for invoices")),
                ("is_default", models.BooleanField(default=False, verbose_name="default for deliveries")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IssuerAudit",
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
                        to="customers.issuer",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=12, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="trading name")),
                ("legal_name", models.CharField(max_length=160, verbose_name="legal name")),
                ("tax_number", models.CharField(max_length=20, verbose_name="tax number")),
                ("street", models.CharField(max_length=160, verbose_name="street")),
                ("postcode", models.CharField(max_length=12, verbose_name="postcode")),
                ("city", models.CharField(max_length=80, verbose_name="city")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("register_entry", models.CharField(blank=True, max_length=200, verbose_name="commercial register")),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                ("time_zone", models.CharField(default="Europe/Madrid", max_length=40, verbose_name="time zone")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IssuerBankAccountAudit",
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
                        to="customers.issuerbankaccount",
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
                ("bank", models.CharField(max_length=80, verbose_name="bank")),
                ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("is_default", models.BooleanField(default=False, verbose_name="default")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MembershipAudit",
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
                        to="customers.membership",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("buyer", "Buyer"),
                            ("approver", "Approver"),
                            ("accounts", "Accounts"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                (
                    "order_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="order limit"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CustomerAudit",
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
                        to="customers.customer",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
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
                (
                    "parent",
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
                    "payer",
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
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("legal_name", models.CharField(blank=True, max_length=160, verbose_name="legal name")),
                ("tax_number", models.CharField(blank=True, max_length=20, verbose_name="tax number")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                ("country", models.CharField(default="ES", max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
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
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.region",
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
                    "terms",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="customers.paymentterms",
                    ),
                ),
                (
                    "tax_treatment",
                    models.CharField(
                        choices=[
                            ("domestic", "Domestic"),
                            ("surcharge", "Domestic with equivalence surcharge"),
                            ("intra_community", "Intra-community"),
                            ("export", "Export"),
                            ("exempt", "Exempt"),
                        ],
                        default="domestic",
                        max_length=16,
                        verbose_name="tax treatment",
                    ),
                ),
                (
                    "billing_policy",
                    models.CharField(
                        choices=[("on_shipment", "What was shipped"), ("on_order", "What was ordered")],
                        default="on_shipment",
                        max_length=12,
                        verbose_name="invoices bill",
                    ),
                ),
                (
                    "po_policy",
                    models.CharField(
                        choices=[
                            ("refuse", "Refuse a repeated PO number"),
                            ("warn", "Warn about a repeated PO number"),
                            ("allow", "Allow repeated PO numbers (call-offs)"),
                        ],
                        default="refuse",
                        max_length=8,
                        verbose_name="PO policy",
                    ),
                ),
                ("po_required", models.BooleanField(default=False, verbose_name="PO number required")),
                (
                    "best_price",
                    models.BooleanField(
                        default=False,
                        help_text="The lowest price of all lists instead of the first match.",
                        verbose_name="best price",
                    ),
                ),
                ("ship_complete", models.BooleanField(default=False, verbose_name="ships complete only")),
                ("accepts_backorders", models.BooleanField(default=True, verbose_name="accepts backorders")),
                (
                    "delivery_weekdays",
                    models.CharField(
                        default="12345",
                        help_text="Digits of the weekdays with a delivery: 1 is Monday, 7 is Sunday.",
                        max_length=7,
                        verbose_name="delivery weekdays",
                    ),
                ),
                ("delivery_note", models.TextField(blank=True, verbose_name="delivery instructions")),
                ("language", models.CharField(default="es", max_length=5, verbose_name="language")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("on_hold", "On hold"), ("closed", "Closed")],
                        default="active",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("is_anonymous", models.BooleanField(default=False, verbose_name="stands for unknown buyers")),
                ("source", models.CharField(blank=True, max_length=40, verbose_name="source")),
                ("source_key", models.CharField(blank=True, max_length=80, verbose_name="key in the source")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="customer since")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UserAudit",
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
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                (
                    "desk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("manager", "Sales manager"),
                            ("rep", "Sales rep"),
                            ("agent", "Call-centre agent"),
                            ("warehouse", "Warehouse"),
                            ("finance", "Finance"),
                            ("admin", "Administrator"),
                        ],
                        max_length=12,
                        verbose_name="desk",
                    ),
                ),
                (
                    "sees_all_customers",
                    models.BooleanField(
                        default=True,
                        help_text="A rep without it sees own customers only.",
                        verbose_name="sees all customers",
                    ),
                ),
                ("language", models.CharField(default="es", max_length=5, verbose_name="language")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may enter the administration")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
