package com.acme;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;

@Entity
@Table(name = "accounts")
class Account {
    String name;
    String role;
}

record Change(String name) {}

class Accounts {
    private AccountRepository accountRepository;

    @PostMapping("/accounts")
    Account create(@RequestBody Account account) { // expect: validation/mass-assignment
        return accountRepository.save(account);
    }

    @PutMapping("/accounts")
    void update(@ModelAttribute Account account) { // expect: validation/mass-assignment
        accountRepository.saveAndFlush(account);
    }

    @PutMapping("/names")
    void rename(@RequestBody Change change) {
        accountRepository.save(accountRepository.named(change.name()));
    }

    @PostMapping("/preview")
    String preview(@RequestBody Account account) {
        return account.name;
    }
}
