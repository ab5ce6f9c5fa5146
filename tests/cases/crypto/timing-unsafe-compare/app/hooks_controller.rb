class HooksController < ApplicationController
  def create
    return head(:forbidden) if signature != request.headers["X-Hub-Signature"] # expect: crypto/timing-unsafe-compare

    head :ok
  end

  def update
    return head(:forbidden) unless Rack::Utils.secure_compare(signature, params[:signature])

    head :ok if params[:token].size == ENV["TOKEN_SIZE"].to_i
  end

  def show
    head :unauthorized if ENV["API_KEY"] != request.headers["X-Api-Key"] # expect: crypto/timing-unsafe-compare
    head :ok if params[:state] == session[:state]
  end

  private

  def signature
    OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("HOOK_KEY"), request.raw_post)
  end
end
