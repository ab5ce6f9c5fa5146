import traceback

from django.http import HttpResponse, JsonResponse
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/a")
def a():
    try:
        return load()
    except Exception as error:
        trace = traceback.format_exc()
        log(trace)
        return {"trace": trace}  # expect: error/stack-trace-to-client (error)


@app.get("/b")
def b():
    try:
        return load()
    except Exception as error:
        raise HTTPException(status_code=500, detail=str(error))  # expect: error/stack-trace-to-client (info)


def c(request):
    try:
        return JsonResponse(load())
    except Exception:
        return HttpResponse(traceback.format_exc(), status=500)  # expect: error/stack-trace-to-client (error)


# Nothing to see.
@app.get("/d")
def d():
    try:
        return load()
    except Exception:
        log(traceback.format_exc())
        raise HTTPException(status_code=500, detail="failed")


@app.get("/e")
def e():
    try:
        return load()
    except ValueError as error:
        raise HTTPException(status_code=400, detail=str(error))
