from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.CreateModel("Made", [("id", models.AutoField(primary_key=True))]),
        migrations.AddField("made", "a", models.IntegerField()),
        migrations.AddField("order", "a", models.BooleanField(default=False)),
        migrations.AddField("order", "b", models.IntegerField(null=True)),
        # expect: migration/not-null-without-default
        migrations.AddField("order", "c", models.IntegerField(null=False)),
        migrations.AddField("order", "d", models.ManyToManyField("shop.Tag")),
        migrations.AddField("order", "e", models.DateTimeField(auto_now_add=True)),
        migrations.AddField("order", "f", models.TextField(blank=True)),
    ]
