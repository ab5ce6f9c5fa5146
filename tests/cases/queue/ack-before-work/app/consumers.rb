require "bunny"

channel = Bunny.new.create_channel
orders = channel.queue("orders")
answers = channel.queue("", exclusive: true)

orders.subscribe(manual_ack: false) do |delivery, _properties, body| # expect: queue/ack-before-work
  Orders.place(body)
end

orders.subscribe(block: true) do |_delivery, _properties, body| # expect: queue/ack-before-work (info)
  puts body
end

answers.subscribe do |_delivery, _properties, body|
  Orders.answer(body)
end

orders.subscribe(manual_ack: true) do |delivery, _properties, body|
  channel.ack(delivery.delivery_tag) # expect: queue/ack-before-work
  Orders.place(body)
end

class OrderWorker
  include Sneakers::Worker
  from_queue "orders", ack: false # expect: queue/ack-before-work

  def work(body)
    Orders.place(body)
  end
end

class Poller
  def poll(client, url)
    client.receive_message(queue_url: url).messages.each do |message|
      # expect: queue/ack-before-work
      client.delete_message(queue_url: url, receipt_handle: message.receipt_handle)
      Orders.place(message.body)
    end
  end

  def drop(client, url, message)
    client.delete_message(queue_url: url, receipt_handle: message.receipt_handle)
  end
end
