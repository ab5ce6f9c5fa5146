"""What Java calls put into lists, maps, builders and objects, and what they read from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backspec.code.facts.java_uses import JavaUses
from backspec.code.facts.model import Assign, Built, Const, Name, Sequence
from backspec.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from backspec.code.facts.model import Call, Function, Parameter, Scope, Value
    from backspec.code.syntax import Node

_LISTS: Final = re.compile(
    r"(?:List|Vector|Queue|Deque|Stack|Collection|Set|Array|Iterable|Joiner|ArrayNode)$"
)
_INDEXED: Final = re.compile(r"(?:List|Vector|Stack)$")
_MAPS: Final = re.compile(
    r"(?:Map|Hashtable|Properties|Multimap|Headers|JSONObject|JsonObject|ObjectNode|Document|"
    r"DBObject|Context|Bundle|Variables|Dictionary|HttpServletRequest|HttpSession|ServletRequest)$"
)
_LEVELS: Final = frozenset(
    ("trace", "debug", "info", "warn", "error", "fatal", "warning", "severe")
)
_JSON: Final = re.compile(r"^(?:Json|JSON)(?:Object|Array|Node|Element)$|^(?:Object|Array)Node$")
_INTERPRETERS: Final = re.compile(
    r"(?i)(?:^|[/\\])(?:\w*sh|cmd|cmd\.exe|powershell(?:\.exe)?|pwsh|python[\d.]*|perl|ruby|node|php|env|"
    r"xargs|find|ssh|sudo|su|nice|awk|java|wscript|cscript)$"
)
"""Programs that run what their arguments say."""
_HOLDERS: Final = re.compile(r"(?:ThreadLocal|Reference|Holder|Mutable\w*|ScopedValue)$")
_BUILDERS: Final = re.compile(r"(?:StringBuilder|StringBuffer|StringWriter|Writer|Appendable)$")
_ADDS: Final = frozenset(
    ("add", "addAll", "addElement", "addFirst", "addLast", "offer", "offerFirst", "offerLast",
     "push", "putAll", "insertElementAt")
)  # fmt: skip
_JOINS: Final = frozenset(("append", "insert", "replace", "write"))
_PUTS: Final = frozenset(
    ("put", "set", "setProperty", "putIfAbsent", "setAttribute", "addProperty", "putValue")
)
_GETS: Final = frozenset(
    (
        "get",
        "getOrDefault",
        "getProperty",
        "getFirst",
        "remove",
        "getString",
        "getAttribute",
        "getValue",
    )
)
_SETTER: Final = re.compile(r"set([A-Z]\w*)$")
_GETTER: Final = re.compile(r"get([A-Z]\w*)$")
_NO_TEXT: Final = re.compile(
    r"^(?:javax?\.(?:servlet|sql|security|naming|persistence|util\.Locale|util\.Date|time|lang|"
    r"xml|net\.ssl)|jakarta\.(?:servlet|persistence|ws\.rs\.core)|org\.springframework|org\.slf4j|"
    r"org\.apache\.commons\.logging|org\.hibernate|java\.util\.(?:concurrent|function|regex)|"
    r"java\.io\.(?:File|Input|Output|Reader|Writer|Print|Buffered|Object)|java\.nio)\b"
)
"""Types whose values are no text, and do not carry a text that the caller chose as it is."""
_TEXT_IN: Final = re.compile(r"(?:MultipartFile|Part|ServerRequest|HttpEntity|RequestEntity)$")
_FRAMEWORK: Final = frozenset(
    ("Model", "ModelMap", "ModelAndView", "Principal", "Authentication", "BindingResult", "Errors",
     "Locale", "TimeZone", "HttpServletRequest", "HttpServletResponse", "HttpSession", "WebRequest",
     "NativeWebRequest", "ServletRequest", "ServletResponse", "RedirectAttributes", "SessionStatus",
     "UriComponentsBuilder", "InputStream", "OutputStream", "Reader", "Writer", "HttpMethod",
     "ServerHttpRequest", "ServerHttpResponse", "ServerWebExchange", "Pageable", "Sort",
     "HttpHeaders", "SecurityContext", "UriInfo", "Request", "AsyncResponse", "Sse", "SseEventSink",
     "UserDetails", "User", "CurrentUser", "UserPrincipal", "Jwt", "OAuth2User", "HttpRequest")
)  # fmt: skip
"""Types of parameters that frameworks fill with something else than the client's text."""
_NOT_SENT: Final = frozenset(
    ("Context", "Suspended", "AuthenticationPrincipal", "Autowired", "Inject", "CurrentUser",
     "SessionAttribute", "RequestAttribute", "CurrentUsername", "Value", "Qualifier", "BeanParam")
)  # fmt: skip
"""Annotations of such parameters."""


