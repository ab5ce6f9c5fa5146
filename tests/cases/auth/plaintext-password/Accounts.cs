using Microsoft.EntityFrameworkCore;

namespace Shop;

public class Accounts
{
    private readonly ShopDbContext _db;

    public User Find(string name, string password)
    {
        return _db.Users.SingleOrDefault(one => one.Name == name && one.Password == password); // expect: auth/plaintext-password
    }

    public bool SignIn(string name, Login login)
    {
        var user = _db.Users.Single(one => one.Name == name);
        return user.Password.Equals(login.Password); // expect: auth/plaintext-password
    }

    public bool Verify(string name, string password)
    {
        var user = _db.Users.Single(one => one.Name == name);
        return user.Password == Hasher.Hash(password);
    }

    public bool Repeat(Register model)
    {
        return model.Password == model.ConfirmPassword;
    }
}
