# Expand (I18): the release before inserts rows without this column.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0006_required_courses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="unitreport",
            name="reply",
            field=models.CharField(blank=True, db_default="", default="", max_length=1000),
        ),
    ]
