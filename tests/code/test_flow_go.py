"""Flows in Go: from what a client sends to where it does harm, and no further."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import functools

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.match import RuleSet
from backspec.code.models import models
from backspec.model import Document

HEAD = """package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/gorilla/mux"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"gorm.io/gorm"
)

type Filter struct {
	Name string `json:"name"`
	Page int
}

var db *sql.DB
var word = regexp.MustCompile(`^[a-z]+$`)
var start = regexp.MustCompile(`^[a-z]+`)
var columns = map[string]bool{"name": true}
"""


@functools.cache
def injection_rules() -> RuleSet:
    compiled = RuleSet("go", models("go"))
    for rule in catalog.rules().values():
        if rule.area == "injection":
            compiled.add(rule, "recommended")
    assert not compiled.problems
    return compiled


def found(text: str) -> list[str]:
    document = Document("/w/a.go", (HEAD + text).encode(), "go")
    return [d.rule for d in analysis.analyse(document, injection_rules(), path="a.go")]


def in_handler(body: str) -> list[str]:
    return found("func show(w http.ResponseWriter, r *http.Request) {\n" + body + "\n}\n")


@pytest.mark.parametrize(
    "source",
    [
        'q := r.URL.Query().Get("q")',
        'q := r.URL.Query()["q"][0]',
        'v := r.URL.Query()\nq := v.Get("q")',
        'q := r.FormValue("q")',
        'r.ParseForm()\nq := r.Form.Get("q")',
        'q := r.PostForm["q"][0]',
        'q := r.PostFormValue("q")',
        'q := r.PathValue("q")',
        'q := r.Header.Get("X-Q")',
        "q := r.URL.Path",
        "q := r.UserAgent()",
        'c, err := r.Cookie("q")\nif err != nil {\n\treturn\n}\nq := c.Value',
        "body, _ := io.ReadAll(r.Body)\nq := string(body)",
        "var f Filter\njson.NewDecoder(r.Body).Decode(&f)\nq := f.Name",
        "f := &Filter{}\ndec := json.NewDecoder(r.Body)\nif err := dec.Decode(f); err != nil {\n\treturn\n}\nq := f.Name",
        'body, _ := io.ReadAll(r.Body)\nvar f map[string]string\njson.Unmarshal(body, &f)\nq := f["name"]',
        'q := mux.Vars(r)["q"]',
        'vars := mux.Vars(r)\nq := vars["q"]',
        'q := chi.URLParam(r, "q")',
        "s := bufio.NewScanner(r.Body)\ns.Scan()\nq := s.Text()",
        'q := "x"\nif v := r.FormValue("q"); v != "" {\n\tq = v\n}',
        'var q string\nfor _, v := range r.Form["q"] {\n\tq = v\n}',
        'q, ok := strings.CutPrefix(r.FormValue("q"), "a")\n_ = ok',
        'q := strings.TrimSpace(strings.ToLower(r.FormValue("q")))',
        'xs := strings.Split(r.FormValue("q"), ",")\nq := xs[len(xs)-1]',
        'q := r.FormValue("q")\np := &q\nq = *p',
        'f := Filter{Name: r.FormValue("q")}\nq := f.Name',
        'm := map[string]string{}\nm["a"] = r.FormValue("q")\nq := m["a"]',
        'm := map[string]string{}\nm[k] = r.FormValue("q")\nq := m[k]',
        'xs := []string{}\nxs = append(xs, r.FormValue("q"))\nq := xs[0]',
        "q, err := pick(r)\nif err != nil {\n\treturn\n}",
        'q := first(r.FormValue("q"), "a")',
        'var x any = r.FormValue("q")\nq := x.(string)',
        'q := r.FormValue("q")[1:]',
        'q := r.FormValue("q")\nif q == "" {\n\tq = "x"\n}',
        'q := r.FormValue("q")\nif !columns[q] {\n\tlog.Println("odd")\n}',
        'q := r.FormValue("q")\nif !start.MatchString(q) {\n\treturn\n}',
        'q := r.FormValue("q")\nif strings.Contains(q, ";") {\n\tlog.Println("odd")\n}',
        'q := r.FormValue("q")\nswitch q {\ncase "a":\n\tlog.Println("a")\n}',
        'b := []byte(r.FormValue("q"))\nq := string(b)',
        'var sb strings.Builder\nsb.WriteString("a")\nsb.WriteString(r.FormValue("q"))\nq := sb.String()',
        'var sb strings.Builder\nfmt.Fprintf(&sb, "a %s", r.FormValue("q"))\nq := sb.String()',
        'q, _ := url.QueryUnescape(r.FormValue("q"))',
    ],
)
def test_what_clients_send(source: str) -> None:
    helpers = """
