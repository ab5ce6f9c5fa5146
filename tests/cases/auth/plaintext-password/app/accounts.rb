class Accounts
  def by_name(name, password)
    Account.where(name: name, password: password).first # expect: auth/plaintext-password
  end

  def by_digest(name, password)
    password = Digest::SHA512.hexdigest(password + pepper) # expect: auth/fast-password-hash
    Account.find_by(name: name, password: password)
  end

  def confirmed?(params)
    params[:password] == params[:password_confirmation]
  end

  def ask(client, password)
    client.find(password: password)
  end
end
