class Tokens
  def reset_token
    [*("a".."z"), *(0..9)].sample(20).join # expect: crypto/insecure-random
  end

  def invite
    chars = ("a".."z").to_a
    color = %w[red blue].sample
    token = chars.shuffle.take(20).join # expect: crypto/insecure-random
    [token, color]
  end

  def activation_code
    chars.shuffle(random: SecureRandom).take(8).join
  end

  def password
    users.sample.password
  end
end
