# frozen_string_literal: true

class Account < ApplicationRecord
  SLUG = /\A[a-z0-9-]+\z/

  has_many :invoices, dependent: :destroy

  validates :slug, presence: true, format: { with: SLUG }
  validates :host, format: { with: /^[a-z0-9.-]+$/, message: "is no host name" } # expect: validation/regex-line-anchors
  validates :phone, format: { with: /\A\+?[0-9 ]+\z/ }, allow_blank: true
  validates :note, format: { without: /^#/ }
  validates :kind, format: { with: /^shop$|^person$/ }
  validates_format_of :code, with: /^\d{4}$/i, on: :create # expect: validation/regex-line-anchors

  def headings
    body.scan(/^== .+$/)
  end
end
