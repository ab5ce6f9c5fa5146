class Visit < ApplicationRecord
  def mark
    self.ip = request.remote_ip # expect: architecture/layer-violation
    cookies.signed[:visit] = id # expect: architecture/layer-violation
  end

  def label
    ApplicationController.helpers.truncate(name) # expect: architecture/layer-violation
  end
end
