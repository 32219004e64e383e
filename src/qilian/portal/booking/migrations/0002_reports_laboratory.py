"""A report names the laboratory that issued it: that of its appointment's bench."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def _name_the_laboratories(apps: Any, schema_editor: Any) -> None:
    del schema_editor
    reports, appointments = apps.get_model("booking", "IssuedReport"), apps.get_model("booking", "Appointment")
    of_it = appointments.objects.filter(pk=OuterRef("appointment")).annotate(at=F("bench__laboratory")).values("at")
    reports.objects.update(laboratory=Subquery(of_it))


class Migration(migrations.Migration):
    """Adds the column and fills it."""

    dependencies: ClassVar = [("booking", "0001_initial"), ("network", "0002_scope_tables")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="issuedreport",
            name="laboratory",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="network.laboratory",
            ),
        ),
        migrations.RunPython(_name_the_laboratories, migrations.RunPython.noop),
    ]
