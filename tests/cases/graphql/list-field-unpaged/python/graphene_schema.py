import graphene
from graphene_django import DjangoListField, DjangoObjectType
from graphene_django.filter import DjangoFilterConnectionField


class Query(graphene.ObjectType):
    books = graphene.List(BookType)  # expect: graphql/list-field-unpaged
    authors = graphene.NonNull(graphene.List(graphene.NonNull(lambda: AuthorType)))  # expect: graphql/list-field-unpaged
    shelves = DjangoListField(ShelfType)  # expect: graphql/list-field-unpaged
    lenders = DjangoFilterConnectionField(LenderType)
    words = graphene.List(graphene.String)
    some = graphene.List(BookType, limit=graphene.Int())
    newest = graphene.List(BookType)
    languages = graphene.List(LanguageType)
    book = graphene.Field(BookType, id=graphene.ID())

    def resolve_books(root, info):
        return Book.objects.all()

    def resolve_authors(root, info):
        return Author.objects.filter(active=True)

    def resolve_words(root, info):
        return ["a"]

    def resolve_some(root, info, limit=10):
        return Book.objects.all()[: min(limit, 50)]

    def resolve_newest(root, info):
        return Book.objects.order_by("-id")[:5]

    def resolve_languages(root, info):
        return Language.objects.all()


class BookType(DjangoObjectType):
    pages = graphene.List(PageType)

    def resolve_pages(root, info):
        return root.pages.all()
