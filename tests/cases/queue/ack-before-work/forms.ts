import amqp from "amqplib";

const connection = await amqp.connect(url);
const channel = await connection.createChannel();
channel.consume("orders", handle, { noAck: true }); // expect: queue/ack-before-work
channel.consume("orders", async (message) => {
  channel.ack(message); // expect: queue/ack-before-work
  await store(message);
});

// Nothing to see.
channel.consume("orders", async (message) => {
  await store(message);
  channel.ack(message);
});
channel.consume("cache-invalidation", handle, { noAck: true });
channel.consume("orders", handle);
