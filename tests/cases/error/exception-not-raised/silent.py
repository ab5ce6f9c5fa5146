from fastapi import HTTPException
from pyramid.httpexceptions import HTTPNotFound


def not_found_exception(what):
    return HTTPException(404, what)


def to_error(what) -> HTTPException:
    return HTTPException(404, what)


def pyramid_view(request):
    return HTTPNotFound()


def raising(size):
    if size < 0:
        raise ValueError("size")
    error = HTTPException(404)
    raise error


def passed_on(future):
    future.set_exception(ValueError("size"))


def returned(size):
    return ValueError("size")


responses = {404: HTTPException(404)}
