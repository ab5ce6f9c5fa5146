from rest_framework.response import Response


def create(request):
    serializer = OrderSerializer(data=request.data)
    serializer.is_valid()  # expect: validation/annotation-not-triggered
    form = OrderForm(request.POST)
    form.is_valid()  # expect: validation/annotation-not-triggered

    # Nothing to see.
    serializer.is_valid(raise_exception=True)
    if form.is_valid():
        form.save()
    ok = form.is_valid()
    token.is_valid()
    return Response(ok)
