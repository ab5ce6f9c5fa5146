from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Author(db.Model):
    books = db.relationship("Book")
    country = db.relationship("Country", lazy="joined")


def rows():
    for author in db.session.query(Author).filter(Author.active):
        print(author.books)  # expect: orm/n-plus-one
    authors = Author.query.all()
    return [len(author.books) for author in authors]  # expect: orm/n-plus-one


# Nothing to see.
def fine():
    for author in db.session.query(Author).options(selectinload(Author.books)):
        print(author.books, author.country)
    for author in Author.query.all():
        print(author.country.name, author.name)
