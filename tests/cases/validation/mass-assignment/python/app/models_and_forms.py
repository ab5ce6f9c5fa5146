from django.db import models
from django.forms import ModelForm
from rest_framework import serializers, viewsets


class Shop(models.Model):
    name = models.CharField(max_length=80)
    owner = models.ForeignKey("auth.User", on_delete=models.CASCADE)


class Colour(models.Model):
    name = models.CharField(max_length=80)


class ShopForm(ModelForm):
    class Meta:
        model = Shop
        fields = "__all__"  # expect: validation/mass-assignment


class ColourForm(ModelForm):
    class Meta:
        model = Colour
        fields = "__all__"


class ShopSerializer(serializers.ModelSerializer):
    class Meta:
        model = Shop
        fields = "__all__"
        read_only_fields = ["owner"]


class Shops(viewsets.ViewSet):
    def create(self, request):
        shop = Shop.objects.create(**request.data)  # expect: validation/mass-assignment
        return shop.pk

    def change(self, request, pk=None):
        Shop.objects.filter(pk=pk).update(**request.POST.dict())  # expect: validation/mass-assignment

    def replace(self, request, pk=None):
        Shop.objects.update_or_create(pk=pk, defaults=request.data)  # expect: validation/mass-assignment

    def rename(self, request, pk=None):
        Shop.objects.filter(pk=pk).update(name=request.data["name"])
