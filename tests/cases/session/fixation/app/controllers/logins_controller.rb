class LoginsController < ApplicationController
  def create
    session[:user_id] = authenticated.id # expect: session/fixation
    redirect_to root_path
  end

  def renew
    reset_session
    session[:user_id] = authenticated.id
    redirect_to root_path
  end

  def destroy
    session[:user_id] = nil
    reset_session
  end

  private

  def remember
    session[:last_id] = 1
  end
end
