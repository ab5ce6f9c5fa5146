package com.acme;

import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import freemarker.template.Configuration;
import freemarker.template.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.Velocity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Previews {

    private final Configuration configuration;

    public Previews(Configuration configuration) {
        this.configuration = configuration;
    }

    @PostMapping("/preview/mail")
    public void mail(@RequestParam String text) throws Exception {
        Template template = new Template("mail", new StringReader(text), configuration); // expect: injection/template-from-input
        template.process(Map.of(), new StringWriter());
    }

    @PostMapping("/preview/page")
    public void page(@RequestParam String text) {
        VelocityContext context = new VelocityContext();
        Velocity.evaluate(context, new StringWriter(), "page", "<p>" + text + "</p>"); // expect: injection/template-from-input
    }

    @PostMapping("/preview/known")
    public void known(@RequestParam String text) throws Exception {
        configuration.getTemplate("mail.ftlh").process(Map.of("text", text), new StringWriter());
    }
}
