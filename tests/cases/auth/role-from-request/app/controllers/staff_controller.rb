class StaffController < ApplicationController
  before_action :require_admin

  def update
    member.role = params[:role]
    member.save!
  end
end
