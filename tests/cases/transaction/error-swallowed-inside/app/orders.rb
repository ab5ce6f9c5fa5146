class Orders
  def store(order)
    Order.transaction do
      begin
        Order.transaction(requires_new: true) { order.save! }
      rescue ActiveRecord::RecordNotUnique
        nil
      end
    end
  end

  def again(order)
    Order.transaction do
      order.save!
    rescue ActiveRecord::StatementInvalid => e # expect: transaction/error-swallowed-inside
      logger.warn(e)
    end
  end

  def told(order)
    Order.transaction do
      order.save!
    rescue ActiveRecord::RecordNotUnique
      raise Taken
    end
  end

  def around(orders)
    orders.each do |order|
      Order.transaction { order.save! }
    rescue ActiveRecord::RecordNotUnique => e
      logger.warn(e)
    end
  end
end
