"""Least-cost plans can be cancelled while they are solved, and deleted so that it can be undone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two fields."""

    dependencies = [("scenarios", "0001_initial")]

    operations = [
        migrations.AddField("leastcostplan", "is_stopped", models.BooleanField(default=False)),
        migrations.AddField("leastcostplan", "deleted_at", models.DateTimeField(blank=True, null=True)),
    ]
