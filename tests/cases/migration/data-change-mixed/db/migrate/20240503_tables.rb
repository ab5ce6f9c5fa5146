class Tables < ActiveRecord::Migration[7.1]
  TABLES = %w[orders items].freeze

  def up
    TABLES.each { |table| add_column table, :note, :text }
    Order.update_all(state: "open") # expect: migration/data-change-mixed
    change_column :orders, :total, :bigint # expect: migration/type-change-rewrite
  end
end
