from typing import List, Optional

import strawberry
import strawberry_django


@strawberry.enum
class Kind(str, Enum):
    A = "a"


def get_books(root) -> List["Book"]:
    return list(books)


def get_some(root, limit: int = 10) -> List["Book"]:
    return books[: min(limit, 100)]


@strawberry.type
class Book:
    title: str
    authors: List["Author"]


@strawberry.type
class Query:
    books: List[Book] = strawberry.field(resolver=get_books)  # expect: graphql/list-field-unpaged
    some: List[Book] = strawberry.field(resolver=get_some)
    paged: List[Book] = strawberry_django.field(pagination=True)
    kinds: List[Kind] = strawberry.field(resolver=lambda: list(Kind))

    @strawberry.field
    async def authors(self, name: Optional[str] = None) -> Optional[List["Author"]]:  # expect: graphql/list-field-unpaged
        return await load_authors(name)

    @strawberry.field
    def latest(self) -> list[Book]:
        return Book.objects.order_by("-id")[:10]

    @strawberry.field
    def book(self, id: strawberry.ID) -> Optional[Book]:
        return find(id)

    @strawberry.field
    def by_ids(self, ids: list[strawberry.ID]) -> list[Book]:
        return find_all(ids)

    @strawberry.field
    def tags(self) -> list["Tag"]:
        return load_tags()
