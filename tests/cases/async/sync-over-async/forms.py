import asyncio

from asgiref.sync import async_to_sync


async def handler(order_id):
    asyncio.run(load(order_id))  # expect: async/sync-over-async
    loop = asyncio.get_event_loop()
    loop.run_until_complete(load(order_id))  # expect: async/sync-over-async
    async_to_sync(load)(order_id)  # expect: async/sync-over-async
    return await load(order_id)


# Nothing to see.
def main():
    asyncio.run(serve())


async def in_a_thread():
    await asyncio.to_thread(lambda: asyncio.run(load(1)))


class Sync:
    def get(self):
        return async_to_sync(load)(1)
