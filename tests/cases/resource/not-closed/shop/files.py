import csv
import gzip
import json


def counted(path):
    rows = open(path)  # expect: resource/not-closed
    return sum(1 for _ in rows)


def packed(path):
    source = gzip.open(path, "rt")  # expect: resource/not-closed
    for row in csv.reader(source):
        store(row)


def written(path, data):
    target = open(path, "w")
    json.dump(data, target)
    target.close()


def handed(path):
    source = open(path)
    return send(source)


def scoped(path, stack):
    source = stack.enter_context(open(path))
    other = open(path)
    with other:
        return other.read() + source.read()


class Log:
    def __init__(self, path):
        self.file = open(path, "a")
