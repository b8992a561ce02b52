# Expand (I18): the release before inserts rows without this column.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_signatories_and_withdrawals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="certificatefile",
            name="unsigned_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
    ]
