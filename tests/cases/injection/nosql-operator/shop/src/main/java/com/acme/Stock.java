package com.acme;

import com.mongodb.BasicDBObject;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import org.bson.Document;
import org.springframework.data.mongodb.core.query.BasicQuery;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

class Stock {
    private MongoCollection<Document> stock;

    @GetMapping("/a")
    Object find(@RequestParam String code) {
        BasicDBObject query = new BasicDBObject("$where", "this.code == '" + code + "'"); // expect: injection/nosql-operator
        show(new BasicQuery("{ code: '" + code + "' }")); // expect: injection/nosql-operator
        show(stock.find(Filters.where("this.code == '" + code + "'"))); // expect: injection/nosql-operator
        show(stock.find(new Document("code", code)));
        show(stock.find(Document.parse("{ code: 'a' }")));
        return query;
    }
}
