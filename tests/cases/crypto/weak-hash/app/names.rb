class Names
  def limit(email)
    RateLimit.call("verify-code-#{Digest::MD5.base64digest(email)}")
  end

  def derived
    redis_password = Digest::SHA1.hexdigest("redis#{Rails.application.secret_key_base}")
    redis_password
  end

  def sign(text)
    signature = Digest::SHA1.hexdigest(SALT + text) # expect: crypto/weak-hash (warning)
    signature
  end

  def same?(given, expected_password)
    ActiveSupport::SecurityUtils.secure_compare(Digest::SHA256.hexdigest(given), expected_password)
  end
end
