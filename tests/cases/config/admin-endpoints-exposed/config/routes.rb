Rails.application.routes.draw do
  mount Flipper::UI.app(Flipper), at: "/all" # expect: config/admin-endpoints-exposed
  mount Flipper::UI.app(Flipper) => "/dev" if Rails.env.development?
  admin_only do
    mount Flipper::UI.app(Flipper) => "/flags"
  end
end
