from django.db import migrations


def fill(apps, schema_editor):
    Product = apps.get_model("shop", "Product")
    for i in ids:
        Product.objects.get(pk=i)
