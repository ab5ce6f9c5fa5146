# frozen_string_literal: true

class AccountsController < ApplicationController
  COLUMNS = %w[name created_at].freeze

  def index
    accounts = current_user.accounts.where(kind: params[:kind])
    accounts = accounts.where("name = '#{params[:name]}'") if params[:name].present? # expect: injection/sql
    accounts = accounts.order("#{sort_column} #{sort_direction}")
    render json: accounts.limit(50)
  end

  def report
    term = params.fetch(:q, "").strip
    sql = +"SELECT * FROM accounts WHERE owner_id = #{current_user.id}"
    sql << " AND name LIKE '%#{term}%'" unless term.empty?
    rows = ActiveRecord::Base.connection.exec_query(sql) # expect: injection/sql
    render json: rows.to_a
  end

  def bound
    quoted = ActiveRecord::Base.connection.quote(params[:name])
    rows = Account.find_by_sql("SELECT id FROM accounts WHERE name = #{quoted}")
    more = Account.find_by_sql(["SELECT id FROM accounts WHERE name = ?", params[:name]])
    render json: rows + more
  end

  private

  def sort_column
    COLUMNS.include?(params[:sort]) ? params[:sort] : "name"
  end

  def sort_direction
    params[:direction] == "desc" ? "desc" : "asc"
  end
end
