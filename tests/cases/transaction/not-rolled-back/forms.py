from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

engine = create_engine(url)


def add(session: Session, order):
    try:
        session.add(order)
        session.commit()
    except IntegrityError:  # expect: transaction/not-rolled-back (warning)
        log("twice")


def move(amount):
    connection = engine.connect()  # expect: pool/connection-not-released
    transaction = connection.begin()  # expect: transaction/not-rolled-back
    connection.execute(debit(amount))
    transaction.commit()


# Nothing to see.
def rolled_back(session: Session, order):
    try:
        session.commit()
    except IntegrityError:
        session.rollback()


def raised(session: Session, order):
    try:
        session.commit()
    except IntegrityError as error:
        raise Conflict from error


def scoped(order):
    with Session(engine) as session:
        try:
            session.commit()
        except IntegrityError:
            return None


def other_error(session: Session, order):
    try:
        session.commit()
        order.number()
    except KeyError:
        return None


def both(amount):
    connection = engine.connect()  # expect: pool/connection-not-released
    transaction = connection.begin()
    try:
        transaction.commit()
    except Exception:
        transaction.rollback()
        raise
