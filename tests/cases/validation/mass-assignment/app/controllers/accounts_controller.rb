# frozen_string_literal: true

class AccountsController < ApplicationController
  before_action :load_account, only: %i[update metadata]

  def create
    @account = Account.new(params[:account]) # expect: validation/mass-assignment
    @account.save!
    redirect_to @account
  end

  def update
    @account.update!(account_params)
    redirect_to @account
  end

  def merge
    @account.assign_attributes(params.to_unsafe_h) # expect: validation/mass-assignment
    @account.save!
    head :no_content
  end

  def metadata
    @account.update!(metadata: params[:metadata].permit!.to_h)
    head :no_content
  end

  def search
    query = AccountQuery.new(params[:q])
    render json: query.page(params[:page])
  end

  private

  def load_account
    @account = current_user.accounts.find(params[:id])
  end

  def account_params
    params.require(:account).permit(:name, address: %i[street city])
  end

  def everything
    params.require(:account).permit! # expect: validation/mass-assignment
  end
end
