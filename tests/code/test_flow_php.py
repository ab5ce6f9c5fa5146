"""Flows in PHP: from what a client sends to where it does harm, and no further."""

# ruff: noqa: E501 - snippets are compared best when each is on one line

from __future__ import annotations

import functools

import pytest

from backspec import catalog
from backspec.code import analysis
from backspec.code.match import RuleSet, compile_rules
from backspec.code.models import models
from backspec.model import Document


@functools.cache
def rules() -> RuleSet:
    found = [rule for rule in catalog.rules().values() if rule.id.startswith("injection/")]
    return compile_rules("php", models("php"), found, "recommended")


def flows(text: str) -> list[str]:
    """The rules that report something, by name."""
    document = Document("/w/a.php", text.encode(), "php")
    return [
        one.rule.removeprefix("injection/")
        for one in analysis.analyse(document, rules(), path="a.php")
    ]


def script(body: str) -> list[str]:
    return flows("<?php\n" + body)


@pytest.mark.parametrize(
    "body",
    [
        "system($_GET['q']);",
        "$q = $_GET['q']; system($q);",
        "$q = $_POST['q']; system(\"ls $q\");",
        "$q = $_POST['q']; system(\"ls {$q}\");",
        "$q = $_POST['q']; system(<<<T\nls $q\nT);",
        "$q = $_COOKIE['q']; system('ls ' . $q);",
        "system(\"ls $_GET[q]\");",
        "$c = 'ls '; $c .= $_GET['q']; system($c);",
        "$q = trim(strtolower($_REQUEST['q'])); system($q);",
        "$q = $_GET['q'] ?? 'x'; system($q);",
        "$q = $_GET['q'] ?: 'x'; system($q);",
        "$q = isset($_GET['q']) ? $_GET['q'] : 'x'; system($q);",
        "system(sprintf('ls %s', $_GET['q']));",
        "system(sprintf('ls %2$s', 1, $_GET['q']));",
        "system(vsprintf('ls %s', [$_GET['q']]));",
        "system(implode(' ', ['ls', $_GET['q']]));",
        "$a = ['k' => $_GET['q'], 'n' => 1]; system($a['k']);",
        "$a = []; $a['k'] = $_GET['q']; system($a['k']);",
        "$a = []; $a[] = $_GET['q']; system(implode(' ', $a));",
        "$a = []; $a['k'] = $_GET['q']; system(implode(' ', $a));",
        "[$a, $b] = [$_GET['q'], 'x']; system($a);",
        "list($a, $b) = explode(',', $_GET['q']); system($b);",
        "foreach ($_POST['all'] as $q) { system($q); }",
        "foreach ($_POST as $k => $v) { system($k); }",
        "foreach ($_GET as $k => $v) { system($v); }",
        "foreach ($_GET as $k => $v) { $$k = $v; } system($q);",
        "extract($_GET); system($q);",
        "system('ls ' . escapeshellcmd($_GET['q']));",
        "mail($to, 'a', 'b', '', '-f' . $_POST['from']);",
        "$q = 'x'; if ($a) { $q = $_GET['q']; } system($q);",
        "if ($a) { $q = 'x'; } elseif ($b) { $q = $_GET['q']; } else { $q = 'y'; } system($q);",
        "switch ($a) { case 1: $q = $_GET['q']; break; default: $q = 'x'; } system($q);",
        "$q = match ($a) { 1 => $_GET['q'], default => 'x' }; system($q);",
        "try { $q = $_GET['q']; } catch (E $e) { $q = 'x'; } system($q);",
        "$q = $_GET['q']; if (!in_array($q, ['a', 'b'])) { log($q); } system($q);",
        "$q = $_GET['q']; if (preg_match('/^a/', $q)) { system($q); }",
        "$q = $_GET['q']; if (strlen($q) < 9) { system($q); }",
        "system((string) $_GET['q']);",
        "$c = f(); system($c . $_GET['q']);",
        "system(@$_GET['q']);",
        "exec($_GET['q'], $out, $code);",
        "passthru($_GET['q']);",
        "$h = popen($_GET['q'], 'r');",
        "proc_open($_GET['q'], [], $p);",
        "$x = `ls {$_GET['q']}`;",
        "system($_SERVER['HTTP_USER_AGENT']);",
        "system($_FILES['f']['name']);",
        "system(file_get_contents('php://input'));",
        "$d = json_decode(file_get_contents('php://input'), true); system($d['q']);",
        "system(filter_input(INPUT_GET, 'q'));",
        "system(filter_var($_GET['q'], FILTER_SANITIZE_SPECIAL_CHARS));",
        "function run($c) { system($c); } run($_GET['q']);",
        "function ls($c) { return 'ls ' . $c; } system(ls($_GET['q']));",
        "function get() { return $_GET['q']; } system(get());",
        "class A { function go($c) { system($c); } } $a = new A(); $a->go($_GET['q']);",
        "class A { function go() { $this->run($_GET['q']); } private function run($c) { system($c); } }",
        "class A { static function ls($c) { return \"ls $c\"; } } system(A::ls($_GET['q']));",
        "class A { private $q; function __construct() { $this->q = $_GET['q']; } function go() { system($this->q); } }",
        "class A { private $q; function __construct($q) { $this->q = $q; } function go() { system($this->q); } } (new A($_GET['q']))->go();",
        "class A { static $q; function set() { self::$q = $_GET['q']; } function go() { system(self::$q); } }",
        "$d = $_GET['q']; $f = function () use ($d) { system($d); };",
        "$d = $_GET['q']; $f = fn () => system($d);",
        "$q = array_shift($_GET['all']); system($q);",
        "$f = 'system'; $f($_GET['q']);",
        "parse_str($_SERVER['QUERY_STRING'], $o); system($o['q']);",
        "preg_match('/q=(.*)/', $_GET['q'], $m); system($m[1]);",
        "$q = array_map('trim', $_GET['l']); system(implode(' ', $q));",
        "$o = new stdClass; $o->q = $_GET['q']; system($o->q);",
        "['a' => $x] = $_GET; system($x);",
        "class I { private $i; function __construct() { $this->i['a'] = 'x'; $this->i['b'] = $_GET['q']; } function get() { return $this->i['b']; } } $t = new I(); system($t->get());",
        "class I { private $v; function set($v) { $this->v = $v; } function get() { return $this->v; } } $o = new I(); $o->set($_GET['q']); system($o->get());",
    ],
)  # fmt: skip
def test_input_reaches_a_shell(body: str) -> None:
    assert script(body) == ["os-command"]


