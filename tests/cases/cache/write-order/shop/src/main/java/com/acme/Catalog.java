package com.acme;

import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.data.redis.core.StringRedisTemplate;

class Catalog {
    private StringRedisTemplate redisTemplate;
    private ProductRepository productRepository;

    void rename(Product product) {
        redisTemplate.delete("product:" + product.getId()); // expect: cache/write-order
        productRepository.save(product);
    }

    void right(Product product) {
        productRepository.save(product);
        redisTemplate.delete("product:" + product.getId());
    }

    void twice(Product product) {
        redisTemplate.delete("product:" + product.getId());
        productRepository.save(product);
        redisTemplate.delete("product:" + product.getId());
    }

    @CacheEvict(value = "products", beforeInvocation = true) // expect: cache/write-order (info)
    void drop(long id) {
        remove(id);
    }

    @CacheEvict("products")
    void dropAfter(long id) {
        remove(id);
    }

    @Cacheable("products")
    @CachePut("products")
    Product both(long id) { // expect: cache/write-order
        return load(id);
    }
}
