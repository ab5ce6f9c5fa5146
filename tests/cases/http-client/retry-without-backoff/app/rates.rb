class Rates
  def endless
    HTTParty.get("https://rates.example.com")
  rescue StandardError # expect: http-client/retry-without-backoff
    retry
  end

  def counted
    tries ||= 3
    HTTParty.get("https://rates.example.com")
  rescue StandardError
    retry if (tries -= 1).positive?
  end

  def create
    User.create!(name: "x")
  rescue ActiveRecord::RecordNotUnique
    retry
  end
end
