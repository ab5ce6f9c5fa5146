# frozen_string_literal: true

class DeliveriesController < ApplicationController
  skip_before_action :verify_authenticity_token

  def create
    payload = request.raw_post
    return head(:forbidden) unless Delivery.signature_fits?(payload, request.headers["X-Signature"])

    Delivery.import(JSON.parse(payload))
    head :ok
  end
end
