package shop;

import com.alibaba.fastjson.parser.ParserConfig;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.impl.LaissezFaireSubTypeValidator;

public class Types {
    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) // expect: injection/deserialization (warning)
    Object any;

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    Object named;

    ObjectMapper open() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.enableDefaultTyping(); // expect: injection/deserialization (warning)
        mapper.activateDefaultTyping(LaissezFaireSubTypeValidator.instance); // expect: injection/deserialization (warning)
        ParserConfig.getGlobalInstance().setAutoTypeSupport(true); // expect: injection/deserialization (warning)
        return mapper;
    }

    ObjectMapper closed() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfSubType("shop.").build());
        ParserConfig.getGlobalInstance().setAutoTypeSupport(false);
        return mapper;
    }
}
