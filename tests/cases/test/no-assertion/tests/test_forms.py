import pytest


# expect: test/no-assertion (warning)
def test_totals(client):
    order = client.create()
    client.total(order)


# expect: test/no-assertion (warning)
def test_true():
    assert True


def test_mock(mailer):
    send(mailer)
    mailer.assert_called_once  # expect: test/no-assertion (error)
    mailer.send.assert_called_with  # expect: test/no-assertion (error)


# Nothing to see.
def test_assert(client):
    order = client.create()
    assert client.total(order) == 3


def test_raises(client):
    order = client.create()
    with pytest.raises(ValueError):
        client.total(order)


def test_called(mailer):
    send(mailer)
    mailer.assert_called_once()


def test_with_a_word(client):
    order = client.create()
    verify_order(order)


@skipped_for_now
def test_later(client):
    order = client.create()
    client.total(order)


def helper(client):
    order = client.create()
    client.total(order)
