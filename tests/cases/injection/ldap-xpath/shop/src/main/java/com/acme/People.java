package com.acme;

import javax.naming.NamingEnumeration;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.springframework.ldap.support.LdapEncoder;
import org.w3c.dom.Document;

public class People extends HttpServlet {

    private InitialDirContext directory;
    private Document staff;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        String uid = request.getParameter("uid");
        try {
            NamingEnumeration<SearchResult> all =
                    directory.search("ou=people", "(&(objectClass=person)(uid=" + uid + "))", new SearchControls()); // expect: injection/ldap-xpath
            NamingEnumeration<SearchResult> one =
                    directory.search("ou=people", "(uid=" + LdapEncoder.filterEncode(uid) + ")", new SearchControls());
            NamingEnumeration<SearchResult> bound =
                    directory.search("ou=people", "(uid={0})", new Object[] {uid}, new SearchControls());
            XPath xpath = XPathFactory.newInstance().newXPath();
            xpath.evaluate("/staff/person[@uid='" + uid + "']", staff); // expect: injection/ldap-xpath
            if (uid.matches("[a-z0-9]{1,20}")) {
                xpath.evaluate("/staff/person[@uid='" + uid + "']", staff);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
