package shop;

import org.springframework.security.crypto.password.PasswordEncoder;

public class SignIn {
    boolean compared(User user, LoginDto dto) {
        return user.getPassword().equals(dto.getPassword()); // expect: auth/plaintext-password
    }

    User found(UserRepository users, String name, String password) {
        return users.findByNameAndPassword(name, password); // expect: auth/plaintext-password
    }

    boolean hashed(User user, LoginDto dto) {
        String hash = Hashes.sha256(dto.getPassword());
        return user.getPassword().equals(hash);
    }

    boolean encoded(PasswordEncoder encoder, User user, LoginDto dto) {
        return encoder.matches(dto.getPassword(), user.getPassword());
    }

    boolean again(RegisterDto dto) {
        return dto.getPassword().equals(dto.getConfirmPassword());
    }

    boolean changed(User before, User after) {
        return !before.getPassword().equals(after.getPassword());
    }
}
