# frozen_string_literal: true

require "sinatra"
require "open3"
require "shellwords"

FORMATS = %w[png jpg].freeze

helpers do
  def convert(name, format)
    system("convert #{name} out.#{format}") # expect: injection/os-command
  end

  def safe_convert(name, format)
    system("convert", "--", name, "out.#{format}")
  end
end

post "/pictures/:name" do |name|
  halt 422 unless FORMATS.include?(params[:format])
  convert(name, params[:format])
  safe_convert(name, params[:format])
  status 201
end

get "/log" do
  lines = params[:lines].to_i
  out, = Open3.capture2e("tail -n #{lines} app.log | grep #{Shellwords.escape(params[:q])}")
  more = `grep #{params[:q]} app.log` # expect: injection/os-command
  out + more
end
