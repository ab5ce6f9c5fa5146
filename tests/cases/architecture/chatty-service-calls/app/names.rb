require "faraday"

class Names
  BASE = ENV.fetch("USERS_SERVICE_URL")

  def all(ids)
    ids.map do |id|
      Net::HTTP.get(URI("#{BASE}/users/#{id}")) # expect: architecture/chatty-service-calls
    end
  end

  def pages
    (1..10).map { |page| Faraday.get("#{BASE}/users?page=#{page}") }
  end

  def status(urls)
    urls.map { |url| Faraday.get("#{url}/status") }
  end
end
