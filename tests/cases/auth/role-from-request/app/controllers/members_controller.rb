class MembersController < ApplicationController
  def update
    member.role = params[:role] # expect: auth/role-from-request
    member.name = params[:name]
    session[:role] = member.role
    member.save!
  end
end
