class Payments
  def pay(order)
    Order.transaction do
      order.lock!
      HTTParty.post("https://bank.example.com", body: order.to_json) # expect: transaction/network-io-inside
      sleep 1 # expect: transaction/network-io-inside
      order.update!(state: "paid")
    end
    HTTParty.get("https://bank.example.com/done")
  end
end