@pytest.mark.parametrize(
    "body",
    [
        "system('ls');",
        "$q = (int) $_GET['q']; system(\"ls $q\");",
        "$q = intval($_GET['q']); system(\"ls $q\");",
        "$q = $_GET['q'] + 0; system(\"ls $q\");",
        "$q = $_GET['q']; $q += 0; system(\"ls $q\");",
        "$q = count($_GET['q']); system(\"ls $q\");",
        "$q = md5($_GET['q']); system(\"ls $q\");",
        "$q = $_GET['q']; $q = 'x'; system($q);",
        "$_GET['q'] = (int) $_GET['q']; system('ls ' . $_GET['q']);",
        "if ($a) { $q = 'x'; } elseif ($b) { $q = 'z'; } else { $q = 'y'; } system($q);",
        "$q = $_GET['q']; if ($a) { $q = 'x'; } elseif ($b) { $q = 'z'; } else { $q = 'y'; } system($q);",
        "$q = $_GET['q']; switch ($a) { case 1: $q = 'x'; break; default: $q = 'y'; } system($q);",
        "$q = $_GET['q']; if (!in_array($q, ['a', 'b'], true)) { exit; } system($q);",
        "$q = $_GET['q']; if (!in_array($q, ['a', 'b'], true)) { die('no'); } system($q);",
        "$q = $_GET['q']; if (!in_array($q, ['a', 'b'], true)) { throw new Exception(); } system($q);",
        "$q = $_GET['q']; if (!in_array($q, ['a', 'b'])): $q = 'a'; endif; system('ls');",
        "if (in_array($_GET['q'], ['a', 'b'])) { system($_GET['q']); }",
        "if (array_key_exists($_GET['q'], $all)) { system($_GET['q']); }",
        "if (isset($all[$_GET['q']])) { system($_GET['q']); }",
        "if (!isset($all[$_GET['q']])) { return; } system($_GET['q']);",
        "$q = $_GET['q']; if (!is_numeric($q)) { exit(1); } system($q);",
        "$q = $_GET['q']; if (ctype_alnum($q)) { system($q); }",
        "$q = $_GET['q']; if (preg_match('/^[a-z]+$/', $q)) { system($q); }",
        "$q = $_GET['q']; if (preg_match('/^[a-z]+$/', $q) === 1) { system($q); }",
        "$q = $_GET['q']; if (preg_match('/^[a-z]+$/', $q) !== 1) { return; } system($q);",
        "$q = $_GET['q']; if (!preg_match('~^\\w+$~', $q)) { return; } system($q);",
        "$q = $_GET['q']; if ($q === 'list') { system($q); }",
        "$q = $_GET['q']; if ($q !== 'list') { exit; } system($q);",
        "$q = $_GET['q']; switch ($q) { case 'a': system($q); break; }",
        "$q = match ($_GET['q']) { 'a' => 'ls', default => 'df' }; system($q);",
        "$q = $_GET['q'] === 'a' ? 'ls' : 'df'; system($q);",
        "$q = in_array($_GET['q'], $all) ? $_GET['q'] : 'ls'; system($q);",
        "$a = ['k' => $_GET['q'], 'n' => 'ls']; system($a['n']);",
        "$a = ['a' => 'ls']; system($a[$_GET['q']]);",
        "$q = preg_replace('/[^a-z0-9]/', '', $_GET['q']); system($q);",
        "$q = filter_var($_GET['q'], FILTER_VALIDATE_INT); system(\"ls $q\");",
        "$q = filter_input(INPUT_GET, 'q', FILTER_VALIDATE_INT); system(\"ls $q\");",
        "$q = filter_input(INPUT_GET, 'q', FILTER_SANITIZE_NUMBER_INT); system(\"ls $q\");",
        "if (filter_var($_GET['q'], FILTER_VALIDATE_IP)) { system($_GET['q']); }",
        "system(sprintf('ls %d', $_GET['q']));",
        "system('ls ' . escapeshellarg($_GET['q']));",
        "system($_SERVER['DOCUMENT_ROOT']);",
        "$q = $_GET['q']; settype($q, 'integer'); system(\"ls $q\");",
        "$q = $_GET['q']; unset($q); system($q);",
        "preg_match('/id=(\\d+)/', $_GET['q'], $m); system('ls ' . $m[1]);",
        "$q = array_map('escapeshellarg', $_GET['l']); system(implode(' ', $q));",
        "$q = array_map('intval', $_GET['l']); system(implode(' ', $q));",
        "$q = array_map(fn ($x) => (int) $x, $_GET['l']); system(implode(' ', $q));",
        "$o = new stdClass; $o->v = $_GET['q']; $o->w = 'x'; system($o->w);",
        "class I { private $i; function __construct() { $this->i['a'] = 'x'; $this->i['b'] = $_GET['q']; } function get() { return $this->i['a']; } } $t = new I(); system($t->get());",
        "system($_FILES['f']['tmp_name']);",
        "system($_FILES['f']['size']);",
        "function run($c) { system($c); } run('ls');",
        "function ls($c) { return 'ls'; } system(ls($_GET['q']));",
        "class A { private $q; function __construct() { $this->q = 'ls'; } function go() { system($this->q); } }",
        "function run(int $c) { system('ls ' . $c); } run($_GET['q']);",
        "if (7 * 6 < 40) { $q = $_GET['q']; } else { $q = 'x'; } system($q);",
        "extract($_GET, EXTR_SKIP); $q = 'x'; system($q);",
        "extract($settings); system($q);",
        "foreach ($settings as $k => $v) { $$k = $v; } system($q);",
        "proc_open(['ls', $_GET['q']], $spec, $pipes);",
        "system(escapeshellcmd('ls ' . $dir));",
        "mail($to, 'a', 'b', '', '-f' . escapeshellarg($_POST['from']));",
    ],
)  # fmt: skip
def test_harmless_values_reach_no_shell(body: str) -> None:
    assert script(body) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("mysqli_query($c, \"SELECT * FROM t WHERE a='{$_GET['q']}'\");", "sql"),
        ("$r = $conn->query('SELECT * FROM t WHERE a=' . $_GET['q']);", "sql"),
        ("Db::getInstance()->executeS('SELECT * FROM t WHERE a=' . $_GET['q']);", "sql"),
        ("DB::query(\"SELECT * FROM t WHERE a='{$_GET['q']}'\");", "sql"),
        ("$this->db->query(\"SELECT * FROM t WHERE a='{$_GET['q']}'\");", "sql"),
        ("getConnection()->query(\"SELECT * FROM t WHERE a='{$_GET['q']}'\");", "sql"),
        ("$pdo = new PDO($d); $s = $pdo->prepare(\"SELECT * FROM t WHERE a='{$_GET['q']}'\");", "sql"),
        ("pg_query($c, \"SELECT * FROM t WHERE a='{$_GET['q']}'\");", "sql"),
        ("function find($q) { global $conn; return mysqli_query($conn, \"SELECT '$q'\"); } find($_POST['q']);", "sql"),
        ("eval($_GET['q']);", "code-eval"),
        ("assert($_GET['q']);", "code-eval"),
        ("preg_replace('/x/e', $_GET['q'], $t);", "code-eval"),
        ("create_function('$a', $_GET['q']);", "code-eval"),
        ("include $_GET['q'];", "dynamic-include"),
        ("require_once 'lang/' . $_COOKIE['lang'] . '.php';", "dynamic-include"),
        ("unlink('files/' . $_GET['q']);", "path-traversal"),
        ("file_put_contents('files/' . $_POST['n'], $t);", "path-traversal"),
        ("move_uploaded_file($_FILES['f']['tmp_name'], 'up/' . $_FILES['f']['name']);", "path-traversal"),
        ("curl_setopt($ch, CURLOPT_URL, $_GET['q']);", "ssrf"),
        ("curl_setopt_array($ch, [CURLOPT_URL => $_GET['q']]);", "ssrf"),
        ("$c = new GuzzleHttp\\Client(); $c->get($_GET['q']);", "ssrf"),
        ("header('Location: ' . $_GET['q']);", "open-redirect"),
        ("header(\"Location: {$_GET['q']}\");", "open-redirect"),
        ("header('Refresh: 0; url=' . $_GET['q']);", "open-redirect"),
        ("print('Hello ' . $_GET['q']);", "xss-response"),
        ("echo 'Hello ', $_GET['q'];", "xss-response"),
        ("printf('Hello %s', $_GET['q']);", "xss-response"),
        ("$u = 'https://'; $u .= $_GET['h']; header('Location: ' . $u);", "open-redirect"),
        ("die('Not found: ' . $_GET['q']);", "xss-response"),
        ("header('Content-Type: text/html'); echo $_GET['q'];", "xss-response"),
        ("print_r($_GET['q']);", "xss-response"),
        ("echo htmlspecialchars_decode($_GET['q']);", "xss-response"),
        ("?><p><?= $_GET['q'] ?></p>", "xss-response"),
        ("unserialize($_COOKIE['q']);", "deserialization"),
        ("$x = new DOMXPath($d); $x->query(\"//a[@b='{$_GET['q']}']\");", "ldap-xpath"),
        ("$xml = simplexml_load_file('a.xml'); $xml->xpath(\"//a[@b='{$_GET['q']}']\");", "ldap-xpath"),
        ("ldap_search($c, $b, '(uid=' . $_GET['q'] . ')');", "ldap-xpath"),
        ("error_log('x ' . $_GET['q']);", "log-forging"),
        ("$f = $_GET['f']; $f('x');", "code-eval"),
        ("array_map($_GET['f'], $all);", "code-eval"),
        ("mail($to, 'a', 'b', 'From: ' . $_POST['from']);", "response-header"),
        ("wp_redirect($_GET['q']);", "open-redirect"),
        ("$d = new DOMDocument(); $d->substituteEntities = true; $d->loadXML($_POST['q']);", "xxe"),
        ("$r = new XMLReader(); $r->XML($_POST['q'], null, LIBXML_NOENT);", "xxe"),
        ("$app->get('/a/{q}', function ($request, $response, $args) { system($args['q']); });", "os-command"),
        ("function f(UserRepository $r) { $r->createQueryBuilder('u')->where(\"u.a = '\" . $_GET['q'] . \"'\"); }", "sql"),
    ],
)  # fmt: skip
def test_other_places(body: str, rule: str) -> None:
    assert script(body) == [rule]


