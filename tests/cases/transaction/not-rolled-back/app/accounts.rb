class Accounts
  def move(connection)
    connection.execute("BEGIN") # expect: transaction/not-rolled-back
    connection.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
    connection.execute("COMMIT")
  end

  def safe(connection)
    connection.begin_db_transaction
    connection.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
    connection.commit_db_transaction
  rescue StandardError
    connection.rollback_db_transaction
    raise
  end
end
