class Counters
  def raise_by_one(key)
    @redis.set(key, @redis.get(key).to_i + 1) # expect: cache/non-atomic-counter-or-lock
    Rails.cache.write("copy", Rails.cache.read(key), expires_in: 60)
    @redis.incr(key)
  end

  def lock(key)
    redis.setnx(key, 1) # expect: cache/non-atomic-counter-or-lock
    work
    redis.expire(key, 10)
  end

  def other(key)
    redis.setnx(key, 1)
    redis.expire("all", 10)
  end
end
