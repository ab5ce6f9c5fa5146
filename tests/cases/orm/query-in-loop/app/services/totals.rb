# frozen_string_literal: true

class Totals
  def names(ids)
    ids.map { |id| Account.find(id).name } # expect: orm/query-in-loop
  end

  def rows(lines)
    lines.each do |line|
      account = Account.find_by(number: line[:number]) # expect: orm/query-in-loop
      account&.update!(total: line[:total])
    end
  end

  def batches(ids)
    ids.each_slice(500) { |slice| Account.where(id: slice).delete_all }
  end

  def all(ids)
    accounts = Account.where(id: ids).index_by(&:id)
    ids.map { |id| accounts[id].name }
  end

  def encodings(names)
    names.map { |name| Encoding.find(name) }
  end
end
