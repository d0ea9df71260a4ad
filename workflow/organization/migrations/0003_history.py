"""Units and staff that are there already get the first row of their history."""

import datetime as dt

from django.db import migrations

SINCE = dt.date(1900, 1, 1)  # from when on nothing else is known


def begin(apps, schema_editor):
    unit_class = apps.get_model("organization", "Unit")
    version = apps.get_model("organization", "UnitVersion")
    version.objects.bulk_create(
        version(
            unit=unit,
            name=unit.name,
            short_name=unit.short_name,
            symbol=unit.symbol,
            kind=unit.kind,
            parent_id=unit.parent_id,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
        )
        for unit in unit_class.objects.order_by("pk")
    )
    profile = apps.get_model("organization", "StaffProfile")
    profile.objects.bulk_create(
        profile(
            staff=staff,
            name=staff.name,
            kana=staff.kana,
            email=staff.email,
            standing="working" if staff.is_active else "left",
            valid_from=SINCE,
        )
        for staff in apps.get_model("organization", "Staff").objects.order_by("pk")
    )


class Migration(migrations.Migration):
    dependencies = [("organization", "0002_batches")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
