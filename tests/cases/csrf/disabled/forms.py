from django.views.decorators.csrf import csrf_exempt
from pyramid.view import view_config


@csrf_exempt  # expect: csrf/disabled
def rename(request):
    request.user.name = request.POST["name"]
    request.user.save()


@view_config(route_name="rename", require_csrf=False)  # expect: csrf/disabled
def pyramid_rename(request):
    request.user.name = request.POST["name"]


config.set_default_csrf_options(require_csrf=False)  # expect: csrf/disabled
app.config["WTF_CSRF_ENABLED"] = False  # expect: csrf/disabled


# Nothing to see.
@csrf_exempt
def payment_webhook(request):
    check_signature(request.headers["x-signature"], request.body)
    request.session["paid"] = True


@csrf_exempt
def search(request):
    return find(request.GET["q"])


config.set_default_csrf_options(require_csrf=True)
