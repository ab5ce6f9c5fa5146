class Fill < ActiveRecord::Migration[7.1]
  class LocalOrder < ActiveRecord::Base
    self.table_name = "orders"
  end

  def change
    add_column :orders, :state, :string
    reversible do |dir|
      dir.up do
        Order.update_all(state: "open") # expect: migration/data-change-mixed
        LocalOrder.update_all(state: "open")
      end
    end
    execute "SELECT 1" # expect: migration/irreversible
    remove_column :orders, :fax # expect: migration/destructive-drop
    remove_column :orders, :telex, :string # expect: migration/destructive-drop
  end
end
