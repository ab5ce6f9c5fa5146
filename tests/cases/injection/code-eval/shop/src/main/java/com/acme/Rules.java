package com.acme;

import java.util.Map;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import org.springframework.expression.ExpressionParser;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Rules {

    private static final Map<String, String> FORMULAS = Map.of("vat", "price * 1.2", "net", "price");

    private final ExpressionParser parser = new SpelExpressionParser();

    @PostMapping("/rules/try")
    public Object attempt(@RequestBody Map<String, String> rule) {
        return parser.parseExpression(rule.get("when")).getValue(); // expect: injection/code-eval
    }

    @PostMapping("/rules/run")
    public Object run(@RequestParam String formula) throws ScriptException {
        ScriptEngine engine = new ScriptEngineManager().getEngineByName("groovy");
        return engine.eval(wrap(formula)); // expect: injection/code-eval
    }

    @PostMapping("/rules/known")
    public Object known(@RequestParam String name) throws ScriptException {
        ScriptEngine engine = new ScriptEngineManager().getEngineByName("groovy");
        return engine.eval(FORMULAS.get(name));
    }

    private String wrap(String formula) {
        return "return " + formula;
    }
}
