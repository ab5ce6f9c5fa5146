require "pg"

class Archive < ActiveRecord::Base
  establish_connection :archive
end

class Payments
  def initialize
    @ledger = PG.connect(ENV.fetch("LEDGER_URL"))
  end

  def pay(order)
    Order.transaction do
      order.update!(paid: true)
      Archive.create!(order_id: order.id) # expect: transaction/client-outside-scope
      Audit.create!(order_id: order.id)
    end
  end

  def book(order)
    @ledger.transaction do |connection|
      connection.exec_params("INSERT INTO entries VALUES ($1)", [order.id])
      @ledger.exec("UPDATE totals SET n = n + 1 WHERE id = 1")
    end
  end
end
