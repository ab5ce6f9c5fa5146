from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [("shop", "0003_a"), ("shop", "0009_b")]
    operations = [
        migrations.AddField("order", "c", models.IntegerField()),
    ]
