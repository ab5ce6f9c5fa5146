Rails.application.routes.draw do
  mount Resque::Server.new, at: "/jobs" # expect: job/unsafe-transport-or-console
  mount Sidekiq::Web => "/sidekiq" if Rails.env.development?
  admin_only do
    mount Sidekiq::Web => "/sidekiq"
  end
end