@pytest.mark.parametrize(
    "body",
    [
        "$c->query('SELECT 1');",
        "$conn->query('SELECT * FROM t WHERE a=' . (int) $_GET['q']);",
        "$q = mysqli_real_escape_string($c, $_GET['q']); mysqli_query($c, \"SELECT '$q'\");",
        "$q = $conn->real_escape_string($_GET['q']); $conn->query(\"SELECT '$q'\");",
        "$s = $pdo->prepare('SELECT ?'); $s->execute([$_GET['q']]);",
        "$solr->query($_GET['q']);",
        "include 'pages/' . basename($_GET['q']);",
        "unlink('files/' . basename($_GET['q']));",
        "unlink('files/' . md5($_GET['q']));",
        "curl_setopt($ch, CURLOPT_POSTFIELDS, $_GET['q']);",
        "curl_setopt($ch, CURLOPT_URL, 'https://api.example.org/?q=' . $_GET['q']);",
        "header('Location: /a?q=' . $_GET['q']);",
        "header('X-Name: ' . $_GET['q']);",
        "echo htmlspecialchars($_GET['q']);",
        "echo htmlentities($_GET['q'], ENT_QUOTES, 'UTF-8');",
        "echo (int) $_GET['q'];",
        "echo json_encode(['q' => $_GET['q']]);",
        "printf('%d', $_GET['q']);",
        "echo strlen($_GET['q']);",
        "header('Content-Type: application/json'); echo $_GET['q'];",
        "header('Content-Type: text/plain; charset=utf-8'); echo 'Hello ' . $_GET['q'];",
        "$t = print_r($_GET, true);",
        "echo filter_input(INPUT_GET, 'q', FILTER_SANITIZE_FULL_SPECIAL_CHARS);",
        "?><p><?= htmlspecialchars($_GET['q']) ?></p>",
        "unserialize($_COOKIE['q'], ['allowed_classes' => false]);",
        "preg_replace('/x/i', $_GET['q'], $t);",
        "call_user_func('f', $_GET['q']);",
        "error_log('x ' . (int) $_GET['q']);",
        "/**\n * @param int|null $i\n */\nfunction f($c, $i) { mysqli_query($c, 'SELECT ' . $i); }",
        "header('Location: ' . $_SERVER['PHP_SELF']);",
        "header('Location: https://' . $_SERVER['HTTP_HOST'] . $_SERVER['REQUEST_URI']);",
        "$u = '/a?b=1'; if ($x) { $u .= '&c=' . $_GET['c']; } header('Location: ' . $u);",
        "check('q', $_GET, '/^(a|b)$/'); include 'p_' . $_GET['q'] . '.php';",
        "$t = isset($_GET['q']) && $known[$_GET['q']] ? $_GET['q'] : 'x'; include \"p_$t.php\";",
        "$i = pathinfo($_GET['q']); unlink('up/' . $i['basename']);",
        "$f = 'trim'; $f($_GET['q']);",
        "$h = parse_url($_GET['u'], PHP_URL_HOST); if (!in_array($h, ['a.org'], true)) { exit; } curl_init($_GET['u']);",
        "$q = strtolower($_GET['q']); switch ($q) { default: $q = 'a'; case 'a': case 'b': f(); } echo $q;",
        "$f = fn ($x) => $x; $f($_GET['q']);",
        "$m = $_GET['m']; if (method_exists($page, $m)) { $page->$m(); }",
        "$x = $sort . '_sort'; $$x = ' class=' . $_GET['q']; system($q);",
        "array_map('trim', $_GET['q']);",
        "mail($to, $_POST['subject'], $_POST['body'], 'From: shop@example.org');",
        "$d = new DOMDocument(); $d->loadXML($_POST['q']);",
        "function limited($query, $n) { global $conn; $query .= ' LIMIT ' . (int) $n; return mysqli_query($conn, $query); }",
        "function counted($query) { global $conn; return mysqli_query($conn, 'SELECT count(*) FROM (' . $query . ') x'); }",
    ],
)  # fmt: skip
def test_other_places_stay_quiet(body: str) -> None:
    assert script(body) == []


