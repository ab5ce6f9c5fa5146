class SessionsController < ApplicationController
  def create
    Rails.logger.info("login #{params.inspect}") # expect: logging/sensitive-data (warning)
    Rails.logger.info("login of #{params[:name].inspect}")
  end
end
