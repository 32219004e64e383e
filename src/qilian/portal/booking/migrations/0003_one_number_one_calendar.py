"""The database itself keeps a laboratory's report numbers apart, and one calendar of a person without organisation."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds both constraints; apart from filling the column, which PostgreSQL does not alter in the same transaction."""

    dependencies: ClassVar = [
        ("booking", "0002_reports_laboratory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="issuedreport",
            name="laboratory",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="network.laboratory"
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedreport",
            constraint=models.UniqueConstraint(fields=("laboratory", "number"), name="one_report_of_a_number"),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.UniqueConstraint(
                condition=models.Q(organisation__isnull=True), fields=("person",), name="one_calendar_of_a_person"
            ),
        ),
    ]
