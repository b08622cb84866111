import django.db.models.manager
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
TENANT = ("tenant", models.CharField(db_index=True, max_length=64))
MANAGERS = [
    ("objects", django.db.models.manager.Manager()),
    ("everything", django.db.models.manager.Manager()),
]


class Migration(migrations.Migration):
    dependencies = [("retention", "0002_backups")]

    operations = [
        migrations.AddField(
            "heldrows", "name", models.CharField(default="", max_length=40), preserve_default=False
        ),
        migrations.AddConstraint(
            "heldrows", models.UniqueConstraint(fields=("tenant", "name"), name="held_rows_name")
        ),
        migrations.AddField(
            "drill", "verdict", models.CharField(default="", max_length=20), preserve_default=False
        ),
        migrations.AddField(
            "drill", "why", models.CharField(default="", max_length=400), preserve_default=False
        ),
        migrations.AddField("drill", "counts", models.JSONField(default=dict), preserve_default=False),
        migrations.AddField(
            "finalreceipt", "receipts", models.JSONField(default=list), preserve_default=False
        ),
        migrations.AddField(
            "finalreceipt", "written", models.BooleanField(default=True), preserve_default=False
        ),
        migrations.CreateModel(
            name="Canary",
            fields=[
                ID,
                TENANT,
                ("systems", models.JSONField()),
                ("at", models.DateTimeField()),
                ("passed", models.BooleanField()),
                ("verdict", models.CharField(max_length=20)),
                ("counts", models.JSONField()),
            ],
            options={"abstract": False, "base_manager_name": "everything"},
            managers=MANAGERS,
        ),
        migrations.CreateModel(
            name="Recipe",
            fields=[
                ID,
                TENANT,
                ("system", models.CharField(max_length=200)),
                ("dump", models.CharField(max_length=800)),
                ("command", models.JSONField()),
                ("within", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("tenant", "system"), name="recipe_system")],
            },
            managers=MANAGERS,
        ),
    ]
