package com.acme;

import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.web.context.annotation.RequestScope;

class Loaders {
    private static final DataLoader<Long, Author> AUTHORS = DataLoaderFactory.newDataLoader(Loaders::authors); // expect: graphql/shared-dataloader

    @Bean
    DataLoader<Long, Book> books() { // expect: graphql/shared-dataloader
        return DataLoaderFactory.newDataLoader(Loaders::byId);
    }

    @Bean
    @RequestScope
    DataLoader<Long, Book> booksOfRequest() {
        return DataLoaderFactory.newDataLoader(Loaders::byId);
    }

    DataLoader<Long, Book> fresh() {
        return DataLoaderFactory.newDataLoader(Loaders::byId);
    }
}
