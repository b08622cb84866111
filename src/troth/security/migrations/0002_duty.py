import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("security", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tenant", models.CharField(db_index=True, max_length=64)),
                ("name", models.CharField(max_length=150)),
                ("mail", models.CharField(default="", max_length=254)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("deputy", models.CharField(default="", max_length=150)),
                ("changed", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "everything",
                "constraints": [models.UniqueConstraint(fields=("tenant", "name"), name="staff_duty")],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("everything", django.db.models.manager.Manager()),
            ],
        ),
    ]
