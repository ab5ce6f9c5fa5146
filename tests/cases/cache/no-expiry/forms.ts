import Redis from "ioredis";
import NodeCache from "node-cache";

const redis = new Redis();

export async function cacheUser(user: User) {
  await redis.set(user.key, JSON.stringify(user)); // expect: cache/no-expiry
}

export async function remember(user: User) {
  await redis.set(`session:${user.id}`, JSON.stringify(user)); // expect: cache/no-expiry
}

const local = new NodeCache(); // expect: cache/no-expiry

// Nothing to see.
export async function cacheOrder(order: Order) {
  await redis.set(order.key, "x", "EX", 60);
  await redis.set(order.key, "x", "PX", 60_000, "NX");
}
export async function cacheThenExpire(order: Order) {
  await redis.set(order.key, "x");
  await redis.expire(order.key, 60);
}
export async function store(order: Order) {
  await redis.set(`order:${order.id}`, JSON.stringify(order));
}
new NodeCache({ stdTTL: 300 });
