from flask import Flask, request

app = Flask(__name__)
last_user = None
client = None


def notify(entry, reply_to=[]):  # expect: concurrency/shared-mutable-state
    reply_to.append(entry.mail)
    return reply_to


def count(words, totals={}):  # expect: concurrency/shared-mutable-state
    for word in words:
        totals[word] = totals.get(word, 0) + 1
    return totals


def read_only(words, known=[], options={}):
    return [word for word in words if word not in known and options.get(word)]


def copied(items=[]):
    items = list(items)
    items.append(1)
    return items


def cached(key, cache={}):
    cache[key] = key
    return cache


@app.get("/a")
def keep():
    global last_user
    last_user = request.args["user"]  # expect: concurrency/shared-mutable-state
    return {"user": last_user}


@app.get("/b")
def connect():
    global client
    if client is None:
        client = make()
    return client.name
