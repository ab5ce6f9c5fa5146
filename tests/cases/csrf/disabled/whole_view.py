from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt


@method_decorator(csrf_exempt, name="dispatch")  # expect: csrf/disabled
class Transfer(View):
    def post(self, request):
        request.user.account.transfer(request.POST["to"], request.POST["amount"])


@method_decorator(csrf_exempt, name="dispatch")
class Hook(View):
    def post(self, request):
        check_signature(request)
        request.user.account.save()
