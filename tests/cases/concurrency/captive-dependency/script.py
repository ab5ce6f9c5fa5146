from shop.database import SessionLocal

db = SessionLocal()


def load():
    return db.query(Order).limit(10).all()
