# PostgreSQL
class Rework < ActiveRecord::Migration[7.1]
  def up
    create_table :refunds do |t|
      t.string :reason, null: false
      t.references :order, index: true
    end
    add_index :refunds, :reason
    add_column :refunds, :state, :string, null: false
    add_index :orders, :state # expect: migration/index-not-concurrent
    add_reference :orders, :shop # expect: migration/index-not-concurrent
    add_reference :orders, :clerk, index: false
    add_column :orders, :note, :text
    add_column :orders, :currency, :string, null: false # expect: migration/not-null-without-default
    add_column :orders, :country, :string, null: false, default: "CH"
    change_column_null :orders, :note, true
    change_column_null :orders, :state, false # expect: migration/set-not-null-scan
    change_column :orders, :number, :bigint # expect: migration/type-change-rewrite
    change_column :orders, :title, :text
    rename_column :orders, :sum, :total # expect: migration/rename-in-place
    rename_table :clients, :customers # expect: migration/rename-in-place
    remove_column :orders, :fax # expect: migration/destructive-drop
    drop_table :coupons # expect: migration/destructive-drop
    drop_table :coupons_backup
    add_foreign_key :orders, :customers # expect: migration/constraint-validates-now
    add_foreign_key :orders, :shops, validate: false
    add_foreign_key :refunds, :orders
    change_table :orders do |t|
      t.string :city, null: false # expect: migration/not-null-without-default
      t.index :city # expect: migration/index-not-concurrent
      t.rename :a, :b # expect: migration/rename-in-place
      t.remove :c # expect: migration/destructive-drop
    end
    execute <<~SQL
      ALTER TABLE orders ADD COLUMN tax numeric;
      ALTER TABLE refunds ADD COLUMN tax numeric NOT NULL;
    SQL
  end

  def down
    remove_column :orders, :currency
    rename_table :customers, :clients
    add_index :orders, :fax
    execute "ALTER TABLE orders DROP COLUMN tax"
  end
end
