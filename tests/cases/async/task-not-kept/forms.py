import asyncio


async def start(app):
    asyncio.ensure_future(work())  # expect: async/task-not-kept
    loop = asyncio.get_running_loop()
    loop.create_task(work())  # expect: async/task-not-kept

    # Nothing to see.
    app.state.task = asyncio.create_task(work())
    await asyncio.gather(asyncio.create_task(work()), work())
    return asyncio.create_task(work())
