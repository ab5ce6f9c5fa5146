from django.db import migrations
from shop.models import Order  # expect: migration/data-change-mixed


def fill(apps, schema_editor):
    Order.objects.update(state="open")


class Migration(migrations.Migration):
    operations = [
        migrations.RunPython(fill),  # expect: migration/irreversible
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("UPDATE shop_order SET state = 1 WHERE id = 1"),
        migrations.RunSQL("UPDATE shop_order SET state = 1 WHERE id = 1", reverse_sql=""),
    ]
