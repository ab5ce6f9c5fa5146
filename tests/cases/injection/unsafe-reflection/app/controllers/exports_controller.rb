# frozen_string_literal: true

class ExportsController < ApplicationController
  TYPES = { "invoice" => Invoice, "account" => Account }.freeze

  def show
    kind = params[:kind].to_s.classify
    exporter = "Exports::#{kind}".constantize # expect: injection/unsafe-reflection
    render json: exporter.new(current_user).rows
  end

  def list
    render json: TYPES.fetch(params[:kind]).where(user: current_user).limit(50)
  end

  def named
    return head(:not_found) unless TYPES.key?(params[:kind])

    klass = Object.const_get(params[:kind].classify)
    render json: klass.where(user: current_user).limit(50)
  end

  def free
    Object.const_get(params[:kind]) # expect: injection/unsafe-reflection
    head :no_content
  end
end