func pick(r *http.Request) (string, error) { return r.FormValue("q"), nil }
func first(a, b string) string { return a }
"""
    text = f'func show(w http.ResponseWriter, r *http.Request) {{\n{source}\ndb.Query("SELECT a FROM b WHERE c = \'" + q + "\'")\n}}\n'
    assert found(text + helpers) == ["injection/sql"]


@pytest.mark.parametrize(
    "source",
    [
        'q := "a"',
        'q, err := strconv.Atoi(r.FormValue("q"))\nif err != nil {\n\treturn\n}',
        'q := r.FormValue("q")\nq = "a"',
        'q := r.FormValue("q")\nif !columns[q] {\n\thttp.Error(w, "no", 400)\n\treturn\n}',
        'q := r.FormValue("q")\nif _, ok := columns[q]; !ok {\n\treturn\n}',
        'q := r.FormValue("q")\nif !columns[q] {\n\tq = "name"\n}',
        'q := r.FormValue("q")\nif q != "a" && q != "b" {\n\tq = "a"\n}',
        'q := r.FormValue("q")\nif q != "a" && q != "b" {\n\treturn\n}',
        'q := r.FormValue("q")\nif !slices.Contains([]string{"a", "b"}, q) {\n\treturn\n}',
        'q := r.FormValue("q")\nif !word.MatchString(q) {\n\treturn\n}',
        'q := r.FormValue("q")\nok, _ := regexp.MatchString("^[0-9]+$", q)\nif !ok {\n\treturn\n}',
        'q := r.FormValue("q")\nif _, err := uuid.Parse(q); err != nil {\n\treturn\n}',
        'q := r.FormValue("q")\n_, err := strconv.Atoi(q)\nif err != nil {\n\treturn\n}',
        'q := r.FormValue("q")\nswitch q {\ncase "a", "b":\ndefault:\n\treturn\n}',
        'q := r.FormValue("q")\nswitch q {\ncase "a", "b":\ndefault:\n\tq = "a"\n}',
        'q := "a"\nswitch r.FormValue("q") {\ncase "b":\n\tq = "b"\n}',
        'id, err := uuid.Parse(r.FormValue("q"))\nif err != nil {\n\treturn\n}\nq := id.String()',
        'n := len(r.FormValue("q"))\nq := strconv.Itoa(n)',
        'q := fmt.Sprintf("%d", r.FormValue("q"))',
        "var f Filter\njson.NewDecoder(r.Body).Decode(&f)\nq := f.Page",
        "q, err := pick(r)\nq = err.Error()",
        'q := second(r.FormValue("q"), "a")',
        'm := map[string]string{"a": r.FormValue("q"), "b": "c"}\nq := m["b"]',
        'm := map[string]string{"a": "b"}\nq := m[r.FormValue("q")]',
        'q := strings.HasPrefix(r.FormValue("q"), "a")',
        'u, _ := url.Parse(base)\nq := u.Query().Get("a")',
        'resp, _ := http.Get("https://rates.example")\nq := resp.Header.Get("a")',
        "q := r.Host",
        "q := r.Method",
    ],
)
def test_what_is_harmless(source: str) -> None:
    helpers = """
