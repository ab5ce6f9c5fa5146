class Groups
  def watched?(objects)
    objects.group_by(&:class).each do |owner, members|
      return true if Watcher.where(kind: owner.name, id: members.map(&:id)).exists?
    end
  end

  def methods(rows)
    rows.map do |row|
      Method.find_by(name: row[:name]) || Method.find_by!(title: row[:name]) # expect: orm/query-in-loop
    end
  end
end

class Loops
  def all(ids)
    for id in ids
      Order.find(id) # expect: orm/query-in-loop
    end
    for page in 1..3
      Order.find_by(kind: "a")
    end
  end
end