LARAVEL = r"""<?php
namespace App\Http\Controllers;
use App\Http\Requests\StoreOrder;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\{DB, Http, Route};
use App\Models\Order;
class OrderController extends Controller {
"""


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("function a(Request $request) { DB::select(\"SELECT '{$request->input('q')}'\"); }", ["sql"]),
        ("function a(Request $request) { DB::select(\"SELECT '{$request->q}'\"); }", ["sql"]),
        ("function a(Request $request) { DB::select(\"SELECT '\" . $request->query('q') . \"'\"); }", ["sql"]),
        ("function a() { DB::select(\"SELECT '\" . request('q') . \"'\"); }", ["sql"]),
        ("function a() { DB::select(\"SELECT '\" . request()->q . \"'\"); }", ["sql"]),
        ("function a() { DB::select(\"SELECT '\" . request()->input('q') . \"'\"); }", ["sql"]),
        ("function a(StoreOrder $r) { $d = $r->validated(); DB::statement(\"UPDATE t SET a='{$d['a']}'\"); }", ["sql"]),
        ("function a(StoreOrder $r) { DB::statement(\"UPDATE t SET a='{$r->a}'\"); }", ["sql"]),
        ("function a(Request $r) { $d = $r->validate(['a' => 'required']); Order::whereRaw(\"a = '{$d['a']}'\")->get(); }", ["sql"]),
        ("function a($id) { Order::query()->whereRaw(\"id = $id\")->get(); }", ["sql"]),
        ("function a(string $id) { DB::table('t')->where(DB::raw(\"id = $id\"))->get(); }", ["sql"]),
        ("function a(Request $r) { return redirect($r->input('next')); }", ["open-redirect"]),
        ("function a(Request $r) { return redirect()->away($r->input('next')); }", ["open-redirect"]),
        ("function a(Request $r) { return response('<p>' . $r->input('q')); }", ["xss-response"]),
        ("function a(Request $r) { return Http::timeout(3)->get($r->url_of_feed); }", ["ssrf"]),
        ("function a(Request $r) { DB::select('SELECT ?', [$r->input('q')]); }", []),
        ("function a(Request $r) { $n = $r->integer('q'); DB::select(\"SELECT $n\"); }", []),
        ("function a(Request $r) { $n = $r->user()->id; DB::select(\"SELECT $n\"); }", []),
        ("function a(int $id) { DB::select(\"SELECT $id\"); }", []),
        ("function a(Order $order) { DB::select(\"SELECT {$order->id}\"); }", []),
        ("private function a($id) { DB::select(\"SELECT $id\"); }", []),
        ("function a(Request $r) { return redirect()->route('x', $r->input('id')); }", []),
        ("function a(Request $r) { return back()->with('q', $r->input('q')); }", []),
        ("function a(Request $r) { return response()->json(['q' => $r->input('q')]); }", []),
        ("function a(Request $r) { return view('x', ['q' => $r->input('q')]); }", []),
    ],
)  # fmt: skip
def test_laravel(method: str, expected: list[str]) -> None:
    assert flows(LARAVEL + method + "\n}\n") == expected


