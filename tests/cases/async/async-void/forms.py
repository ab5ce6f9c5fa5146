import threading


async def refresh():
    await load()


def plain():
    load()


threading.Thread(target=refresh)  # expect: async/async-void
list(map(refresh, items))  # expect: async/async-void

# Nothing to see.
threading.Thread(target=plain)
list(map(plain, items))
list(map(str, items))
