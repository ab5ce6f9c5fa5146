# frozen_string_literal: true

class SessionsController < ApplicationController
  def create
    user = User.authenticate_by(email: params[:email], password: params[:password])
    cookies[:auth_token] = user.token # expect: session/cookie-flags
    cookies.signed[:session_token] = { value: user.session_token, httponly: true } # expect: session/cookie-flags
    cookies.encrypted[:refresh_token] = { value: user.refresh, httponly: true, secure: true }
    cookies[:theme] = user.theme
    head :no_content
  end

  def destroy
    cookies.delete(:auth_token)
    head :no_content
  end
end