func pick(r *http.Request) (string, error) { return r.FormValue("q"), errors.New("a") }
func second(a, b string) string { return b }
"""
    text = f"func show(w http.ResponseWriter, r *http.Request) {{\n{source}\ndb.Query(fmt.Sprintf(\"SELECT a FROM b WHERE c = '%v'\", q))\n}}\n"
    assert found(text + helpers) == []


@pytest.mark.parametrize(
    ("parameter", "count"),
    [
        ("name string", 1),
        ("name []byte", 1),
        ("name any", 1),
        ("id int64", 0),
        ("ids []int", 0),
        ("at time.Time", 0),
        ("r *http.Request", 0),
    ],
)
def test_statements_joined_from_a_parameter(parameter: str, count: int) -> None:
    name = "r.Method" if parameter.startswith("r ") else parameter.partition(" ")[0]
    text = f'func find({parameter}) {{ db.Query(fmt.Sprintf("SELECT a FROM b WHERE c = %v", {name})) }}\n'
    assert found(text) == ["injection/sql"] * count


def test_a_case_leaves_its_constants() -> None:
    text = 'switch q := r.FormValue("q"); q {\ncase "a", "b":\n\tdb.Query("SELECT a FROM b ORDER BY " + q)\n}'
    assert in_handler(text) == []
    text = 'q := r.FormValue("q")\nif q == "a" {\n\tdb.Query("SELECT a FROM b ORDER BY " + q)\n}'
    assert in_handler(text) == []
    text = 'q := r.FormValue("q")\nswitch {\ncase q == "a":\n\tdb.Query("SELECT " + q)\ndefault:\n\tdb.Query("SELECT " + q)\n}'
    assert in_handler(text) == ["injection/sql"]


@pytest.mark.parametrize(
    "body",
    [
        'db.QueryRow("SELECT " + q)',
        'db.Exec(fmt.Sprintf("DELETE FROM a WHERE b = %s", q))',
        "db.QueryContext(r.Context(), fmt.Sprintf(`SELECT %s`, q))",
        'stmt, err := db.Prepare("SELECT " + q)\n_, _ = stmt, err',
        'tx, _ := db.Begin()\ntx.Exec("SELECT " + q)',
        'd, err := sql.Open("postgres", dsn)\nd.Query("SELECT " + q)',
        's := "SELECT a FROM b"\ns += " WHERE c = " + q\ndb.Query(s)',
        's := strings.Join([]string{"SELECT", q}, " ")\ndb.Query(s)',
        'app.DB.Query("SELECT " + q)',
        'var x *sqlx.DB\nx.Select(&out, "SELECT "+q)',
        'var x *sqlx.DB\nx.Get(&out, fmt.Sprintf("SELECT %s", q))',
        'var p *pgxpool.Pool\np.Query(r.Context(), "SELECT "+q)',
        'var g *gorm.DB\ng.Raw("SELECT " + q).Scan(&out)',
        'var g *gorm.DB\ng.Where("name = \'" + q + "\'").Find(&out)',
        "var g *gorm.DB\ng.Where(fmt.Sprintf(\"name = '%s'\", q)).Find(&out)",
        "var g *gorm.DB\ng.Model(&out).Order(q).Find(&out)",
        'database.DB().Order(q + " desc").Find(&out)',
        "func() { db.Query(q) }()",
        "var g *gorm.DB\ng.First(&out, q)",
        "var g *gorm.DB\ng.Delete(&out, q)",
        "find(q)",
        'defer db.Exec("DELETE FROM a WHERE b = " + q)',
    ],
)
def test_statements(body: str) -> None:
    helper = ""
    if body == "find(q)":
        helper = (
            'func find(name string) { db.Query("SELECT a FROM b WHERE c = \'" + name + "\'") }\n'
        )
    text = (
        f'func show(w http.ResponseWriter, r *http.Request) {{\nq := r.FormValue("q")\n{body}\n}}\n'
    )
    assert found(text + helper) == ["injection/sql"]


@pytest.mark.parametrize(
    "body",
    [
        'db.QueryRow("SELECT a FROM b WHERE c = $1", q)',
        'db.ExecContext(r.Context(), "DELETE FROM a WHERE b = ?", q)',
        'var g *gorm.DB\ng.Where("name = ?", q).Find(&out)',
        "var g *gorm.DB\ng.Where(&Filter{Name: q}).Find(&out)",
        'var g *gorm.DB\ng.Where(map[string]any{"name": q}).Find(&out)',
        "f := Filter{Name: q}\nvar g *gorm.DB\ng.Where(&f).Find(&out)",
        'var g *gorm.DB\ng.First(&out, "id = ?", q)',
        "var g *gorm.DB\nn, _ := strconv.Atoi(q)\ng.First(&out, n)",
        "var g *gorm.DB\nvar f Filter\njson.NewDecoder(r.Body).Decode(&f)\ng.First(&out, f.Page)",
        'var g *gorm.DB\ng.Raw("SELECT ?", q).Scan(&out)',
        "r.URL.Query()",
        "find(q)",
    ],
)
def test_bound_values(body: str) -> None:
    helper = 'func find(name string) { db.Query("SELECT a FROM b WHERE c = ?", name) }\n'
    text = (
        f'func show(w http.ResponseWriter, r *http.Request) {{\nq := r.FormValue("q")\n{body}\n}}\n'
    )
    assert found(text + helper) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('exec.Command("sh", "-c", "ls "+q).Run()', "os-command"),
        ('exec.CommandContext(r.Context(), "/bin/bash", "-c", q).Run()', "os-command"),
        ("exec.Command(q).Run()", "os-command"),
        ('args := []string{"-c", q}\nexec.Command("bash", args...).Run()', "os-command"),
        ('cmd := exec.Command(q, "a")\ncmd.Run()', "os-command"),
        ("os.Open(q)", "path-traversal"),
        ('os.ReadFile(filepath.Join("data", q))', "path-traversal"),
        ('p := filepath.Clean("data/" + q)\nos.Create(p)', "path-traversal"),
        ('os.OpenFile("data/"+q, os.O_RDONLY, 0o600)', "path-traversal"),
        ("http.ServeFile(w, r, q)", "path-traversal"),
        ('http.ServeFile(w, r, "./static/"+q)', "path-traversal"),
        ("http.Get(q)", "ssrf"),
        ('http.Get("https://" + q + "/a")', "ssrf"),
        ('http.Get(fmt.Sprintf("http://%s/a", q))', "ssrf"),
        ('req, err := http.NewRequest("GET", q, nil)\n_, _ = req, err', "ssrf"),
        ("c := &http.Client{}\nc.Get(q)", "ssrf"),
        ("http.Redirect(w, r, q, http.StatusFound)", "open-redirect"),
        ('fmt.Fprintf(w, "<p>%s</p>", q)', "xss-response"),
        ('fmt.Fprint(w, "Hello ", q)', "xss-response"),
        ("w.Write([]byte(q))", "xss-response"),
        ('io.WriteString(w, "<b>"+q)', "xss-response"),
        ("_ = template.HTML(q)", "xss-response"),
        ('w.Header().Set("Content-Type", "text/html")\nw.Write([]byte("<p>" + q))', "xss-response"),
        ('template.Must(template.New("a").Parse(q)).Execute(w, nil)', "template-from-input"),
        ('log.Printf("name %s", q)', "log-forging"),
        ('log.Println("name " + q)', "log-forging"),
    ],
)
def test_other_sinks(body: str, rule: str) -> None:
    assert in_handler(f'q := r.FormValue("q")\n{body}') == [f"injection/{rule}"]


@pytest.mark.parametrize(
    "body",
    [
        'exec.Command("ls", q).Run()',
        'exec.Command("ssh", "-p", "22").Run()',
        'exec.Command("sh", "-c", "ls").Run()',
        'os.ReadFile(filepath.Join("data", filepath.Base(q)))',
        'os.ReadFile(filepath.Join("data", filepath.Clean("/"+q)))',
        'p := filepath.Join("data", q)\nif !strings.HasPrefix(p, "data/") {\n\treturn\n}\nos.Open(p)',
        'if !filepath.IsLocal(q) {\n\treturn\n}\nos.Open(filepath.Join("data", q))',
        'if strings.Contains(q, "..") {\n\treturn\n}\nos.Open(filepath.Join("data", q))',
        'http.Get("https://rates.example/" + url.PathEscape(q))',
        'http.Get("https://rates.example/rates?of=" + q)',
        'http.Get(fmt.Sprintf("https://rates.example/%s", q))',
        'http.Redirect(w, r, "/users/"+q, http.StatusFound)',
        'fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(q))',
        'fmt.Fprintf(w, "<p>%d</p>", q)',
        'fmt.Fprintf(os.Stdout, "<p>%s</p>", q)',
        'w.Header().Set("Content-Type", "application/json")\nfmt.Fprintf(w, "%s", q)',
        "json.NewEncoder(w).Encode(q)",
        'w.Write([]byte("fine"))',
        "http.Error(w, q, 400)",
        'log.Printf("name %q", q)',
        'log.Println("name", strconv.Quote(q))',
        'f, _ := os.Create("a")\nf.WriteString(q)',
        'var buf strings.Builder\nfmt.Fprintf(&buf, "<p>%s", q)',
    ],
)
def test_harmless_sinks(body: str) -> None:
    assert in_handler(f'q := r.FormValue("q")\n{body}') == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('db.Query("SELECT " + c.Query("q"))', "sql"),
        ('db.Query("SELECT " + c.Param("q"))', "sql"),
        ('q, ok := c.GetQuery("q")\n_ = ok\ndb.Query("SELECT " + q)', "sql"),
        ('db.Query("SELECT " + c.DefaultQuery("q", "a"))', "sql"),
        (
            'var f Filter\nif err := c.ShouldBindJSON(&f); err != nil {\n\treturn\n}\ndb.Query("SELECT " + f.Name)',
            "sql",
        ),
        ('db.Query("SELECT " + c.Request.URL.Query().Get("q"))', "sql"),
        ('db.Query("SELECT " + c.GetHeader("X"))', "sql"),
        ('c.File("data/" + c.Param("q"))', "path-traversal"),
        ('c.Redirect(302, c.Query("q"))', "open-redirect"),
        ('c.Data(200, "text/html; charset=utf-8", []byte("<p>"+c.Query("q")))', "xss-response"),
    ],
)
def test_gin(body: str, rule: str) -> None:
    assert found(f"func show(c *gin.Context) {{\n{body}\n}}\n") == [f"injection/{rule}"]
    inline = f'func main() {{\ne := gin.Default()\ne.GET("/a", func(c *gin.Context) {{\n{body}\n}})\n}}\n'
    assert found(inline) == [f"injection/{rule}"]


@pytest.mark.parametrize(
    "body",
    [
        'c.String(200, c.Query("q"))',
        'c.JSON(200, gin.H{"a": c.Query("q")})',
        'c.Data(200, "application/json", []byte(c.Query("q")))',
        'c.Redirect(302, "/a/"+c.Query("q"))',
        'q, ok := c.GetQuery("q")\n_ = q\ndb.Query(fmt.Sprintf("SELECT %v", ok))',
    ],
)
def test_gin_harmless(body: str) -> None:
    assert found(f"func show(c *gin.Context) {{\n{body}\n}}\n") == []


def test_echo_and_methods() -> None:
    text = """
