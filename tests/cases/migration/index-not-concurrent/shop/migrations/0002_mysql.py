from django.db import migrations, models
from django_mysql.models import ListCharField


class Migration(migrations.Migration):
    operations = [migrations.AddIndex("order", models.Index(fields=["a"], name="by_a"))]
