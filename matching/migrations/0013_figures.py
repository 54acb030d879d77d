import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_imports_and_letters"),
        ("matching", "0012_experiments"),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
                ("figures", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["-day"],
            },
        ),
        migrations.CreateModel(
            name="LonelyProfile",
            fields=[
                (
                    "profile",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.profile",
                    ),
                ),
                ("length", models.PositiveSmallIntegerField()),
                ("best", models.IntegerField(default=0)),
                ("within", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["length", "best", "pk"],
                "indexes": [models.Index(fields=["length", "best", "profile"], name="matching_lonely_first")],
            },
        ),
    ]