type Store struct { db *sql.DB }
func (s *Store) find(ctx context.Context, name string) { s.db.QueryContext(ctx, "SELECT a WHERE b = " + name) }
type API struct { store *Store }
func (a *API) show(c echo.Context) error {
    a.store.find(c.Request().Context(), c.QueryParam("name"))
    return c.HTML(200, "<p>" + c.Param("name"))
}
"""
    assert sorted(found(text)) == ["injection/sql", "injection/xss-response"]
    assert found(text.replace("+ name)", ", name)").replace('+ c.Param("name")', "")) == []


OBJECTS = """
type Box struct { v string }
func (b *Box) Set(v string) { b.v = v }
func (b *Box) Get() string { return b.v }
func NewBox(v string) *Box { return &Box{v: v} }
func named(r *http.Request) (q string) { q = r.FormValue("q"); return }
func two(s string) (string, string) { return "a", s }
func source(s string) chan string { c := make(chan string, 1); c <- s; return c }
"""


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('b := &Box{}\nb.Set(q)\ndb.Query("SELECT " + b.Get())', 1),
        ('b := &Box{}\nb.Set("a")\ndb.Query("SELECT " + b.Get())', 0),
        ('b := Box{v: q}\ndb.Query("SELECT " + b.Get())', 1),
        ('b := NewBox(q)\ndb.Query("SELECT " + b.v)', 1),
        ('b := NewBox("a")\ndb.Query("SELECT " + b.v)', 0),
        ('db.Query("SELECT " + named(r))', 1),
        ('_, b := two(q)\ndb.Query("SELECT " + b)', 1),
        ('a, _ := two(q)\ndb.Query("SELECT " + a)', 0),
        ('ch := make(chan string, 1)\nch <- q\ndb.Query("SELECT " + <-ch)', 1),
        ('select {\ncase v := <-source(q):\n\tdb.Query("SELECT " + v)\ndefault:\n}', 1),
        ('select {\ncase v := <-source("a"):\n\tdb.Query("SELECT " + v)\ndefault:\n}', 0),
        ('x := any(q)\ndb.Query("SELECT " + x.(string))', 1),
        ('switch v := any(q).(type) {\ncase string:\n\tdb.Query("SELECT " + v)\n}', 1),
        ('switch v := any("a").(type) {\ncase string:\n\tdb.Query("SELECT " + v)\n}', 0),
        ('go func(s string) { db.Query("SELECT " + s) }(q)', 1),
        ('go func(s string) { db.Query("SELECT " + s) }("a")', 0),
        ('xs := []string{"a", q}[1:]\ndb.Query("SELECT " + xs[0])', 1),
        ('xs := []string{"a", q}\ndb.Query("SELECT " + xs[0])', 0),
        ('b := make([]byte, 10)\nr.Body.Read(b)\ndb.Query("SELECT " + string(b))', 1),
        ('var sb strings.Builder\nio.Copy(&sb, r.Body)\ndb.Query("SELECT " + sb.String())', 1),
        ('for _, c := range r.Cookies() {\n\tdb.Query("SELECT " + c.Value)\n}', 1),
        ('n := 106\ns := q\nif 7*18+n > 200 {\n\ts = "a"\n}\ndb.Query("SELECT " + s)', 0),
    ],
)
def test_objects_channels_and_literals(body: str, count: int) -> None:
    text = (
        f'func show(w http.ResponseWriter, r *http.Request) {{\nq := r.FormValue("q")\n{body}\n}}\n'
    )
    assert found(text + OBJECTS) == ["injection/sql"] * count


@pytest.mark.parametrize(
    ("last", "expected"), [('r.FormValue("q")', ["injection/sql"]), ('"b"', [])]
)
def test_lists_that_fill_each_other_in_a_loop(last: str, expected: list[str]) -> None:
    names = "abcdefgh"
    fills = "\n".join(
        f"{one} = append({one}, {', '.join(f'{two}[i]' for two in names if two != one)})"
        for one in names
    )
    body = (
        "\n".join(f"{one} := []string{{}}" for one in names)
        + f"\nfor i := range 9 {{\n{fills}\n}}\nh = append(h, {last})\n"
        + 'db.Query("SELECT " + h[len(h)-1])'
    )
    assert in_handler(body) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('!strings.HasPrefix(q, "/") || strings.HasPrefix(q, "//")', []),
        ('!strings.HasPrefix(q, "/")', ["injection/open-redirect"]),
        ('!strings.HasPrefix(q, "/") && strings.HasPrefix(q, "//")', ["injection/open-redirect"]),
        ('strings.HasPrefix(q, "/") || strings.HasPrefix(q, "//")', ["injection/open-redirect"]),
    ],
)
def test_redirects_to_this_server(condition: str, expected: list[str]) -> None:
    body = f'q := r.FormValue("q")\nif {condition} {{\n\tq = "/"\n}}\nhttp.Redirect(w, r, q, 302)'
    assert in_handler(body) == expected


QUERIES = """
type Query struct { name, table string }
func NewQuery(name string) *Query { return &Query{name: name, table: "users"} }
func Checked(name string) (Query, error) { q := Query{name: name, table: "users"}; return q, nil }
func (q *Query) byName() { db.Query("SELECT a FROM users WHERE name = '" + q.name + "'") }
func (q *Query) all() { db.Query("SELECT a FROM " + q.table) }
func (q *Query) take(r *http.Request) { q.name = r.FormValue("name") }
"""


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('q := NewQuery(r.FormValue("n"))\ndb.Query("SELECT " + q.name)', 1),
        ('q := NewQuery(r.FormValue("n"))\ndb.Query("SELECT " + q.table)', 0),
        ('q, _ := Checked(r.FormValue("n"))\ndb.Query("SELECT " + q.name)', 1),
        ('q, _ := Checked(r.FormValue("n"))\ndb.Query("SELECT " + q.table)', 0),
    ],
)
def test_members_of_what_functions_make(body: str, count: int) -> None:
    made = QUERIES.partition("func (q *Query) byName")[0]
    text = f"func show(w http.ResponseWriter, r *http.Request) {{\n{body}\n}}\n"
    assert found(text + made) == ["injection/sql"] * count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('q := NewQuery(r.FormValue("n"))\nq.byName()', 1),
        ('q := NewQuery("anna")\nq.take(r)\nq.byName()', 1),
        ('q := NewQuery("anna")\nq.all()', 0),
    ],
)
def test_fields_that_methods_find(body: str, count: int) -> None:
    made = QUERIES if "take" in body else QUERIES.partition("func (q *Query) take")[0]
    text = f"func show(w http.ResponseWriter, r *http.Request) {{\n{body}\n}}\n"
    assert found(text + made) == ["injection/sql"] * count


def test_what_was_written_to_an_answer_is_gone() -> None:
    assert in_handler('w.Write([]byte(specJSON(r.FormValue("q"))))') == []
    body = 'fmt.Fprintf(w, "<p>%s", r.FormValue("q"))\nfmt.Fprintf(w, "</p>%s", "a")\nio.WriteString(w, "b")'
    assert in_handler(body) == ["injection/xss-response"]
    assert in_handler('w.Write([]byte(r.FormValue("q")))\nfmt.Fprint(w, "a")') == [
        "injection/xss-response"
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("<script>.*</script>", ["injection/xss-response"]),
        ("<[^>]*>", ["injection/xss-response"]),
        ("[^a-z]", []),
        ("[<>&]", []),
    ],
)
def test_patterns_that_take_something_out(pattern: str, expected: list[str]) -> None:
    body = f'p := regexp.MustCompile("{pattern}")\nfmt.Fprintf(w, "<p>%s", p.ReplaceAllString(r.FormValue("q"), ""))'
    assert in_handler(body) == expected
