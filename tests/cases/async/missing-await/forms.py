import asyncio

import redis.asyncio as redis
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tenacity import retry


class Mailer:
    async def send(self, to):
        await self.client.post(to)

    async def allowed(self, to):
        return await self.client.get(to)

    async def all(self, users):
        for user in users:
            self.send(user)  # expect: async/missing-await
            if self.allowed(user):  # expect: async/missing-await
                await self.send(user)
        asyncio.sleep(1)  # expect: async/missing-await

    def start(self):
        self.send("admin")  # expect: async/missing-await


async def store(session: AsyncSession, client: redis.Redis):
    session.execute(statement).scalars().all()  # expect: async/missing-await
    session.flush()  # expect: async/missing-await
    client.set("a", 1)  # expect: async/missing-await


# Nothing to see.
@retry
async def decorated():
    await load()


async def fine(session: AsyncSession, group, tasks):
    decorated()
    await session.commit()
    (await session.execute(statement)).scalars()
    group.create_task(session.flush())
    pending = session.flush()
    await pending
    session.add(order)
    await asyncio.gather(*(session.refresh(one) for one in tasks))
    send_in_background(session)
    return session.commit()


async def send_in_background(session):
    await session.commit()


def send(to):
    print(to)


send("me")
