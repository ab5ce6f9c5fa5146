# frozen_string_literal: true

class ProfilesController < ApplicationController
  skip_before_action :verify_authenticity_token, only: :update # expect: csrf/disabled
  skip_before_action :require_login

  def update
    current_user.update!(params.require(:user).permit(:name))
    redirect_to profile_path
  end
end
