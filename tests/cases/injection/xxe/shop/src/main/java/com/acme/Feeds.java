package com.acme;

import java.io.InputStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.dom4j.io.SAXReader;
import org.w3c.dom.Document;
import org.xml.sax.helpers.DefaultHandler;

public class Feeds {

    public Document open(InputStream in) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder(); // expect: injection/xxe
        return builder.parse(in);
    }

    public Document closed(InputStream in) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(in);
    }

    public Document handedOn(InputStream in) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        harden(factory);
        return factory.newDocumentBuilder().parse(in);
    }

    public void events(InputStream in) throws Exception {
        SAXParserFactory factory = SAXParserFactory.newInstance(); // expect: injection/xxe
        factory.newSAXParser().parse(in, new DefaultHandler());
    }

    public org.dom4j.Document tree(InputStream in) throws Exception {
        return new SAXReader().read(in); // expect: injection/xxe
    }

    public Document fresh() throws ParserConfigurationException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
    }

    private void harden(DocumentBuilderFactory factory) throws ParserConfigurationException {
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    }
}