_NO_PAGE: Final = re.compile(r"produces\s*=[^)]*(?:json|JSON|plain|PLAIN|csv|OCTET|octet|PDF)")


_PAGE: Final = re.compile(r"^@(?:Produces|Get|Post)\b.*(?:TEXT_HTML|text/html)", re.DOTALL)
_ONE_LINE: Final = frozenset(
    ("getRequestHeader", "getRequestHeaders", "getCookies", "getQueryString", "getMethod", "header",
     "getCookie", "getRemoteUser", "headers")
)  # fmt: skip
"""What is read from headers, or encoded: servers let no line break through."""
_TEXTS: Final = frozenset(("String", "CharSequence", "Object", "StringBuilder", "Map", "T"))
_ASKS_FILE: Final = ("exists", "isFile", "isDirectory", "canRead", "mkdir", "mkdirs", "list",
                      "listFiles", "createNewFile")  # fmt: skip
"""Methods of a file that often come in pairs: a report of each says one thing twice."""
_OTHER_TYPE: Final = re.compile(r"\bAPPLICATION_|\bTEXT_PLAIN|\bIMAGE_|application/|text/plain")
_PATHS_SENT: Final = frozenset(
    ("getRequestURI", "getRequestURL", "getServletPath", "getURI", "getUri", "path", "getPath")
)


def _is_redirect(value: Value) -> bool:
    """``"redirect:" + url``, the view that sends the client on."""
    first = value.parts[0] if isinstance(value, Built) else None
    return isinstance(first, Const) and str(first.value).startswith("redirect:")


def _key(text: object) -> str:
    """A constant key as one segment of a path."""
    return str(text).replace(".", "\u00b7")


