class Prices < ActiveRecord::Migration[7.1]
  def change
    create_table :items do |t|
      t.float :price # expect: sql/column-type-trap
      t.decimal :fee
      t.float :weight
    end
    add_column :items, :balance, :float # expect: sql/column-type-trap
    add_column :items, :ratio, :float
  end
end
