# Expand (I18): the release before inserts rows without this column.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0003_overrides_and_corrections"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="seen",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
