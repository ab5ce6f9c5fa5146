from django.db import migrations


class Migration(migrations.Migration):
    operations = [
        migrations.RenameIndex("order", "a", "b"),
        # expect: migration/rename-in-place
        migrations.RenameModel(old_name="Client", new_name="Customer"),
        migrations.RenameField(model_name="order", old_name="Total", new_name="total"),
    ]
