# frozen_string_literal: true

class Account < ApplicationRecord
  scope :named, ->(name) { where("name LIKE '%#{name}%'") } # expect: injection/sql (warning)
  scope :owned_by, ->(user) { where("owner_id = #{user.id}") }
  scope :since, ->(days) { where("created_at > now() - interval '#{days.to_i} days'") }

  def self.matching(term)
    where("name ILIKE ?", "%#{sanitize_sql_like(term)}%")
  end

  def self.totals
    connection.select_all("SELECT owner_id, count(*) FROM #{table_name} GROUP BY owner_id")
  end
end
