import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0002_tombstones")]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tenant", models.CharField(db_index=True, max_length=64)),
                ("name", models.CharField(max_length=40)),
                ("plan", models.CharField(db_index=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
            ],
            options={"abstract": False, "base_manager_name": "everything"},
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
    ]
