package shop;

import java.util.List;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class Orders {
    public void importAll(List<Order> orders) {
        for (Order order : orders) {
            this.save(order); // expect: transaction/spring-proxy-bypass
        }
        remind(orders.get(0)); // expect: transaction/spring-proxy-bypass
        price("book"); // expect: transaction/spring-proxy-bypass
        helper.save(orders.get(0));
    }

    @Transactional
    public void importInOne(List<Order> orders) {
        orders.forEach(this::save);
        orders.forEach(order -> save(order));
        all(orders);
    }

    private void all(List<Order> orders) {
        for (Order order : orders) {
            save(order);
        }
    }

    @Transactional
    public void save(Order order) {
        repository.save(order);
    }

    @Transactional
    private void secret(Order order) { // expect: transaction/spring-proxy-bypass
        repository.save(order);
    }

    @Async
    public void remind(Order order) {
        mails.send(order);
    }

    @Cacheable("prices")
    public long price(String name) {
        return stock.price(name);
    }
}
