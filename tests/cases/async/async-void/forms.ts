export async function all(items: Item[]) {
  items.forEach(async (item) => { // expect: async/async-void
    await send(item);
  });
  items.filter(async (item) => await isOpen(item)); // expect: async/async-void
  if (items.some(async (item) => await isOpen(item))) { // expect: async/async-void
    return;
  }
  items.sort(async (a, b) => (await rank(a)) - (await rank(b))); // expect: async/async-void

  // Nothing to see.
  await Promise.all(items.map(async (item) => await send(item)));
  await cursor.forEach(async (item) => {
    await send(item);
  });
  items.forEach((item) => {
    send(item);
  });
  items.forEach(async (item) => {
    log(item);
  });
  items.filter((item) => item.isOpen);
}

export function handled(items: Item[]) {
  items.forEach(async (item) => {
    const id = item.id;
    try {
      await send(id);
    } catch (error) {
      logger.error(error);
    }
  });
}
