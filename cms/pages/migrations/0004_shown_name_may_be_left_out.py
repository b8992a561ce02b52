# Expand (I18): the release before inserts rows without this column.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0003_words_for_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sitedocument",
            name="shown_name",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=150),
        ),
    ]
