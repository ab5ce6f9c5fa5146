class ChoicesController < ApplicationController
  def create
    session[:account] = params[:account] # expect: session/trust-boundary (info)
    session[:locale] = params[:locale]
    session[:return_to] = params[:back]
    session[params[:key]] = true # expect: session/trust-boundary (warning)
  end
end
