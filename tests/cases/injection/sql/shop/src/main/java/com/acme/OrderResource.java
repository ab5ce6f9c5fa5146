package com.acme;

import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.persistence.EntityManager;
import javax.persistence.PersistenceContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/orders")
public class OrderResource {

    private static final Set<String> COLUMNS = Set.of("name", "price");

    private final JdbcTemplate jdbc;

    @PersistenceContext
    private EntityManager entities;

    public OrderResource(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @GetMapping
    public List<Map<String, Object>> find(@RequestParam String name, @RequestParam(defaultValue = "name") String sort) {
        StringBuilder sql = new StringBuilder("select * from orders where name like '%");
        sql.append(name).append("%'");
        if (!COLUMNS.contains(sort)) {
            throw new IllegalArgumentException("no such column");
        }
        sql.append(" order by ").append(sort);
        return jdbc.queryForList(sql.toString()); // expect: injection/sql
    }

    @GetMapping("/sorted")
    public List<Map<String, Object>> sorted(@RequestParam String sort) {
        if (!COLUMNS.contains(sort)) {
            throw new IllegalArgumentException("no such column");
        }
        return jdbc.queryForList("select * from orders order by " + sort);
    }

    @GetMapping("/{id}")
    public Map<String, Object> one(@PathVariable long id) {
        return jdbc.queryForMap("select * from orders where id = " + id);
    }

    @PostMapping("/search")
    public List<?> search(@RequestBody Search search) {
        return entities.createNativeQuery(statement(search)).getResultList(); // expect: injection/sql
    }

    @PostMapping("/count")
    public Object count(@RequestBody Search search) {
        return entities.createQuery("select count(o) from Order o where o.name = :name")
                .setParameter("name", search.getName())
                .getSingleResult();
    }

    private String statement(Search search) {
        return "select * from orders where name = '" + search.getName() + "'";
    }

    public static class Search {
        private String name;

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }
}