class JavaContainers(JavaUses):
    """Says what flows through containers, fields and parameters."""

    sequences_are_data = False
    element_assigns: list[Assign]

    # ------------------------------------------------------------------ scopes

    def is_field(self, assign: Assign) -> bool:
        head = assign.target.partition(".")[0]
        if head == "this":
            return True
        declaring = assign.scope.declaring(head)
        return declaring is not None and declaring.kind == "class"

    # ------------------------------------------------------------------ types of variables

    def type_of(self, path: str, scope: Scope) -> str:
        """The last segment of a variable's type as written, "" when unknown."""
        head = path.removeprefix("this.")
        declaring = scope.declaring(head)
        if declaring is None:
            return ""
        for binding in declaring.bindings[head]:
            if binding.kind == "type":
                return binding.target.rpartition(".")[2]
            if binding.kind == "value" and "!()" in binding.target:
                return binding.target.partition("!()")[0].rpartition(".")[2]
        return ""

    def _container(self, call: Call) -> tuple[str, str]:
        """(path, type) of the variable that a call, or the chain it ends, is made on."""
        path = call.path.rpartition(".")[0]
        if "(" in path:
            # ``sb.append(a).append(b)``: all of a chain goes into its first.
            head = path.partition("(")[0]
            if call.name not in _JOINS or "!" in path or not head.endswith(".append"):
                return "", ""
            path = head.rpartition(".")[0]
        if not path or not path.removeprefix("this.").isidentifier():
            return "", ""
        return path, self.type_of(path, call.scope)

    # ------------------------------------------------------------------ changes

    def changes(self) -> Iterable[Assign]:
        found = list(self.element_assigns)
        for call in self.facts.calls:
            if call.is_new or "." not in call.path:
                continue
            name = call.name
            if call.path == "System.arraycopy":
                found.extend(self._copied(call))
            if name not in _ADDS and name not in _JOINS and name not in _PUTS:
                if _SETTER.match(name):
                    found.extend(self._set_field(call))
                continue
            path, kind = self._container(call)
            if path:
                found.extend(self._put(call, path, kind))
        return found

    def _put(self, call: Call, path: str, kind: str) -> list[Assign]:
        arguments = call.node.child_by_field_name("arguments")
        if arguments is None:
            return []
        given = [node for node in arguments.named_children if "comment" not in node.type]
        if not given:
            return []
        target, operator, name = path, "<-", call.name
        if name in _JOINS:
            if not _BUILDERS.search(kind):
                return []
            operator = "+="
            if name == "append":
                given = given[:1]
        elif name in _ADDS:
            if not _LISTS.search(kind) and not _MAPS.search(kind):
                return []
        elif name == "set" and (_LISTS.search(kind) or _HOLDERS.search(kind)):
            pass
        elif _MAPS.search(kind) and len(given) == 2:
            key = self.value(given[0], call.scope)
            if isinstance(key, Const):
                target, operator = f"{path}.{_key(key.value)}", "="
        else:
            return []
        return [Assign(call.place, arguments, call.callee, target, given[-1], operator)]

    def _copied(self, call: Call) -> list[Assign]:
        """``System.arraycopy(from, 0, to, 0, n)``"""
        arguments = call.node.child_by_field_name("arguments")
        nodes = arguments.named_children if arguments is not None else []
        given = [node for node in nodes if "comment" not in node.type]
        target = self.path_of(given[2]) if len(given) == 5 else ""
        if not target or "(" in target:
            return []
        return [Assign(call.place, call.node, call.callee, target, given[0], "<-")]

    def _set_field(self, call: Call) -> list[Assign]:
        """``user.setName(x)`` is ``user.name = x``."""
        path, _, name = call.path.rpartition(".")
        arguments = call.node.child_by_field_name("arguments")
        match = _SETTER.match(name)
        if match is None or arguments is None or not path.isidentifier() or path == "this":
            return []
        given = [node for node in arguments.named_children if "comment" not in node.type]
        if len(given) != 1:
            return []
        target = f"{path}.{match[1][:1].lower()}{match[1][1:]}"
        return [Assign(call.place, call.node, call.callee, target, given[0], "=")]

    # ------------------------------------------------------------------ reads

    def item_path(self, call: Call) -> str | None:
        if call.is_new or "." not in call.path:
            return None
        path, _, name = call.path.rpartition(".")
        if not path.removeprefix("this.").isidentifier():
            return None
        given = call.arguments.positional
        if name in _GETS and given:
            if name == "getOrDefault" and not isinstance(given[-1], Const):
                return None  # it may give the other
            kind = self.type_of(path, call.scope)
            if _MAPS.search(kind) and isinstance(given[0], Const):
                return f"{path}.{_key(given[0].value)}"
            return None
        match = _GETTER.match(name)
        if not given and match is None and self._is_component(path, name, call.scope):
            return f"{path}.{name}"
        if match is None or given or path == "this":
            return None
        return f"{path}.{match[1][:1].lower()}{match[1][1:]}"

    def _is_component(self, path: str, name: str, scope: Scope) -> bool:
        """Whether a method reads a component of a record of this file."""
        kind = self.type_of(path, scope)
        return bool(kind) and any(
            one.name == kind
            and one.node.type == "record_declaration"
            and any(
                self.slice(part) == name
                for child in (one.node.child_by_field_name("parameters") or one.node).named_children
                if (part := child.child_by_field_name("name")) is not None
            )
            for one in self.facts.classes
        )

    def list_item(self, call: Call) -> tuple[str, int] | None:
        path, _, name = call.path.rpartition(".")
        if not path.isidentifier():
            return None
        if not _INDEXED.search(self.type_of(path, call.scope)):
            return None
        given = call.arguments.positional
        if name in ("get", "elementAt", "remove") and len(given) == 1:
            at = given[0]
            if isinstance(at, Const) and type(at.value) is int and at.value >= 0:
                return path, at.value
        if name in ("getFirst", "firstElement") and not given:
            return path, 0
        if name in ("getLast", "lastElement") and not given:
            return path, -1
        return None

    def list_change(self, call: Call) -> tuple[str, int | None, Node | None] | None:
        path, _, name = call.path.rpartition(".")
        if not path.isidentifier() or call.is_new:
            return None
        arguments = call.node.child_by_field_name("arguments")
        nodes = arguments.named_children if arguments is not None else []
        given = [node for node in nodes if "comment" not in node.type]
        if name in ("add", "addElement", "addLast") and len(given) == 1:
            return "add", None, given[0]
        if name == "addFirst" and len(given) == 1:
            return "add", 0, given[0]
        if name in ("add", "set") and len(given) == 2:
            at = self.value(given[0], call.scope)
            place = at.value if isinstance(at, Const) and type(at.value) is int else None
            return ("unsure" if place is None else name), place, given[1]
        if name in ("remove", "removeFirst", "removeLast"):
            if not given:
                return "remove", (0 if name != "removeLast" else -1), None
            at = self.value(given[0], call.scope)
            place = at.value if isinstance(at, Const) and type(at.value) is int else None
            return "remove", place, None
        if name in ("clear", "removeAllElements"):
            return "clear", None, None
        if name in ("addAll", "removeAll", "removeIf", "sort", "replaceAll", "retainAll", "push",
                    "pop", "insertElementAt", "removeElementAt"):  # fmt: skip
            return "unsure", None, None
        return None

    # ------------------------------------------------------------------ constants

    def folded(self, call: Call, constant: Callable[[Node], Value]) -> Value | None:
        if call.name not in ("charAt", "length", "equals", "substring"):
            return None
        receiver = call.node.child_by_field_name("object")
        arguments = call.node.child_by_field_name("arguments")
        if receiver is None or arguments is None:
            return None
        text = constant(receiver)
        given = [constant(node) for node in arguments.named_children if "comment" not in node.type]
        if not isinstance(text, Const) or not isinstance(text.value, str):
            return None
        told = [one.value for one in given if isinstance(one, Const)]
        if len(told) != len(given):
            return None
        span, held = Span(call.node.start_byte, call.node.end_byte), text.value
        if call.name == "length":
            return Const(span, call.node, len(held), literal=False)
        if call.name == "equals" and len(told) == 1:
            return Const(span, call.node, held == told[0], literal=False)
        places = [one for one in told if type(one) is int and 0 <= one <= len(held)]
        if len(places) != len(told) or not places:
            return None
        if call.name == "charAt":
            found = held[places[0]] if places[0] < len(held) else None
            return Const(span, call.node, found, literal=False) if found is not None else None
        end = places[1] if len(places) > 1 else len(held)
        return Const(span, call.node, held[places[0] : end], literal=False)

    # ------------------------------------------------------------------ what handlers answer

    def keeps_arguments(self, call: Call) -> bool:
        if not call.is_new or not (call.qualified or "").startswith(":"):
            return False
        path = (call.qualified or "")[1:]
        return any(
            one.path == path and one.node.type == "record_declaration" for one in self.facts.classes
        )

    @staticmethod
    def _is_view(function: Function, value: Value) -> bool:
        """Whether a controller's text names a view of the program."""
        if function.returns_path.rpartition(".")[2] != "String":
            return False
        first = value.parts[0] if isinstance(value, Built) and value.parts else value
        return not (isinstance(first, Const) and str(first.value).startswith("redirect:"))

    def can_choose(self, call: Call, part: str) -> bool:
        if part == "line" and (call.name in _ONE_LINE or call.name.startswith("getHeader")):
            return False
        # A path of a request is encoded, and begins with a slash.
        return part not in ("line", "host") or call.name not in _PATHS_SENT

    def is_sink(self, call: Call) -> bool:
        if call.name in ("ModelAndView", "setViewName"):
            given = call.arguments.positional
            return bool(given) and _is_redirect(given[0])
        if call.name == "exec" and self._is_plain_program(call):
            return False
        return call.name not in _ASKS_FILE or not self._is_told_elsewhere(call)

    def _is_plain_program(self, call: Call) -> bool:
        """``exec(new String[] {"ls", name})``: a fixed program that is no shell, and arguments."""
        given = call.arguments.positional
        value: Value | None = given[0] if len(given) == 1 else None
        if isinstance(value, Name) and value.path.isidentifier():
            made = [one.value for one in self.facts.assigns if one.target == value.path]
            value = made[0] if len(made) == 1 else None
        if not isinstance(value, Sequence) or not value.items or value.is_open:
            return False
        first = value.items[0]
        text = first.value if isinstance(first, Const) else None
        return isinstance(text, str) and _INTERPRETERS.search(text) is None

    def _is_told_elsewhere(self, call: Call) -> bool:
        """Whether the file that a call asks about is opened, or asked about, in another call."""
        path = call.path.rpartition(".")[0]
        if not path.isidentifier() or call.function is None:
            return False
        body = self.text(call.function.body_span)
        opened = rf"(?:new\s+\w+|Files\s*\.\s*\w+|opy|transferTo)\([^;]*\b{path}\b"
        if re.search(opened, body.replace(f"new File({path}", "")):
            return True
        first = re.search(rf"\b{path}\s*\.\s*(?:{'|'.join(_ASKS_FILE)})\(", body)
        before = self.source[call.function.body_span.start : call.node.start_byte]
        return first is not None and len(body[: first.start()].encode()) < len(before)

    def answers_as(self, function: Function, value: Value, roles: tuple[str, ...]) -> bool:
        """Spring: a text is the page of a ``@RestController``, the view of a ``@Controller``."""
        class_def = function.class_def
        told = (*function.decorators, *(class_def.decorators if class_def is not None else ()))
        is_body = any(one.path in ("RestController", "ResponseBody") for one in told)
        if "response-redirect" in roles:
            return not is_body and _is_redirect(value)
        if "code-include" in roles:
            is_view = any(one.path == "Controller" for one in told)
            return is_view and not is_body and self._is_view(function, value)
        texts = [self.text(one.span) for one in told]
        kind = self.slice(function.node.child_by_field_name("type") or function.node)
        if kind.endswith("ResponseEntity<String>"):
            if not is_body or _OTHER_TYPE.search(self.slice(value.node)):
                return False
        elif kind != "String":
            return False
        elif not is_body:
            # JAX-RS and Micronaut answer JSON or plain text unless they are told.
            return any(_PAGE.search(text) for text in texts)
        return not any(_NO_PAGE.search(text) for text in texts)

    # ------------------------------------------------------------------ parameters and names

    def is_written_as_data(self, name: Name) -> bool:
        around = name.node.parent
        while around is not None and around.type in ("binary_expression", "argument_list"):
            around = around.parent
        method = around.child_by_field_name("name") if around is not None else None
        if method is None or self.slice(method) not in _LEVELS:
            return False  # something of it may be read elsewhere
        return _JSON.search((name.qualified or "").rpartition(".")[2]) is not None

    def may_have_input(self) -> bool:
        """Whether a call reads from a request, or a framework fills a parameter from one."""
        roles_of, facts = self.roles_of, self.facts
        return any("request-input" in roles_of(call) for call in facts.calls) or any(
            self.is_input_parameter(function, parameter)
            for function in facts.functions
            for parameter in function.parameters
            if parameter.decorators or function.decorators
        )

    def is_line(self, parameter: Parameter) -> bool:
        # What ``toString`` of a class of the program shows is up to that class.
        kind = parameter.type_path.rpartition(".")[2]
        return not kind or kind in _TEXTS or _LISTS.search(kind) is not None

    def may_hold_text(self, parameter: Parameter) -> bool:
        name = parameter.type_name
        if name is None:
            return True
        if _TEXT_IN.search(name):
            return True
        return _NO_TEXT.match(name) is None and name.rpartition(".")[2] not in _FRAMEWORK

    def is_input_parameter(self, function: Function, parameter: Parameter) -> bool:
        if super().is_input_parameter(function, parameter):
            return True
        kind = parameter.type_path.rpartition(".")[2]
        if kind in _FRAMEWORK or kind == "Map" or not self.may_hold_text(parameter):
            return False
        if any(one.path in _NOT_SENT for one in parameter.decorators):
            return False
        # A framework fills a handler's parameters from the request, with or without being told.
        return any("route-handler" in self.roles(one.qualified) for one in function.decorators)
