require "sequel"

DB = Sequel.connect(ENV.fetch("DATABASE_URL"))

DataMapper.auto_upgrade! # expect: orm/schema-auto-sync (info)
Note.auto_migrate! # expect: orm/schema-auto-sync
ActiveRecord::Tasks::DatabaseTasks.load_schema_current # expect: orm/schema-auto-sync
ActiveRecord::MigrationContext.new("db/migrate").migrate # expect: orm/schema-auto-sync (info)
DB.create_table(:orders) { primary_key :id } unless DB.table_exists?(:orders)
DB.create_table!(:notes) { primary_key :id } # expect: orm/schema-auto-sync
