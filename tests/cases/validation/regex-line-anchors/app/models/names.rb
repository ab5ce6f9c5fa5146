class Names < ApplicationRecord
  SHORT = /^[a-z]+$/ # expect: validation/regex-line-anchors
  WHOLE = /\A[a-z]+\z/
  SPLIT = /^[a-z]+$/
  validates :short, format: { with: SHORT }
  validates :whole, format: { with: WHOLE }
  validates :other, format: /^\d+$/ # expect: validation/regex-line-anchors

  def lines(text)
    text.scan(SPLIT)
  end
end
