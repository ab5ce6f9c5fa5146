class Delivery < ApplicationRecord
  belongs_to :request

  def host
    request.headers["Host"]
  end

  def self.from(params)
    new(params.permit(:name))
  end
end
