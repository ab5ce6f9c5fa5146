import json

from flask import Blueprint, jsonify, request
from sqlalchemy import insert, update

from .models import Account, db
from .schemas import AccountSchema

bp = Blueprint("accounts", __name__)
schema = AccountSchema()


@bp.post("/accounts")
def create():
    data = request.get_json()
    account = Account(**data)  # expect: validation/mass-assignment
    db.session.add(account)
    db.session.commit()
    return jsonify(id=account.id), 201


@bp.post("/accounts/form")
def create_from_form():
    values = request.form.to_dict()
    db.session.add(Account(**values))  # expect: validation/mass-assignment
    return "", 201


@bp.post("/accounts/raw")
def create_from_text():
    payload = json.loads(request.data)
    db.session.execute(insert(Account).values(**payload))  # expect: validation/mass-assignment
    return "", 201


@bp.put("/accounts/<int:account_id>")
def change(account_id):
    Account.query.filter_by(id=account_id).update(request.json)  # expect: validation/mass-assignment
    return "", 204


@bp.patch("/accounts/<int:account_id>")
def set_each(account_id):
    account = db.session.get(Account, account_id)
    changes = request.get_json()
    for field, value in changes.items():
        if hasattr(account, field):
            setattr(account, field, value)  # expect: validation/mass-assignment
    db.session.commit()
    return "", 204


@bp.patch("/accounts/<int:account_id>/dict")
def set_all(account_id):
    account = db.session.get(Account, account_id)
    account.__dict__.update(request.json)  # expect: validation/mass-assignment
    db.session.execute(update(Account).where(Account.id == account_id).values(name="x"))
    return "", 204


@bp.post("/accounts/checked")
def create_checked():
    data = schema.load(request.get_json())
    db.session.add(Account(**data))
    return "", 201


@bp.post("/accounts/picked")
def create_picked():
    data = request.get_json()
    data = {key: data[key] for key in ("name", "email") if key in data}
    db.session.add(Account(**data))
    return "", 201


@bp.patch("/accounts/<int:account_id>/some")
def set_some(account_id):
    account = db.session.get(Account, account_id)
    for field, value in request.get_json().items():
        if field not in ("name", "email"):
            continue
        setattr(account, field, value)
    return "", 204


@bp.get("/accounts")
def find():
    return jsonify(schema.dump(Account(**{"name": request.args["name"]})))