SYMFONY = r"""<?php
namespace App\Controller;
use Doctrine\ORM\EntityManagerInterface;
use Psr\Log\LoggerInterface;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\{Request, Response, RedirectResponse};
use Symfony\Component\Process\Process;
use Symfony\Component\Routing\Attribute\Route;
class OrderController extends AbstractController {
public function __construct(private EntityManagerInterface $em, private LoggerInterface $log) {}
"""


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("#[Route('/a')] function a(Request $r) { $this->em->createQuery('SELECT o FROM O o WHERE o.a = ' . $r->query->get('q')); }", ["sql"]),
        ("#[Route('/a/{id}')] function a(string $id) { $this->em->getConnection()->executeQuery(\"SELECT $id\"); }", ["sql"]),
        ("#[Route('/a')] function a(Request $r) { return new RedirectResponse($r->query->get('next')); }", ["open-redirect"]),
        ("#[Route('/a')] function a(Request $r) { return $this->redirect($r->headers->get('referer')); }", ["open-redirect"]),
        ("#[Route('/a')] function a(Request $r) { return new Response('<p>' . $r->request->get('q')); }", ["xss-response"]),
        ("#[Route('/a')] function a(Request $r) { Process::fromShellCommandline('ls ' . $r->query->get('q'))->run(); }", ["os-command"]),
        ("#[Route('/a')] function a(Request $r) { $d = json_decode($r->getContent(), true); $this->log->info('x ' . $d['q']); }", ["log-forging"]),
        ("#[Route('/a/{id}')] function a(int $id) { $this->em->getConnection()->executeQuery(\"SELECT $id\"); }", []),
        ("#[Route('/a')] function a(Request $r) { $n = $r->query->getInt('q'); $this->em->getConnection()->executeQuery(\"SELECT $n\"); }", []),
        ("#[Route('/a')] function a(Request $r) { (new Process(['ls', $r->query->get('q')]))->run(); }", []),
        ("#[Route('/a')] function a(Request $r) { return $this->redirectToRoute($r->query->get('q')); }", []),
        ("#[Route('/a')] function a(Request $r) { return new Response($r->query->get('q'), 200, ['Content-Type' => 'text/plain']); }", []),
        ("#[Route('/a')] function a(Request $r) { return $this->json(['q' => $r->query->get('q')]); }", []),
    ],
)  # fmt: skip
def test_symfony(method: str, expected: list[str]) -> None:
    assert flows(SYMFONY + method + "\n}\n") == expected


