"""Jobs are claimed off an index, in the order in which they come, however many wait."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0002_job")]

    operations = [
        migrations.AddField("job", "rank", models.SmallIntegerField(default=1, db_default=1)),
        migrations.RemoveIndex("job", "job_next"),
        migrations.AddIndex(
            "job", models.Index(fields=["tenant", "state", "rank", "due", "id"], name="job_turn")
        ),
    ]
