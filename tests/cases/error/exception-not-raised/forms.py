from django.core.exceptions import PermissionDenied
from django.http import Http404
from fastapi import FastAPI, HTTPException
from pyramid.httpexceptions import HTTPNotFound
from rest_framework import serializers

app = FastAPI()


@app.get("/a")
def a():
    return HTTPException(404)  # expect: error/exception-not-raised


@app.get("/b")
def b():
    HTTPException(404)  # expect: error/exception-not-raised
    return {}


def django_view(request):
    if request.GET:
        return Http404()  # expect: error/exception-not-raised
    return PermissionDenied()  # expect: error/exception-not-raised


class OrderSerializer(serializers.Serializer):
    def validate_size(self, size):
        if size < 0:
            return serializers.ValidationError("size")  # expect: error/exception-not-raised
        return size


def plain(size):
    if size < 0:
        ValueError("size")  # expect: error/exception-not-raised
    HTTPNotFound()  # expect: error/exception-not-raised


class SizeError(ValueError):
    pass


def own(size):
    if size < 0:
        SizeError(size)  # expect: error/exception-not-raised
