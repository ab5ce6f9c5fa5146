from django.db import models


class Author(models.Model):
    country = models.ForeignKey("Country", on_delete=models.PROTECT)
    tags = models.ManyToManyField("Tag")


def rows(request):
    for author in Author.objects.all():
        print(author.book_set.count())  # expect: orm/n-plus-one
    authors = Author.objects.filter(active=True)
    for author in authors:
        show(author.country.code)  # expect: orm/n-plus-one
    for author in authors:
        tags = [tag.name for tag in author.tags.all()]  # expect: orm/n-plus-one
    return [a.country.name for a in Author.objects.order_by("name")]  # expect: orm/n-plus-one


# Nothing to see.
def fine(request, authors):
    for author in Author.objects.select_related("country"):
        print(author.country.name)
    for author in Author.objects.prefetch_related("tags", "book_set"):
        print(author.tags.all(), author.book_set.all())
    for author in Author.objects.all():
        print(author.country_id, author.country.pk, author.name.upper())
    for author in authors:
        print(author.country.name)
    for author in Author.objects.all():
        author.country = None
        author.meta.get("x")
    for name in Author.objects.values_list("name", flat=True):
        print(name.country.name)
