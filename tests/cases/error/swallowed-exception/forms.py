def a():
    try:
        work()
    except Exception:  # expect: error/swallowed-exception
        pass


def b():
    try:
        work()
    except:  # expect: error/swallowed-exception
        return None


def c():
    for item in items:
        try:
            work(item)
        except BaseException:  # expect: error/swallowed-exception
            continue


def d():
    try:
        work()
    except Exception as error:  # expect: error/swallowed-exception
        return


def e():
    try:
        work()
    except (ValueError, Exception):  # expect: error/swallowed-exception
        ...


def f():
    try:
        work()
    except Exception:  # expect: error/swallowed-exception (info)
        pass  # the metrics server may be away, orders go on
