from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0003_rests_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="casenotice",
            name="acts",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="casenotice",
            name="told",
            field=models.JSONField(default=list),
        ),
    ]
