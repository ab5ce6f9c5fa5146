package shop;

import jakarta.persistence.Persistence;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.cfg.AvailableSettings;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

public class Storage {
    void settings(Map<String, Object> given, String mode) {
        Properties settings = new Properties();
        settings.setProperty(AvailableSettings.HBM2DDL_AUTO, "create-drop"); // expect: orm/schema-auto-sync
        settings.put("hibernate.hbm2ddl.auto", mode);
        settings.put("hibernate.show_sql", "update");
        given.put("jakarta.persistence.schema-generation.database.action", "drop-and-create"); // expect: orm/schema-auto-sync
        given.put("jakarta.persistence.schema-generation.database.action", "none");
        new StandardServiceRegistryBuilder().applySetting("hibernate.hbm2ddl.auto", "create"); // expect: orm/schema-auto-sync
        Persistence.createEntityManagerFactory("shop", Map.of("hibernate.hbm2ddl.auto", "update")); // expect: orm/schema-auto-sync
    }

    HibernateJpaVendorAdapter vendor() {
        HibernateJpaVendorAdapter adapter = new HibernateJpaVendorAdapter();
        adapter.setGenerateDdl(true); // expect: orm/schema-auto-sync
        adapter.setGenerateDdl(false);
        return adapter;
    }

    @Bean
    FlywayMigrationStrategy anew() {
        return flyway -> {
            flyway.clean(); // expect: orm/schema-auto-sync
            flyway.migrate();
        };
    }

    @Bean
    @Profile({"local", "dev"})
    FlywayMigrationStrategy local() {
        return flyway -> {
            flyway.clean();
            flyway.migrate();
        };
    }
}
