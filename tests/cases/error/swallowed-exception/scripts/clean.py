for path in paths:
    try:
        work(path)
    except Exception:
        pass
