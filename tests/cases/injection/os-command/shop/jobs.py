import os
import shlex
import subprocess

from django.http import HttpRequest, JsonResponse
from django.views import View

FORMATS = {"png", "jpg"}


class Convert(View):
    def post(self, request: HttpRequest):
        name = request.POST.get("name", "")
        kind = request.POST.get("kind", "png")
        if kind not in FORMATS:
            return JsonResponse({"error": "format"}, status=400)
        subprocess.run(["convert", "--", f"in.{kind}", f"out.{kind}"], check=True, timeout=30)
        os.system("convert " + shlex.quote(name) + " out.png")
        command = " ".join(["convert", name, "out.png"])
        return JsonResponse({"code": os.system(command)})  # expect: injection/os-command

    def get(self, request: HttpRequest):
        options = {"size": request.GET.get("size", "100"), "name": "in.png"}
        subprocess.run(f"identify {options['name']}", shell=True, check=True, timeout=30)
        size = "identify -size " + options["size"]
        subprocess.run(["sh", "-c", size], check=True, timeout=30)  # expect: injection/os-command
        return JsonResponse({"width": int(request.GET.get("size", "100"))})
