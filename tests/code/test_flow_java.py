"""Flows in Java: what a client sends, through Java's containers, text and classes, to its sinks."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.match import RuleSet, compile_rules
from backspec.code.models import models
from backspec.model import Diagnostic, Document

RULE = catalog.parse_rule(
    "local/flow",
    """---
title: Keep clients away from the shell
severity: error
match:
  - flow: {from: [input], to: [os-command], argument: command}
    message: "`{callee}` runs what `{source}` says"
---
Page.
""",
    catalog.DATA / "local.md",
)  # fmt: skip


def rules(*names: str) -> RuleSet:
    chosen = [RULE] if not names else [catalog.rules()[name] for name in names]
    compiled = compile_rules("java", models("java"), chosen, "recommended")
    assert not compiled.problems
    return compiled


def flows(text: str, *names: str) -> list[Diagnostic]:
    document = Document("/w/A.java", text.encode(), "java")
    return analysis.analyse(document, rules(*names), path="A.java")


HEAD = """package com.acme;
import java.io.*;
import java.util.*;
import java.util.stream.*;
import java.sql.*;
import javax.servlet.http.*;

public class Orders extends HttpServlet {
"""


def servlet(body: str, rest: str = "", name: str = "") -> list[Diagnostic]:
    text = (
        f"{HEAD}  public void doPost(HttpServletRequest request, HttpServletResponse response) throws Exception {{\n"
        f'    String param = request.getParameter("q");\n    {body}\n  }}\n  {rest}\n}}\n'
    )
    return flows(text, *([name] if name else []))


RUN = "Runtime.getRuntime().exec(bar);"


@pytest.mark.parametrize(
    "source",
    [
        'request.getParameter("q")',
        'request.getHeader("q")',
        'request.getHeaders("q").nextElement()',
        "request.getHeaderNames().nextElement()",
        "request.getQueryString()",
        "request.getRequestURI()",
        "request.getRequestURL().toString()",
        'request.getParameterValues("q")[0]',
        'request.getParameterMap().get("q")[0]',
        "request.getParameterNames().nextElement()",
        "request.getCookies()[0].getValue()",
        "request.getCookies()[0].getName()",
        "request.getReader().readLine()",
        'request.getPart("f").getSubmittedFileName()',
        "new BufferedReader(new InputStreamReader(request.getInputStream())).readLine()",
        'java.net.URLDecoder.decode(request.getHeader("q"), "UTF-8")',
    ],
)
def test_sources(source: str) -> None:
    assert len(servlet(f"String bar = {source}; {RUN}")) == 1


@pytest.mark.parametrize(
    "source",
    ["request.getMethod()", "request.getContextPath()", "request.getRemoteAddr()",
     "request.getParameter(\"q\").length() + \"\"", "request.getSession().getId()", "response.toString()"],
)  # fmt: skip
def test_what_a_client_does_not_choose(source: str) -> None:
    assert servlet(f"String bar = {source}; {RUN}") == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("String bar = param;", 1),
        ('String bar = "ls " + param;', 1),
        ('String bar = "ls " + 1;', 0),
        ('String bar = "ls"; bar += param;', 1),
        ('String bar = String.format("ls %s", param);', 1),
        ('String bar = String.format("ls %s", "x");', 0),
        ('String bar = "ls ".concat(param);', 1),
        ('String x = "ls "; String bar = x.concat(param);', 1),
        ("String bar = param.substring(1).trim();", 1),
        ('String bar = param.split(" ")[0];', 1),
        ("String bar = new String(param.getBytes());", 1),
        ("String bar = new String(Base64.getDecoder().decode(Base64.getEncoder().encode(param.getBytes())));", 1),
        ("String bar = new String(org.apache.commons.codec.binary.Base64.decodeBase64(org.apache.commons.codec.binary.Base64.encodeBase64(param.getBytes())));", 1),
        ("StringBuilder sb = new StringBuilder(param); String bar = sb.append(\"x\").toString();", 1),
        ("StringBuilder sb = new StringBuilder(\"x\"); String bar = sb.append(\"x\").toString();", 0),
        ("StringBuilder sb = new StringBuilder(); sb.append(\"ls \"); sb.append(param); String bar = sb.toString();", 1),
        ("StringBuilder sb = new StringBuilder(); sb.append(\"ls \").append(param).append(\" x\"); String bar = sb.toString();", 1),
        ("StringBuilder sb = new StringBuilder(); sb.append(\"ls \").append(1).append(\" x\"); String bar = sb.toString();", 0),
        ("StringBuilder sb = new StringBuilder(param); sb.reverse(); sb.replace(0, 1, \"z\"); String bar = sb.toString();", 1),
        ("StringBuffer sb = new StringBuffer(); sb.insert(0, param); String bar = sb.toString();", 1),
        ("String bar = \"\"; if (param != null) { bar = param; } else { bar = \"x\"; }", 1),
        ("char[] c = param.toCharArray(); String bar = String.valueOf(c);", 1),
        # numbers
        ("int n = Integer.parseInt(param); String bar = \"ls \" + n;", 0),
        ("String bar = \"ls \" + Integer.parseInt(param);", 0),
        ("long n = Long.valueOf(param); String bar = \"ls \" + n;", 0),
        ("String bar = UUID.fromString(param).toString();", 0),
        # constants decide
        ("int num = 86; String bar; if ((7 * 42) - num > 200) bar = \"ok\"; else bar = param;", 0),
        ("int num = 196; String bar; if ((500 / 42) + num > 200) bar = param; else bar = \"ok\";", 1),
        ("int num = 106; String bar = (7 * 18) + num > 200 ? \"ok\" : param;", 0),
        ("int num = 106; String bar = (7 * 18) + num < 200 ? \"ok\" : param;", 1),
        ("int num = 1; num++; String bar = num > 1 ? param : \"ok\";", 1),
        ("boolean on = false; String bar = on ? param : \"ok\";", 0),
        ("String g = \"ABC\"; char c = g.charAt(1); String bar; switch (c) { case 'A': bar = param; break; case 'B': bar = \"ok\"; break; case 'C': case 'D': bar = param; break; default: bar = \"x\"; break; }", 0),
        ("String g = \"ABC\"; char c = g.charAt(2); String bar; switch (c) { case 'A': bar = \"ok\"; break; case 'B': bar = \"ok\"; break; case 'C': case 'D': bar = param; break; default: bar = \"x\"; break; }", 1),
        ("String g = \"ABC\"; String bar; switch (g.charAt(0)) { case 'A': bar = \"ok\"; case 'B': bar = param; break; default: bar = \"x\"; break; }", 1),
        ("String g = \"XBC\"; String bar; switch (g.charAt(0)) { case 'A': bar = param; break; default: bar = \"x\"; break; }", 0),
        ("String bar = switch (param) { case \"a\" -> \"ls\"; default -> \"df\"; };", 0),
        ("String bar = switch (param) { case \"a\" -> \"ls\"; default -> param; };", 1),
        # lists
        ("List<String> l = new ArrayList<>(); l.add(\"a\"); l.add(param); String bar = l.get(1);", 1),
        ("List<String> l = new ArrayList<>(); l.add(\"a\"); l.add(param); String bar = l.get(0);", 0),
        ("List<String> l = new ArrayList<String>(); l.add(\"a\"); l.add(param); l.add(\"b\"); l.remove(0); String bar = l.get(0);", 1),
        ("List<String> l = new ArrayList<String>(); l.add(\"a\"); l.add(param); l.add(\"b\"); l.remove(0); String bar = l.get(1);", 0),
        ("List<String> l = new LinkedList<>(); l.add(param); l.set(0, \"a\"); String bar = l.get(0);", 0),
        ("List<String> l = new LinkedList<>(); l.add(0, param); l.add(0, \"a\"); String bar = l.get(0);", 0),
        ("List<String> l = new LinkedList<>(); l.add(0, param); l.add(0, \"a\"); String bar = l.get(1);", 1),
        ("List<String> l = new ArrayList<>(); if (param != null) { l.add(\"a\"); l.add(param); l.add(\"b\"); l.remove(0); } String bar = l.get(0);", 1),
        ("List<String> l = new ArrayList<>(); for (int i = 0; i < 2; i++) { l.add(param); } String bar = l.get(7);", 1),
        ("List<String> l = Arrays.asList(\"a\", param); String bar = l.get(0);", 0),
        ("List<String> l = Arrays.asList(\"a\", param); String bar = l.get(1);", 1),
        ("List<String> l = new ArrayList<>(); l.add(param); String bar = \"\"; for (String s : l) { bar = s; }", 1),
        ("List<String> l = new ArrayList<>(); l.add(\"x\"); String bar = \"\"; for (String s : l) { bar = s; }", 0),
        ("List<String> l = new ArrayList<>(); l.add(param); String bar = String.join(\" \", l);", 1),
        ("List<String> l = new ArrayList<>(); l.add(param); String bar = l.stream().map(s -> s + \"x\").collect(Collectors.joining());", 1),
        ("Deque<String> d = new ArrayDeque<>(); d.push(param); String bar = d.pop();", 1),
        # maps
        ("Map<String, Object> m = new HashMap<>(); m.put(\"a\", \"x\"); m.put(\"b\", param); String bar = (String) m.get(\"b\");", 1),
        ("Map<String, Object> m = new HashMap<>(); m.put(\"a\", \"x\"); m.put(\"b\", param); String bar = (String) m.get(\"a\");", 0),
        ("HashMap<String, Object> m = new HashMap<String, Object>(); m.put(\"a\", param); m.put(\"a\", \"x\"); String bar = (String) m.get(\"a\");", 0),
        ("Map<String, String> m = new HashMap<>(); m.put(param, param); String bar = m.get(\"a\");", 1),
        ("Map<String, String> m = new HashMap<>(); m.put(\"a\", param); String bar = \"\"; for (String v : m.values()) { bar = v; }", 1),
        ("Map<String, String[]> m = request.getParameterMap(); String bar = m.get(\"q\")[0];", 1),
        ("Map<String, String> m = Map.of(\"a\", param, \"b\", \"x\"); String bar = m.get(\"b\");", 0),
        ("Map<String, String> m = Map.of(\"a\", param, \"b\", \"x\"); String bar = m.get(\"a\");", 1),
        # arrays
        ("String[] a = new String[] {\"x\", param}; String bar = a[0];", 0),
        ("String[] a = {\"x\", param}; String bar = a[1];", 1),
        ("String[] a = new String[2]; a[0] = param; a[1] = \"x\"; String bar = a[1];", 0),
        ("String[] a = new String[2]; a[0] = param; a[1] = \"x\"; String bar = a[0];", 1),
        ("String[] a = new String[2]; for (int i = 0; i < 2; i++) a[i] = param; String bar = a[1];", 1),
        ("String[] v = request.getParameterValues(\"q\"); String bar; if (v != null && v.length > 0) bar = v[0]; else bar = \"\";", 1),
        # loops, tries, optionals
        ("String bar = \"\"; for (Cookie c : request.getCookies()) { if (c.getName().equals(\"q\")) { bar = c.getValue(); break; } }", 1),
        ("Cookie[] cs = request.getCookies(); String bar = \"\"; if (cs != null) { for (Cookie c : cs) { bar = java.net.URLDecoder.decode(c.getValue(), \"UTF-8\"); } }", 1),
        ("Enumeration<String> e = request.getHeaders(\"q\"); String bar = \"\"; if (e != null && e.hasMoreElements()) { bar = e.nextElement(); }", 1),
        ("Enumeration<String> e = request.getParameterNames(); String bar = \"\"; while (e.hasMoreElements()) { String n = e.nextElement(); bar = n; }", 1),
        ("String bar; try { bar = param; } catch (Exception e) { bar = \"x\"; }", 1),
        ("String bar = param; try { Integer.parseInt(bar); } catch (Exception e) { bar = \"x\"; }", 1),
        ("String bar = Optional.ofNullable(param).orElse(\"x\");", 1),
        ("String bar = Optional.of(param).map(s -> s.trim()).get();", 1),
        ("Iterator<String> it = List.of(param).iterator(); String bar = it.next();", 1),
        # checks
        ("String bar = param; if (!bar.matches(\"[a-z]+\")) { return; }", 0),
        ("String bar = param; if (!java.util.regex.Pattern.matches(\"\\\\d+\", bar)) throw new RuntimeException();", 0),
        ("String bar = param; if (!java.util.regex.Pattern.compile(\"[a-z]*\").matcher(bar).matches()) return;", 0),
        ("String bar = param; if (!java.util.regex.Pattern.compile(\"[a-z]*\").matcher(bar).find()) return;", 1),
        ("String bar = param; if (!bar.matches(\".*\")) { return; }", 1),
        ("String bar = param; if (!List.of(\"a\", \"b\").contains(bar)) { return; }", 0),
        ("String bar = param; if (!\"a\".equals(bar)) { return; }", 0),
        ("String bar = \"df\"; if (param.equals(\"a\")) { bar = param; }", 0),
        ("String bar = \"df\"; if (\"a\".equalsIgnoreCase(param)) { bar = param; }", 0),
        ("String bar = param.replaceAll(\"[^a-z]\", \"\");", 0),
        ("String bar = param.replaceAll(\"[^\\\\w]+\", \"_\");", 0),
        ("String bar = param.replaceAll(\"a\", \"\");", 1),
        # scopes
        ("String bar = \"x\"; { String inner = param; bar = inner; }", 1),
        ("String bar = \"x\"; for (String s : new String[] {\"a\"}) { bar = s; }", 0),
    ],
)  # fmt: skip
def test_text_and_containers(body: str, count: int) -> None:
    assert len(servlet(f"{body} {RUN}")) == count


@pytest.mark.parametrize(
    ("body", "rest", "count"),
    [
        ("boolean ok = NAMES.contains(param); if (!ok) return; String bar = param;", "private static final Set<String> NAMES = Set.of(\"a\");", 0),
        ("boolean ok = false; for (String one : NAMES) { if (one.equals(param)) { ok = true; break; } } if (!ok) { return; } String bar = param;", "static final String[] NAMES = {\"a\"};", 0),
        ("boolean ok = false; for (String one : NAMES) { if (one.equals(param)) { ok = true; } } String bar = \"x\"; if (!ok) { bar = param; }", "static final String[] NAMES = {\"a\"};", 1),
        ("boolean ok = false; if (param != null) { ok = true; } String bar = \"x\"; if (ok) { bar = param; }", "", 1),
        ("String bar = \"x\"; for (Kind one : Kind.values()) { if (one.name().equals(param)) { bar = param; } }", "enum Kind { A }", 0),
        ("String bar = \"x\"; for (String one : request.getParameterValues(\"o\")) { if (one.equals(param)) { bar = param; } }", "", 1),
        ("if (Arrays.stream(NAMES).noneMatch(one -> one.equals(param))) { return; } String bar = param;", "static final String[] NAMES = {\"a\"};", 0),
        ("request.setAttribute(\"k\", param); String bar = (String) request.getAttribute(\"k\");", "", 1),
        ("request.setAttribute(\"k\", param); String bar = (String) request.getAttribute(\"other\");", "", 0),
        ("HttpSession s = request.getSession(); s.setAttribute(\"k\", param); String bar = (String) s.getAttribute(\"k\");", "", 1),
        ("String bar = clean(param);", "private static String clean(String p) { return p.trim(); }", 1),
        ("String bar = clean(param);", "private static String clean(String p) { return \"x\"; }", 0),
        ("String bar = clean(param);", "private static String clean(String p) { String r = \"x\"; r = p; return r; }", 1),
        ("String bar = clean(\"x\", param);", "String clean(String a, String b) { return a; }", 0),
        ("String bar = clean(\"x\", param);", "String clean(String a, String b) { return b; }", 1),
        ("String bar = clean(param);", "String clean(String a, String b) { return b; } String clean(String a) { return \"x\"; }", 0),
        ("String bar = clean(param);", "String clean(String a) { return a; } String clean(String a, String b) { return \"x\"; }", 1),
        ("String bar = new Test().run(param);", "private class Test { String run(String p) { return p; } }", 1),
        ("String bar = new Test().run(param);", "private class Test { String run(String p) { String b = \"x\"; return b; } }", 0),
        ("Test t = new Test(); String bar = t.run(request, param);", "private class Test { String run(HttpServletRequest r, String p) { Map<String, String> m = new HashMap<>(); m.put(\"k\", p); return m.get(\"k\"); } }", 1),
        ("Test t = new Test(); String bar = t.run(request);", "private class Test { String run(HttpServletRequest r) { return r.getParameter(\"x\"); } }", 1),
        ("Test t = new Test(param); String bar = t.value();", "static class Test { private String v; Test(String v) { this.v = v; } String value() { return v; } }", 1),
        ("Test t = new Test(\"x\"); String bar = t.value();", "static class Test { private String v; Test(String v) { this.v = v; } String value() { return v; } }", 0),
        ("Test t = new Test(); t.setV(param); String bar = t.getV();", "static class Test { private String v; void setV(String x) { v = x; } String getV() { return v; } }", 1),
        ("Run t = new Test(); String bar = t.run(param);", "interface Run { String run(String p); } class Test implements Run { public String run(String p) { return p; } }", 1),
        ("Run t = make(); String bar = t.run(param);", "Run make() { return new Test(); } interface Run { String run(String p); } class Test implements Run { public String run(String p) { return \"x\"; } }", 0),
        ("this.last = param; String bar = last();", "private String last; String last() { return last; }", 1),
        ("this.last = \"x\"; String bar = last();", "private String last; String last() { return last; }", 0),
        ("User u = new User(); u.setName(param); String bar = u.getName();", "", 1),
        ("User u = new User(); u.setName(param); u.setMail(\"x\"); String bar = u.getMail();", "", 0),
        ("Map<String, String> m = new HashMap<>(); m.put(\"x\", param); String bar = item(m);", "String item(Map<String, String> m) { return m.get(\"x\"); }", 1),
        ("Map<String, String> m = new HashMap<>(); m.put(\"x\", param); String bar = item(m);", "String item(Map<String, String> m) { return m.get(\"y\"); }", 0),
        ("Order o = new Order(1, param); String bar = o.name();", "record Order(int id, String name) { }", 1),
        ("Order o = new Order(1, \"x\"); String bar = o.name();", "record Order(int id, String name) { }", 0),
        ("Holder h = new Holder(); h.value = param; String bar = h.value;", "static class Holder { String value; }", 1),
        ("String bar = find(request); find(param, param);", "String find(HttpServletRequest r) { return r.getRemoteUser(); } String find(String a, String b) { return a; }", 0),
        ("String bar = names.get(param);", "static final Map<String, String> names = Map.of(\"a\", \"x\");", 0),
        ("String bar = lookup.find(param);", "private Lookup lookup;", 0),
        ("String bar = \"\"; run(param);", "void run(String p) throws Exception { Runtime.getRuntime().exec(\"ls \" + p); }", 1),
        ("String bar = \"\"; run(\"x\");", "void run(String p) throws Exception { Runtime.getRuntime().exec(\"ls \" + p); }", 0),
    ],
)  # fmt: skip
def test_functions_and_classes(body: str, rest: str, count: int) -> None:
    assert len(servlet(f"{body} {RUN}", rest)) == count


@pytest.mark.parametrize(
    ("rule", "body", "count"),
    [
        ("injection/sql", 'Statement s = connect().createStatement(); s.execute("x" + param);', 1),
        ("injection/sql", 'connect().prepareStatement("select " + param).execute();', 1),
        ("injection/sql", 'PreparedStatement p = connect().prepareStatement("select ?"); p.setString(1, param); p.execute();', 0),
        ("injection/sql", 'CallableStatement c = connect().prepareCall("{call " + param + "}"); c.execute();', 1),
        ("injection/sql", 'Statement s = connect().createStatement(); s.addBatch("x" + param); s.executeBatch();', 1),
        ("injection/sql", 'new org.springframework.jdbc.core.JdbcTemplate().queryForList("x" + param);', 1),
        ("injection/sql", 'new org.springframework.jdbc.core.JdbcTemplate().queryForList("x = ?", param);', 0),
        ("injection/sql", 'unknown.createNativeQuery("x" + param).getResultList();', 1),
        ("injection/sql", 'String name = org.owasp.esapi.ESAPI.encoder().encodeForHTML(param); connect().prepareStatement("x" + name);', 1),
        ("injection/os-command", 'Runtime r = Runtime.getRuntime(); r.exec(new String[] {"sh", "-c", "ls " + param});', 1),
        ("injection/os-command", 'ProcessBuilder b = new ProcessBuilder(); b.command("sh", "-c", param); b.start();', 1),
        ("injection/os-command", 'List<String> a = new ArrayList<>(); a.add("sh"); a.add("-c"); a.add("ls " + param); new ProcessBuilder(a).start();', 1),
        ("injection/os-command", 'List<String> a = new ArrayList<>(); a.add("sh"); a.add("-c"); a.add("ls"); new ProcessBuilder(a).start();', 0),
        ("injection/os-command", 'Runtime.getRuntime().exec("ls", new String[] {param}, new File("/tmp"));', 1),
        ("injection/path-traversal", "new FileInputStream(param);", 1),
        ("injection/path-traversal", 'new FileInputStream(new File("/srv", param));', 1),
        ("injection/path-traversal", 'File f = new File("/srv/" + param); new FileOutputStream(f, false);', 1),
        ("injection/path-traversal", 'File f = new File(new File("/srv"), param); if (f.exists()) { }', 1),
        ("injection/path-traversal", 'java.nio.file.Files.newInputStream(java.nio.file.Paths.get("/srv/" + param));', 1),
        ("injection/path-traversal", 'java.nio.file.Path p = java.nio.file.Path.of("/srv").resolve(param); java.nio.file.Files.readString(p);', 1),
        ("injection/path-traversal", 'new FileInputStream(new File("/srv", new File(param).getName()));', 0),
        ("injection/path-traversal", 'new FileInputStream(new File("/srv", org.apache.commons.io.FilenameUtils.getName(param)));', 0),
        ("injection/path-traversal", 'File f = new File("/srv", param); if (!f.getCanonicalPath().startsWith("/srv/")) { throw new IOException(); } new FileInputStream(f);', 0),
        ("injection/path-traversal", 'java.nio.file.Path p = BASE.resolve(param).normalize(); if (!p.startsWith(BASE)) throw new IOException(); java.nio.file.Files.readString(p);', 0),
        ("injection/path-traversal", 'if (param.contains("..")) { return; } new FileInputStream("/srv/" + param);', 0),
        ("injection/xss-response", 'response.getWriter().println("<b>" + param);', 1),
        ("injection/xss-response", 'response.getWriter().write(param.toCharArray(), 0, 3);', 1),
        ("injection/xss-response", 'Object[] o = {"a", param}; response.getWriter().format("%1$s %2$s", o);', 1),
        ("injection/xss-response", 'response.getWriter().printf(Locale.US, "%s", param);', 1),
        ("injection/xss-response", 'PrintWriter out = response.getWriter(); out.print("<b>" + param);', 1),
        ("injection/xss-response", 'response.getOutputStream().print("<b>" + param);', 1),
        ("injection/xss-response", 'response.getWriter().println(org.owasp.esapi.ESAPI.encoder().encodeForHTML(param));', 0),
        ("injection/xss-response", 'response.getWriter().println(org.springframework.web.util.HtmlUtils.htmlEscape(param));', 0),
        ("injection/xss-response", 'response.getWriter().println(org.apache.commons.text.StringEscapeUtils.escapeHtml4(param));', 0),
        ("injection/xss-response", 'response.setContentType("application/json"); response.getWriter().println(param);', 0),
        ("injection/ldap-xpath", 'javax.naming.directory.DirContext c = new javax.naming.directory.InitialDirContext(); c.search("ou=x", "(uid=" + param + ")", null);', 1),
        ("injection/ldap-xpath", 'javax.naming.directory.InitialDirContext c = directory(); c.search("ou=x", "(uid={0})", new Object[] {param}, null);', 0),
        ("injection/ldap-xpath", 'javax.xml.xpath.XPathFactory.newInstance().newXPath().compile("//a[@b=\'" + param + "\']");', 1),
        ("injection/open-redirect", "response.sendRedirect(param);", 1),
        ("injection/open-redirect", 'response.sendRedirect("/orders/" + param);', 0),
        ("injection/ssrf", "new java.net.URL(param).openStream();", 1),
        ("injection/ssrf", 'new java.net.URL("https://acme.example/" + param).openStream();', 0),
        ("injection/ssrf", "java.net.URL u = new java.net.URL(param); HttpURLConnection c = (HttpURLConnection) u.openConnection();", 1),
        ("injection/ssrf", "java.net.http.HttpRequest.newBuilder().uri(java.net.URI.create(param)).build();", 1),
        ("injection/code-eval", 'new javax.script.ScriptEngineManager().getEngineByName("js").eval(param);', 1),
        ("injection/code-eval", "new org.springframework.expression.spel.standard.SpelExpressionParser().parseExpression(param).getValue();", 1),
        ("injection/deserialization", "new ObjectInputStream(request.getInputStream()).readObject();", 1),
        ("injection/deserialization", "byte[] b = Base64.getDecoder().decode(param); ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(b)); in.readObject();", 1),
        ("injection/deserialization", 'new ObjectInputStream(new FileInputStream("/srv/x")).readObject();', 0),
        ("session/trust-boundary", 'request.getSession().setAttribute("role", param);', 1),
        ("session/trust-boundary", "request.getSession(true).putValue(param, \"x\");", 1),
        ("session/trust-boundary", 'javax.servlet.http.HttpSession s = request.getSession(); s.setAttribute("n", Integer.valueOf(param));', 0),
        ("injection/path-traversal", 'File f = new File("/srv/" + param); if (!f.exists()) { f.mkdirs(); }', 1),
        ("injection/path-traversal", 'File f = new File("/srv/" + param); if (f.exists()) { new FileInputStream(f); }', 1),
        ("injection/path-traversal", 'File f = new File("/srv/" + param); if (f.exists()) { File g = new File("/srv/x" + param); g.mkdirs(); }', 2),
        ("injection/open-redirect", 'StringBuilder b = new StringBuilder(); b.append(param); response.sendRedirect(b.toString());', 1),
        ("injection/open-redirect", 'StringBuilder b = new StringBuilder("/orders/"); b.append(param); response.sendRedirect(b.toString());', 0),
        ("injection/open-redirect", 'response.setHeader("Location", param);', 1),
        ("injection/open-redirect", 'response.setHeader("Location", "/orders/" + param);', 0),
        ("injection/dynamic-include", 'request.getRequestDispatcher("/jsp/" + param).forward(request, response);', 1),
        ("injection/dynamic-include", 'request.getRequestDispatcher("/jsp/list.jsp").forward(request, response);', 0),
        ("injection/path-traversal", 'getServletContext().getResourceAsStream("/WEB-INF/" + param);', 1),
        ("injection/deserialization", "new javax.naming.InitialContext().lookup(param);", 1),
        ("injection/deserialization", 'new javax.naming.InitialContext().lookup("java:comp/env/" + 1);', 0),
        ("injection/code-eval", "javax.el.ExpressionFactory f = javax.el.ExpressionFactory.newInstance(); f.createValueExpression(null, param, String.class);", 1),
        ("injection/sql", 'new org.springframework.jdbc.core.JdbcTemplate().queryForInt("x" + param);', 1),
        ("injection/log-forging", 'org.slf4j.LoggerFactory.getLogger("x").info("q {}", param);', 1),
        ("injection/log-forging", 'org.slf4j.LoggerFactory.getLogger("x").info("q {}", request.getRequestURI());', 0),
        ("injection/log-forging", 'org.slf4j.LoggerFactory.getLogger("x").info("q {}", request.getHeader("X-A"));', 0),
        ("injection/response-header", 'response.setHeader("Content-Disposition", "attachment; filename=" + param);', 1),
    ],
)  # fmt: skip
def test_sinks(rule: str, body: str, count: int) -> None:
    assert len(servlet(body, name=rule)) == count


SPRING = """package com.acme;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.stereotype.Controller;
import org.springframework.jdbc.core.JdbcTemplate;
"""


@pytest.mark.parametrize(
    ("rule", "text", "count"),
    [
        ("injection/xss-response", '@RestController class C { @GetMapping("/x") org.springframework.http.ResponseEntity<String> f(@RequestParam String q) { return org.springframework.http.ResponseEntity.ok("<b>" + q); } }', 1),
        ("injection/xss-response", '@RestController class C { @GetMapping("/x") org.springframework.http.ResponseEntity<Order> f(@RequestParam String q) { return org.springframework.http.ResponseEntity.ok(new Order(q)); } }', 0),
        ("injection/open-redirect", '@RestController class C { @GetMapping("/x") Object f(@RequestParam String q) { return org.springframework.http.ResponseEntity.status(302).location(java.net.URI.create(q)).build(); } }', 1),
        ("injection/open-redirect", '@RestController class C { @GetMapping("/x") Object f(@RequestParam String q) { return org.springframework.http.ResponseEntity.status(302).location(java.net.URI.create("/a/" + q)).build(); } }', 0),
        ("injection/sql", 'class C { JdbcTemplate t; @GetMapping("/x") Object f(@RequestParam String q) { return t.queryForList("x" + q); } }', 1),
        ("injection/sql", 'class C { JdbcTemplate t; @GetMapping("/x") Object f(String q) { return t.queryForList("x" + q); } }', 1),
        ("injection/sql", 'class C { JdbcTemplate t; @GetMapping("/x/{q}") Object f(@PathVariable long q) { return t.queryForList("x" + q); } }', 0),
        ("injection/sql", 'class C { JdbcTemplate t; @GetMapping("/x/{q}") Object f(@PathVariable Integer q) { return t.queryForList("x" + q); } }', 0),
        ("injection/sql", 'class C { JdbcTemplate t; @PostMapping("/x") Object f(@RequestBody Order o) { return t.queryForList("x" + o.getName()); } }', 1),
        ("injection/sql", 'class C { JdbcTemplate t; @PostMapping("/x") Object f(@RequestBody Order o) { return t.queryForList("x" + o.name()); } }', 1),
        ("injection/sql", 'class C { JdbcTemplate t; @PostMapping("/x") Object f(Order o, java.security.Principal p) { return t.queryForList("x" + p.getName()); } }', 0),
        ("injection/sql", 'class C { JdbcTemplate t; Object f(String q) { return t.queryForList("x" + q); } }', 0),
        ("injection/sql", 'class C { JdbcTemplate t; @GetMapping("/x") Object f(@RequestParam String q) { return find(q); } private Object find(String q) { return t.queryForList("x" + q); } }', 1),
        ("injection/open-redirect", '@Controller class C { @GetMapping("/x") String f(@RequestParam String url) { return "redirect:" + url; } }', 1),
        ("injection/open-redirect", '@Controller class C { @GetMapping("/x") String f(@RequestParam String id) { return "redirect:/orders/" + id; } }', 0),
        ("injection/open-redirect", '@Controller class C { @GetMapping("/x") ModelAndView f(@RequestParam String url) { return new ModelAndView("redirect:" + url); } }', 1),
        ("injection/open-redirect", '@Controller class C { @GetMapping("/x") ModelAndView f(@RequestParam String url) { return new ModelAndView("view", "url", url); } }', 0),
        ("injection/xss-response", '@RestController class C { @GetMapping("/x") String f(@RequestParam String q) { return "<b>" + q; } }', 1),
        ("injection/xss-response", '@Controller class C { @GetMapping("/x") String f(@RequestParam String q) { return q; } }', 0),
        ("injection/xss-response", '@RestController class C { @GetMapping("/x") Order f(@RequestParam String q) { return new Order(q); } }', 0),
        ("injection/xss-response", '@RestController class C { @GetMapping(value = "/x", produces = "application/json") String f(@RequestParam String q) { return "<b>" + q; } }', 0),
    ],
)  # fmt: skip
def test_spring(rule: str, text: str, count: int) -> None:
    assert len(flows(SPRING + text, rule)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('import javax.ws.rs.*; @Path("/x") class C { @GET void f(@QueryParam("q") String q) throws Exception { Runtime.getRuntime().exec("ls " + q); } }', 1),
        ('import jakarta.ws.rs.*; @Path("/x") class C { @POST void f(Order o) throws Exception { Runtime.getRuntime().exec("ls " + o.getName()); } }', 1),
        ('import jakarta.ws.rs.*; import jakarta.ws.rs.core.*; @Path("/x") class C { @GET void f(@Context HttpHeaders h) throws Exception { Runtime.getRuntime().exec("ls " + h.getHeaderString("X")); } }', 1),
        ('import io.micronaut.http.annotation.*; @Controller class C { @Get("/{q}") void f(String q) throws Exception { Runtime.getRuntime().exec("ls " + q); } }', 1),
        ('import io.micronaut.http.annotation.*; @Controller class C { @Get("/{q}") void f(int q) throws Exception { Runtime.getRuntime().exec("ls " + q); } }', 0),
        ('import static spark.Spark.*; class C { void f() { get("/x", (req, res) -> { Runtime.getRuntime().exec("ls " + req.queryParams("q")); return ""; }); } }', 1),
        ('import io.javalin.Javalin; class C { void f(Javalin app) { app.get("/x", ctx -> { Runtime.getRuntime().exec("ls " + ctx.pathParam("q")); }); } }', 1),
        ('import org.springframework.web.reactive.function.server.ServerRequest; class C { void f(ServerRequest r) throws Exception { Runtime.getRuntime().exec("ls " + r.queryParam("q").orElse("")); } }', 1),
        ('import org.springframework.web.bind.annotation.*; class C { @PostMapping("/x") void f(@RequestParam java.util.Map<String, String> all) throws Exception { for (java.util.Map.Entry<String, String> e : all.entrySet()) Runtime.getRuntime().exec("ls " + e.getValue()); } }', 1),
        ('import org.springframework.web.bind.annotation.*; class C { @PostMapping("/x") void f(org.springframework.ui.Model model, java.util.Locale locale) throws Exception { Runtime.getRuntime().exec("ls " + locale.getLanguage()); } }', 0),
        ('import org.springframework.web.bind.annotation.*; class C { @PostMapping("/x") void f(@RequestBody Form form) throws Exception { Runtime.getRuntime().exec("ls " + form.getDir()); } static class Form { private String dir; public String getDir() { return dir; } } }', 1),
        ('import org.springframework.web.bind.annotation.*; class C { @PostMapping("/x") void f(@RequestBody Form form) throws Exception { Runtime.getRuntime().exec("ls " + form.getPageSize()); } }', 0),
    ],
)  # fmt: skip
def test_frameworks(text: str, count: int) -> None:
    assert len(flows(text)) == count


def test_knots_end() -> None:
    chain = "".join(f"    String a{n} = a{n + 1} + a{n + 2};\n" for n in range(200))
    servlet(chain + "Runtime.getRuntime().exec(a0);")
    knot = "".join(
        f"String f{n}(String x) {{ return f{n + 1}(x) + f{n + 2}(x); }}\n" for n in range(60)
    )
    servlet("Runtime.getRuntime().exec(f0(param));", knot)
    many = "".join(f'l.add("{n}");' for n in range(300))
    servlet(f"List<String> l = new ArrayList<>(); {many} Runtime.getRuntime().exec(l.get(299));")


QUARKUS = """package com.acme;
import io.quarkus.hibernate.orm.panache.PanacheEntity;
import jakarta.ws.rs.*;
import jakarta.ws.rs.core.*;
"""


@pytest.mark.parametrize(
    ("rule", "text", "count"),
    [
        ("injection/sql", '@GET Object f(@QueryParam("q") String q) { return Order.find("name = \'" + q + "\'").list(); }', 1),
        ("injection/sql", '@GET Object f(@QueryParam("q") String q) { return Order.find("name", q).list(); }', 0),
        ("injection/sql", '@GET Object f(@RestQuery String q) { return Order.list("name = ?1", q); }', 0),
        ("injection/xss-response", '@GET @Produces(MediaType.TEXT_HTML) public String f(@QueryParam("q") String q) { return "<b>" + q; }', 1),
        ("injection/xss-response", '@GET public String f(@QueryParam("q") String q) { return "<b>" + q; }', 0),
        ("injection/open-redirect", '@GET Object f(@QueryParam("q") String q) { return Response.seeOther(java.net.URI.create(q)).build(); }', 1),
    ],
)  # fmt: skip
def test_quarkus(rule: str, text: str, count: int) -> None:
    assert len(flows(f'{QUARKUS}@Path("/x") public class C {{ {text} }}', rule)) == count


KNOWN = 'static final Set<String> OK = Set.of("a", "b");'


@pytest.mark.parametrize(
    ("body", "rest", "count"),
    [
        ("if (!isOk(param)) throw new X();", "boolean isOk(String x) { return OK.contains(x); }", 0),
        ("if (!isOk(param)) return;", "boolean isOk(String x) { if (x == null) return false; return OK.contains(x); }", 0),
        ("if (!isOk(param)) return;", "boolean isOk(String x) { if (OK.contains(x)) { return true; } return false; }", 0),
        ("if (!isOk(param)) return;", "boolean isOk(String x) { for (String o : OK) { if (o.equals(x)) return true; } return false; }", 0),
        ("if (isBad(param)) return;", "boolean isBad(String x) { return !OK.contains(x); }", 0),
        ("check(param);", "void check(String x) { if (!OK.contains(x)) throw new X(x); }", 0),
        ("check(param);", "void check(String x) { if (OK.contains(x)) return; throw new X(x); }", 0),
        ("check(param);", 'void check(String x) { if (!x.matches("[a-z]+")) throw new X(x); }', 0),
        ('check("q", param);', "void check(String n, String x) { known(x); } void known(String v) { if (!OK.contains(v)) { log(v); throw new X(v); } }", 0),
        ("try { check(param); } catch (X e) { throw new Y(e); }", "void check(String x) throws X { if (!OK.contains(x)) throw new X(x); }", 0),
        ("Orders.check(param);", "static void check(String x) { if (!OK.contains(x)) throw new X(x); }", 0),
        ("Checks.requireSafeName(param);", "", 0),
        ("if (!isBad(param)) return;", "boolean isBad(String x) { return !OK.contains(x); }", 1),
        ("check(param);", "void check(String x) { if (OK.contains(x)) throw new X(x); }", 1),
        ("check(param);", "void check(String x) { if (!OK.contains(x)) log(x); }", 1),
        ("check(param);", "void check(String x) { if (!OK.contains(x)) return; }", 1),
        ("check(param);", "void check(String x) { if (x.isEmpty()) throw new X(x); }", 1),
        ("try { check(param); } catch (X e) { log(e); }", "void check(String x) throws X { if (!OK.contains(x)) throw new X(x); }", 1),
        ("if (!isSafe(param)) return;", "boolean isSafe(String x) { return true; }", 1),
        ("if (!isSafe(param)) return;", "boolean isSafe(String x) { return x != null; }", 1),
        ("Checks.requireLogin(param);", "", 1),
    ],
)  # fmt: skip
def test_functions_that_check(body: str, rest: str, count: int) -> None:
    assert len(servlet(f"{body} String bar = param; {RUN}", f"{KNOWN} {rest}")) == count


@pytest.mark.parametrize(
    ("body", "rest", "count"),
    [
        ("Object s = known.get(param); if (Objects.isNull(s)) return;", "", 0),
        ("if (known.get(param) == null) return;", "void f(String q) { Object s = other(q); }", 0),
        ("Object s = known.get(param); if (s != null) return;", "", 1),
        ("Object s = other.get(param); if (s == null) return;", "Supplier other;", 1),
    ],
)
def test_keys_of_maps_are_known(body: str, rest: str, count: int) -> None:
    rest = f"Map<String, Object> known; {rest}"
    assert len(servlet(f"{body} String bar = param; {RUN}", rest)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('Runtime.getRuntime().exec(new String[] {"ls", "--", param});', 0),
        ('String[] bar = {"ls", param}; Runtime.getRuntime().exec(bar);', 0),
        ('String[] bar = {"/bin/sh", "-c", param}; Runtime.getRuntime().exec(bar);', 1),
        ('String[] bar = {param, "x"}; Runtime.getRuntime().exec(bar);', 1),
        ('String bar = KNOWN.getOrDefault(param, "x"); Runtime.getRuntime().exec(bar);', 0),
        ('String bar = KNOWN.getOrDefault("x", param); Runtime.getRuntime().exec(bar);', 1),
    ],
)
def test_programs_and_their_arguments(body: str, count: int) -> None:
    rest = 'static final Map<String, String> KNOWN = Map.of("a", "b");'
    assert len(servlet(body, rest)) == count


@pytest.mark.parametrize(
    ("check", "count"), [("if (!OK.contains(param)) return;", 0), ("if (OK.isEmpty()) return;", 1)]
)
def test_callbacks_run_where_their_function_lets_them(check: str, count: int) -> None:
    body = f"{check} list.forEach(x -> {{ String bar = param; {RUN} }});"
    assert len(servlet(body, KNOWN)) == count


SENDER = """static class B { private String name; B name(String n) { this.name = n; return this; }
  String get() { return this.name; } Q build() { return new Q(this); } }
  static class Q { String v; Q(B b) { this.v = b.name; } String get() { return this.v; } }
  class In { String v; void go() { Runtime.getRuntime().exec(v); } }
  record R(String name, String kind) {}"""


@pytest.mark.parametrize(
    ("body", "rest", "count"),
    [
        ("TL.set(param); String bar = TL.get(); RUN", "static final ThreadLocal<String> TL = new ThreadLocal<>();", 1),
        ('run("x", param);', "void run(String... v) { String bar = v[1]; RUN }", 1),
        ('run(param, "x");', "void run(String... v) { String bar = v[1]; RUN }", 0),
        ('run("x", param);', "void run(String... v) { for (String bar : v) { RUN } }", 1),
        ("B b = new B(); b.name(param); String bar = b.get(); RUN", "", 1),
        ('B b = new B(); b.name("x"); String bar = b.get(); RUN', "", 0),
        ("String bar = new B().name(param).build().get(); RUN", "", 1),
        ("In i = new In(); i.v = param; i.go();", "", 1),
        ('In i = new In(); i.v = "x"; i.go();', "", 0),
        ('String bar = switch (x) { case 1: yield param; default: yield "x"; }; RUN', "", 1),
        ('String bar = switch (x) { case 1 -> { String z = param; yield z; } default -> "x"; }; RUN', "", 1),
        ('String bar = switch (param) { case "a" -> "x"; default -> "y"; }; RUN', "", 0),
        ('R r = new R(param, "k"); String bar = r.name(); RUN', "", 1),
        ('R r = new R(param, "k"); String bar = r.kind(); RUN', "", 0),
        ("Object o = new R(param, x); if (o instanceof R(String bar, String k)) { RUN }", "", 1),
        ("Object o = param; if (o instanceof String bar) { RUN }", "", 1),
        ("Object o = param; switch (o) { case String bar -> { RUN } default -> {} }", "", 1),
        ('java.util.function.Function<String, String> f = x -> "a " + x; String bar = f.apply(param); RUN', "", 1),
        ('java.util.function.Function<String, String> f = x -> "a"; String bar = f.apply(param); RUN', "", 0),
        ("java.util.function.Supplier<String> f = () -> param; String bar = f.get(); RUN", "", 1),
        ("java.util.function.Consumer<String> f = bar -> { RUN }; f.accept(param);", "", 1),
        ("Stream.of(param).forEach(this::go);", "void go(String bar) { RUN }", 1),
        ('Stream.of("a").forEach(this::go);', "void go(String bar) { RUN }", 0),
        ('String bar = Stream.of(param).map(x -> "a").findFirst().get(); RUN', "", 0),
        ("String bar = Optional.of(param).map(Integer::valueOf).get().toString(); RUN", "", 0),
        ("char[] c = new char[9]; System.arraycopy(param.toCharArray(), 0, c, 0, 9); String bar = new String(c); RUN", "", 1),
    ],
)  # fmt: skip
def test_carriers(body: str, rest: str, count: int) -> None:
    found = servlet(body.replace("RUN", RUN), rest.replace("RUN", RUN) + SENDER)
    assert len(found) == count


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ('param.substring(param.lastIndexOf("/") + 1)', 0),
        ("param.substring(param.lastIndexOf(File.separator) + 1)", 0),
        ("param.substring(at + 1)", 0),
        ('"x" + param.substring(param.lastIndexOf("."))', 0),
        ("param.substring(1)", 1),
        ('param.substring(0, param.lastIndexOf("/"))', 1),
        ("param.substring(n + 1)", 1),
    ],
)
def test_last_parts_of_paths(name: str, count: int) -> None:
    body = f"int at = param.lastIndexOf('/'); int n = 1; new FileInputStream(\"/data/\" + {name});"
    assert len(servlet(body, name="injection/path-traversal")) == count
