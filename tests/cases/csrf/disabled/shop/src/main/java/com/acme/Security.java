package com.acme;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

@Configuration
public class Security {

    @Bean
    public SecurityFilterChain chain(HttpSecurity http) throws Exception {
        http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(form -> form.loginPage("/login").permitAll())
                .csrf(csrf -> csrf.disable()); // expect: csrf/disabled
        return http.build();
    }

    @Bean
    public SecurityFilterChain hooks(HttpSecurity http) throws Exception {
        http.securityMatcher("/hooks/**").csrf(csrf -> csrf.disable());
        return http.build();
    }

    @Bean
    public SecurityFilterChain pages(HttpSecurity http) throws Exception {
        http.formLogin(form -> form.loginPage("/login")).csrf(csrf -> csrf.ignoringRequestMatchers("/hooks/**"));
        return http.build();
    }
}
