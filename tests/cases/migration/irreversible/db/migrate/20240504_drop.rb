class Drop < ActiveRecord::Migration[7.1]
  def change
    change_column :orders, :state, :text # expect: migration/irreversible
    change_column :orders, :note, :text # rubocop:disable Rails/ReversibleMigration
    reversible do |dir|
      dir.down { remove_index :orders, name: "of_state" }
    end
  end
end
