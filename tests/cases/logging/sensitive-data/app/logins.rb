class Logins
  def call(user)
    Rails.logger.info("login #{user.password}") # expect: logging/sensitive-data
    logger.warn(user.otp_code) # expect: logging/sensitive-data
    Rails.logger.info("login #{user.password.present?} #{user.password_digest.size}")
    logger.info("token of #{user.token_type}")
  end
end
