import pika

connection = pika.BlockingConnection()
channel = connection.channel()
channel.basic_consume("orders", handle, auto_ack=True)  # expect: queue/ack-before-work
channel.basic_consume(queue="orders", on_message_callback=handle, auto_ack=True)  # expect: queue/ack-before-work


def early(ch: pika.adapters.blocking_connection.BlockingChannel, method, properties, body):
    ch.basic_ack(method.delivery_tag)  # expect: queue/ack-before-work
    store(body)


# Nothing to see.
def late(ch: pika.adapters.blocking_connection.BlockingChannel, method, properties, body):
    store(body)
    ch.basic_ack(method.delivery_tag)


channel.basic_consume("orders", handle)
channel.basic_consume("orders", handle, auto_ack=False)
channel.basic_consume("metrics", handle, auto_ack=True)
