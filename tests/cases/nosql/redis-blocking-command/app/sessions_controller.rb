class SessionsController < ApplicationController
  def index
    render json: $redis.keys("session:*") # expect: nosql/redis-blocking-command
  end

  def destroy
    $redis.flushdb # expect: nosql/redis-blocking-command
    head :ok
  end

  def show
    render json: params.keys + {}.keys
  end
end
