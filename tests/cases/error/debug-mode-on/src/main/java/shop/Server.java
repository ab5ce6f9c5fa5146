package shop;

import io.vertx.core.Vertx;
import io.vertx.ext.web.handler.ErrorHandler;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.h2.server.web.JakartaWebServlet;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;

public class Server {
    public static void main(String[] args) {
        SpringApplication app = new SpringApplication(Server.class);
        app.setDefaultProperties(Map.of("server.error.include-stacktrace", "always")); // expect: error/debug-mode-on
        new SpringApplicationBuilder(Server.class)
                .properties("server.port=8080", "spring.h2.console.enabled=true") // expect: error/debug-mode-on
                .run(args);
        app.setDefaultProperties(Map.of("server.error.include-stacktrace", "never"));
    }

    @Bean
    WebSecurityCustomizer customizer() {
        return (web) -> web.debug(true).ignoring().requestMatchers("/css/**"); // expect: error/debug-mode-on
    }

    @Bean
    WebSecurityCustomizer quiet(boolean verbose) {
        return (web) -> web.debug(verbose);
    }

    void jetty(org.eclipse.jetty.server.handler.ErrorHandler errors) {
        errors.setShowStacks(true); // expect: error/debug-mode-on
        errors.setShowStacks(false);
    }

    void routes(Vertx vertx) {
        ErrorHandler.create(vertx, true); // expect: error/debug-mode-on
        ErrorHandler.create(vertx);
    }

    @Bean
    ServletRegistrationBean<JakartaWebServlet> console() {
        return new ServletRegistrationBean<>(new JakartaWebServlet(), "/console/*"); // expect: error/debug-mode-on
    }

    @Bean
    @Profile("dev")
    ServletRegistrationBean<JakartaWebServlet> local() {
        return new ServletRegistrationBean<>(new JakartaWebServlet(), "/console/*");
    }
}
