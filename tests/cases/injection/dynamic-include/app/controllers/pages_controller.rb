class PagesController < ApplicationController
  PAGES = %w[about data].freeze

  before_action :find_page, only: :show
  before_action :keep_page, only: :index

  def show
    render @page
  end

  def index
    render @other # expect: injection/dynamic-include
  end

  private

  def find_page
    id = params[:id]
    raise ActionController::RoutingError, "none" unless PAGES.include?(id)

    @page = id
  end

  def keep_page
    @other = params[:id]
  end
end
