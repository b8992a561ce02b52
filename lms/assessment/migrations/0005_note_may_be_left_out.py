# Expand (I18): the release before inserts rows without this column.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0004_seen_may_be_left_out"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gradeentry",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
    ]
