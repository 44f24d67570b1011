import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=80, verbose_name="scope")),
                ("key", models.CharField(max_length=80, verbose_name="key")),
                (
                    "account_id",
                    models.BigIntegerField(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.NullIf(
                                models.Func(
                                    models.Value("app.account"), models.Value(True), function="current_setting"
                                ),
                                models.Value(""),
                            ),
                            models.BigIntegerField(),
                        ),
                        editable=False,
                        null=True,
                    ),
                ),
                ("body_hash", models.CharField(max_length=64, verbose_name="hash of what was asked")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="status")),
                ("location", models.CharField(blank=True, max_length=500, verbose_name="location")),
                ("answer", models.JSONField(null=True, verbose_name="answer")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
            ],
            options={
                "verbose_name": "idempotency key",
                "verbose_name_plural": "idempotency keys",
                "indexes": [models.Index(fields=["created_at"], name="idempotencykey_by_age")],
                "constraints": [
                    models.UniqueConstraint(models.F("scope"), models.F("key"), name="idempotencykey_once"),
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="idempotencykey_key_present"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__isnull", True), ("status__range", (200, 399)), _connector="OR"),
                        name="idempotencykey_success",
                    ),
                ],
            },
        ),
    ]
