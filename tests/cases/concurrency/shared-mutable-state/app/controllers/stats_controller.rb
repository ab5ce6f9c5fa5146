class StatsController < ApplicationController
  @@rates = {}

  def show
    $last = params[:id] # expect: concurrency/shared-mutable-state
    @@rates ||= Rates.load
    @@count = 1
    render json: @@rates
  end
end
