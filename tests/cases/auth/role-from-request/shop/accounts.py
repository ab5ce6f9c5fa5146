from flask import Blueprint, request
from flask_login import current_user, login_required

from .models import User, db

bp = Blueprint("accounts", __name__)


@bp.post("/signup")
def signup():
    user = User(name=request.form["name"])
    user.is_admin = request.form.get("is_admin") == "1"
    user.role = request.form.get("role", "user")  # expect: auth/role-from-request
    db.session.add(user)
    return "", 201


@bp.put("/profile")
@login_required
def change_profile():
    data = request.get_json()
    current_user.role = data["role"]  # expect: auth/role-from-request
    return "", 204


@bp.put("/members/<int:member_id>")
def change_member(member_id):
    member = db.session.get(User, member_id)
    if not current_user.is_admin:
        return "", 403
    member.role = request.get_json()["role"]
    return "", 204


@bp.put("/profile/name")
def rename():
    current_user.name = request.get_json()["name"]
    current_user.role = "user"
    return "", 204
