class Report
  def rows
    orders = Order.where(state: "open").order(:created_at)
    orders.map do |order|
      [order.number.upcase, order.created_at.year, order.customer.name] # expect: orm/n-plus-one
    end
  end

  def loaded
    orders = Order.where(state: "open").includes(:customer)
    orders.each { |order| puts order.customer.name }
  end

  def known
    Setting.all.each { |setting| puts setting.value.name }
    @orders.each { |order| puts order.customer.name }
    Order.where(state: "open").each { |order| puts order.class.name, order.customer_id }
  end

  def ids
    Invoice.find_each { |invoice| send_to(invoice.account.email) } # expect: orm/n-plus-one
  end
end
