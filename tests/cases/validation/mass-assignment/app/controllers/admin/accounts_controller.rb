# frozen_string_literal: true

module Admin
  class AccountsController < BaseController
    def update
      account = Account.find(params[:id])
      # expect: validation/mass-assignment (info)
      account.update!(params.require(:account).permit!)
      redirect_to [:admin, account]
    end
  end
end