SLIM = r"""<?php
use Psr\Http\Message\ResponseInterface as Response;
use Psr\Http\Message\ServerRequestInterface as Request;
use Slim\Factory\AppFactory;
$app = AppFactory::create();
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("$response->getBody()->write('Hello ' . $args['name']);", ["xss-response"]),
        ("$response->getBody()->write(htmlspecialchars($args['name']));", []),
        ("$d = $request->getParsedBody(); system($d['q']);", ["os-command"]),
        ("system($request->getQueryParams()['q']);", ["os-command"]),
        ("$response->getBody()->write(json_encode($request->getQueryParams()));", []),
        ("return $response->withHeader('Location', $request->getQueryParams()['next']);", ["open-redirect"]),
        ("return $response->withHeader('X-Name', $request->getQueryParams()['next']);", []),
    ],
)  # fmt: skip
def test_slim(body: str, expected: list[str]) -> None:
    head = "$app->get('/{name}', function (Request $request, Response $response, array $args) {\n"
    assert flows(f"{SLIM}{head}{body}\nreturn $response; }});\n") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 'Hello ' . $request->input('name');", ["xss-response"]),
        ("return 'Hello ' . $name;", ["xss-response"]),
        ("return 'Hello ' . e($name);", []),
        ("return view('hello', ['name' => $name]);", []),
        ("return ['name' => $name];", []),
        ("return redirect($request->query('next'));", ["open-redirect"]),
    ],
)
def test_what_routes_answer(body: str, expected: list[str]) -> None:
    head = "<?php\nuse Illuminate\\Http\\Request;\nuse Illuminate\\Support\\Facades\\Route;\n"
    route = "Route::get('/hello/{name}', function (Request $request, $name) {\n"
    assert flows(f"{head}{route}{body}\n}});\n") == expected


@pytest.mark.parametrize(
    "head",
    [
        "use Illuminate\\Database\\Eloquent\\Model; class A extends Model {",
        "use Illuminate\\Console\\Command; class A extends Command {",
        "use Illuminate\\Support\\Traits\\Macroable; class A { use Macroable;",
        "class AjaxController { ",
        "class A extends Service {",
    ],
)
def test_only_routers_fill_parameters(head: str) -> None:
    assert flows(f"<?php\n{head} public function f($path) {{ unlink($path); }} }}\n") == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "class A extends CI_Controller { function f() { $q = $this->input->post('q'); $this->db->query(\"SELECT '$q'\"); } }",
            ["sql"],
        ),
        (
            'class A extends CI_Controller { function f($id) { $this->db->query("SELECT $id"); } }',
            ["sql"],
        ),
        (
            "class A extends CI_Controller { function f() { $q = $this->input->post('q'); $this->db->query('SELECT ?', [$q]); } }",
            [],
        ),
        (
            "namespace App\\Controllers; class A extends BaseController { function f() { $q = $this->request->getPost('q'); $this->db->query(\"SELECT '$q'\"); } }",
            ["sql"],
        ),
        (
            "namespace app\\controllers; use Yii; class A extends \\yii\\web\\Controller { function actionF() { $q = Yii::$app->request->get('q'); return Yii::$app->db->createCommand(\"SELECT '$q'\")->queryAll(); } }",
            ["sql"],
        ),
        (
            "namespace App\\Controller; class A extends AppController { function f() { $q = $this->request->getData('q'); $connection->execute(\"SELECT '$q'\"); } }",
            ["sql"],
        ),
        (
            "class A extends AbstractActionController { function f() { $q = $this->params()->fromPost('q'); exec('ls ' . $q); } }",
            ["os-command"],
        ),
        (
            "global $wpdb; $r = $wpdb->get_results(\"SELECT * FROM t WHERE id = {$_GET['id']}\");",
            ["sql"],
        ),
        (
            "global $wpdb; $r = $wpdb->get_results($wpdb->prepare('SELECT * FROM t WHERE id = %d', $_GET['id']));",
            [],
        ),
        (
            "global $wpdb; $r = $wpdb->get_var(\"SELECT id FROM t WHERE id = \" . intval($_GET['id']));",
            [],
        ),
    ],
)
def test_other_frameworks(body: str, expected: list[str]) -> None:
    assert script(body) == expected
