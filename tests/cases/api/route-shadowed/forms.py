from fastapi import APIRouter

router = APIRouter()
other = APIRouter()


@router.get("/users/{name}")
async def user(name: str):
    return name


@router.get("/users/me")  # expect: api/route-shadowed
async def me():
    return 1


@router.post("/users/me")
async def change_me():
    return 1


@router.get("/orders/{order_id}")
async def order(order_id: int):
    return order_id


@router.get("/orders/latest")
async def latest():
    return 1


@other.get("/users/me")
async def other_me():
    return 1


@router.get("/items/first")
async def first():
    return 1


@router.get("/items/{item}")
async def item(item: str):
    return item
