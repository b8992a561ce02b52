from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_longjob_touched_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="longjob",
            name="claim",
            field=models.UUIDField(null=True),
        ),
    ]
