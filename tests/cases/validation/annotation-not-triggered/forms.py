from rest_framework.response import Response


def create(request):
    serializer = OrderSerializer(data=request.data)
    serializer.is_valid()  # expect: validation/annotation-not-triggered
    form = OrderForm(request.POST)
    form.is_valid()
    form.save()
    store(serializer.validated_data)

    # Nothing to see.
    serializer.is_valid(raise_exception=True)
    if form.is_valid():
        form.save()
    ok = form.is_valid()
    token.is_valid()
    return Response(ok)


def chosen(form):
    form.is_valid()
    return form.cleaned_data


def saved(data):
    serializer = OrderSerializer(data=data)
    serializer.is_valid()
    return serializer.save()


def rendered(data):
    serializer = OrderSerializer(data=data)
    serializer.is_valid(raise_exception=False)
    return serializer.data
