from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        # expect: migration/concurrent-in-transaction
        AddIndexConcurrently("order", models.Index(fields=["state"], name="by_state")),
    ]
