Rails.application.routes.draw do
  mount Resque::Server.new, at: "/jobs" # expect: config/admin-endpoints-exposed
  mount Sidekiq::Web => "/sidekiq" if Rails.env.development?
  admin_only do
    mount Flipper::UI.app(Flipper) => "/flags"
  end
end
