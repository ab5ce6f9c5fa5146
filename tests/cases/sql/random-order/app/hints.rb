class HintsController < ApplicationController
  def index
    @hints = Hint.order("RANDOM()").limit(3) # expect: sql/random-order
    @more = Hint.order(Arel.sql("RAND()")).first # expect: sql/random-order
    @few = Hint.where(id: [1, 2, 3]).order("RANDOM()")
    @last = Hint.order(:id)
  end
end
