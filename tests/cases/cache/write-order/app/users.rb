class Users
  def rename(user, name)
    Rails.cache.delete("users/#{user.id}") # expect: cache/write-order
    user.name = name
    user.save!
  end

  def touch(user)
    Rails.cache.delete("users/#{user.id}")
    user.touch
    Rails.cache.delete("users/#{user.id}")
  end

  def unlock(user)
    Rails.cache.delete("lock/users/#{user.id}")
    user.save!
  end

  def after(user)
    user.update!(seen: true)
    Rails.cache.delete(["users", user.id])
  end
end
