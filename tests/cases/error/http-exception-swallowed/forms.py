from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from flask import abort, jsonify


def a(request, pk):
    try:
        return JsonResponse(get_object_or_404(Order, pk=pk).as_dict())
    except Exception:  # expect: error/http-exception-swallowed
        return JsonResponse({"error": "failed"}, status=500)


def b(pk):
    try:
        if not find(pk):
            abort(404)
    except Exception as error:  # expect: error/http-exception-swallowed
        return jsonify(error="failed"), 500


# Nothing to see.
def c(request, pk):
    try:
        return JsonResponse(get_object_or_404(Order, pk=pk).as_dict())
    except Http404:
        raise
    except Exception:
        return JsonResponse({"error": "failed"}, status=500)


def d(request, pk):
    try:
        return JsonResponse(find(pk).as_dict())
    except Exception:
        return JsonResponse({"error": "failed"}, status=500)


def e(pk):
    try:
        if not find(pk):
            abort(404)
    except Exception:
        log("failed 500")
        raise
