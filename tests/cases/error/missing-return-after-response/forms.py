from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import redirect
from flask import jsonify


def view(request):
    if not request.user.is_staff:
        HttpResponseForbidden()  # expect: error/missing-return-after-response
    if request.method == "POST":
        redirect("home")  # expect: error/missing-return-after-response
    JsonResponse({})  # expect: error/missing-return-after-response
    return HttpResponse("ok")


def flask_view():
    jsonify(error="no")  # expect: error/missing-return-after-response
    response = jsonify(ok=True)
    return response


def fine(request):
    if request.user.is_staff:
        return redirect("home")
    response = HttpResponse("ok")
    log(HttpResponse("x"))
    yield HttpResponse("y")
    return response


async def middleware(scope, receive, send):
    response = JsonResponse({})
    await response(scope, receive, send)
    response(environ, start_response)
