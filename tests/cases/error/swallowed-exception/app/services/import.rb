# frozen_string_literal: true

class Import
  def run(rows)
    rows.each do |row|
      begin
        save(row)
      # expect: error/swallowed-exception (warning)
      rescue StandardError
      end
    end
  end

  def notify(user)
    ImportMailer.done(user).deliver_later
  rescue => e # expect: error/swallowed-exception (info)
    # A mail that cannot be sent must not undo the import.
  end

  def date(text)
    Date.parse(text) rescue nil
  end

  def price(text)
    Shop::Price.new(text).amount rescue nil # expect: error/swallowed-exception (info)
  end

  def close
    @file.close
  rescue StandardError
  end

  def fetch(key)
    cache.fetch(key)
  rescue KeyError
  end

  def save(row)
    Order.create!(row)
  rescue StandardError => e
    Rails.logger.warn("row skipped", error: e)
  end
end
