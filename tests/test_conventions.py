"""Conventions of the house that no linter knows; each failure names the file and what to write instead."""

import ast
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint
from django.urls import URLPattern, URLResolver, get_resolver
from procrastinate.contrib.django import app as jobs

from config.database.states import States, guarded_states, written_moves
from tests.url_registry import COVERED_ELSEWHERE, REGISTRY

ROOT = Path(settings.BASE_DIR)
APPS = ("config", "customers", "inventory", "orders", "billing")
BUSINESS = APPS[1:]
LONGEST_MODULE = 500
LONGEST_TEMPLATE_LINE = 160
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "mixins", "selectors", "repositories"}

# Proper names, units and keys: the same in every language.
NOT_WORDS = {
    "Lonja", "Ctrl", "Esc", "Enter", "Space", "English", "Español", "UTF", "CSV", "PDF", "IBAN", "BIC", "SKU", "EAN",
    "VAT", "pdf", "Alt", "Shift", "Tab",
}  # fmt: skip

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if not {"admin", "pdf"} & set(path.relative_to(ROOT / "templates").parts)]
FRAGMENTS = [path for path in TEMPLATES if path.name.startswith("_")]
MODULES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)

ANSWERED_ALONE = {name for path in MODULES for name in re.findall(r"[\"']([\w/]+/_\w+\.html)[\"']", path.read_text())}

TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
CLASSES = re.compile(r"{%\s*block\s+\w*(?:class|url)\s*%}.*?{%\s*endblock.*?%}", re.DOTALL)
NO_TEXT = re.compile(r"<(style|script|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SAID = re.compile(r"""\b(?:aria-label|title|placeholder|alt|data-say-[a-z]+)\s*=\s*(["'])(.*?)\1""", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{3,}")
ELEMENT = re.compile(r"<[a-zA-Z][^<>]*>")


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def bare(path: Path) -> str:
    """A template's own HTML: without tags of Django, and without blocks that hold a class or an address."""
    return TAG.sub("", CLASSES.sub("", TRANSLATED.sub("", path.read_text())))


# Addresses


def test_every_address_asks_for_a_login_or_is_registered_as_public() -> None:
    public = {entry.name for entry in REGISTRY if entry.public}
    open_to_all = {name for name, view in _views(get_resolver()) if getattr(view, "login_required", True) is False}
    assert sorted(open_to_all - public) == []


def test_every_view_of_ours_says_who_may_open_it() -> None:
    silent = [
        name
        for name, view in _views(get_resolver())
        if view.__module__.split(".")[0] in BUSINESS
        and getattr(view, "login_required", True)
        and not hasattr(view, "access")
    ]
    assert sorted(silent) == [], "decorate them with desk_required, portal_required or person_required"


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, object]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            if namespace.split(":")[0] not in COVERED_ELSEWHERE:
                yield from _views(pattern, namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback


# Templates


@pytest.mark.parametrize("path", FRAGMENTS, ids=names(FRAGMENTS))
def test_fragment_names_its_container_and_context(path: Path) -> None:
    """What a view answers alone is named for its container; a part that is only included says what it is."""
    container = path.stem.removeprefix("_")
    first = path.read_text().split("\n", 1)[0]
    comment = re.search(r"{#.*?#}", first)
    assert comment, f"the first line begins: {{# {container}: what it shows. Context: … #}}"
    if str(path.relative_to(ROOT / "templates")) in ANSWERED_ALONE:
        assert re.match(rf"{{#\s*(<\w+>_)?{re.escape(container)}\b", comment.group()), (
            "it begins with the container's id"
        )
        assert "Context" in comment.group(), "the first line of a fragment names its context"


def test_template_has_no_long_lines() -> None:
    """One element per line, long ones with an attribute per line: a change of one is a change of one line."""
    long = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]
    assert long == []


def test_template_holds_no_untranslated_text() -> None:
    found = []
    for path in PAGES:
        text = NO_TEXT.sub("", bare(path))
        said = [match.group(2) for match in SAID.finditer(text)]
        shown = re.sub(r"<[^>]*>", " ", text)
        words = {word for part in [shown, *said] for word in WORD.findall(html.unescape(part)) if word not in NOT_WORDS}
        if words:
            found.append(f"{path.relative_to(ROOT)}: {' '.join(sorted(words)[:8])}")
    assert found == [], "write {% translate %} or {% blocktranslate trimmed %}"


def test_template_holds_no_inline_style_script_or_handler() -> None:
    forbidden = re.compile(r"""\sstyle\s*=|\son[a-z]+\s*=|\shx-on|<style\b|<script\b(?![^>]*\bsrc=)|javascript:""")
    found = [
        f"{path.relative_to(ROOT)}: {match.group().strip()}"
        for path in PAGES
        for match in forbidden.finditer(bare(path))
    ]
    assert found == [], "the Content-Security-Policy forbids it"


def test_swaps_are_inner_and_synchronised() -> None:
    found = []
    for path in TEMPLATES:
        text = bare(path)
        if "outerHTML" in text:
            found.append(f"{path.relative_to(ROOT)}: outerHTML loses updates; fill a container that stays")
        found += [
            f"{path.relative_to(ROOT)}: {element[:90]} has no hx-sync"
            for element in ELEMENT.findall(text)
            if re.search(r"\shx-(get|post)\b", element)
            and "hx-target" in element
            and 'hx-target="this"' not in element
            and "hx-sync" not in element
        ]
    assert found == []


def test_every_posted_form_carries_the_token() -> None:
    form = re.compile(r"<form\b[^>]*method=[\"']?post.*?</form>", re.DOTALL | re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {part[:80]}"
        for path in TEMPLATES
        for part in form.findall(path.read_text())
        if "csrf_token" not in part
    ]
    assert found == []


# Python


def test_nobody_asks_whether_htmx_is_there() -> None:
    asked = re.compile(r"request\.htmx\b")
    found = names([path for path in [*MODULES, *TEMPLATES] if asked.search(path.read_text())])
    assert found == [], "render_page() decides by HX-Target"


def test_python_writes_no_html_beyond_format_html() -> None:
    markup = re.compile(
        r"</?(a|b|i|p|br|div|span|td|tr|th|table|ul|li|form|input|button|svg|small|strong|em)\b[^<]*>", re.IGNORECASE
    )
    found = []
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] not in BUSINESS:
            continue
        tree = ast.parse(path.read_text())
        free = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("format_html", "format_html_join")
            for part in ast.walk(node)
        } | _docstrings(tree)
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:60]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in free
            and markup.search(node.value)
        ]
    assert found == []


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }


def test_modules_are_short_and_named_for_a_thing() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
        if (lines := path.read_text().count("\n")) > LONGEST_MODULE
    ]
    assert long == [], "split them by noun"
    assert names([path for path in MODULES if path.stem in VAGUE_NAMES]) == []


def test_only_views_commands_and_jobs_read_the_clock() -> None:
    clock = re.compile(r"\btimezone\.(now|localdate|localtime)\(\)|\bdate\.today\(|\bdatetime\.(now|today)\(")
    readers = {"customers/services/jobs.py"}  # runs inside a job, and writes down when it ended
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in MODULES
        if path.relative_to(ROOT).parts[0] in BUSINESS
        and ("services" in path.parts or "models" in path.parts or path.stem == "querysets")
        and str(path.relative_to(ROOT)) not in readers
        for match in clock.finditer(path.read_text())
    ]
    assert found == [], "services are told the time"


def test_jobs_are_enqueued_by_names_that_exist() -> None:
    task = re.compile(rf"[\"']((?:{'|'.join(APPS)})\.(?:tasks|jobs)\.\w+)[\"']")
    named = {name for path in MODULES for name in task.findall(path.read_text())}
    jobs.perform_import_paths()
    assert named
    assert sorted(named - set(jobs.tasks)) == []


def test_public_functions_say_what_they_do() -> None:
    """Services and querysets with all their methods; of the mechanics the functions that others call."""
    silent = []
    for path in MODULES:
        mechanics = path.relative_to(ROOT).parts[0] == "config"
        if mechanics or "services" in path.parts or path.stem == "querysets":
            tree = ast.parse(path.read_text())
            silent += [
                f"{path.relative_to(ROOT)}:{function.lineno}: {function.name}"
                for function in _public_functions(tree, with_methods=not mechanics)
                if not ast.get_docstring(function)
            ]
    assert silent == [], "say the effect, the units and the errors"


def _public_functions(tree: ast.Module | ast.ClassDef, *, with_methods: bool) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and with_methods:
            yield from _public_functions(node, with_methods=True)


# Loops that ask the database once a turn, each with what keeps their number small.
FEW_TURNS = {
    "billing/services/numbering.py": "one series per issuer and kind",
    "customers/admin.py": "the rows of one form",
    "customers/roles.py": "one group per desk, after a migration",
    "orders/services/history/loading.py": "one statement per step of an import",
    "orders/services/locking.py": "one statement per table that is locked",
}
WRITES = {"save", "delete", "refresh_from_db"}
READS = {"get", "filter", "exclude", "create", "get_or_create", "bulk_create", "update", "count", "exists", "first"}


def test_no_loop_queries() -> None:
    """Of the product; the demo company and commands, which run once, may."""
    found = []
    for path in MODULES:
        name = str(path.relative_to(ROOT))
        if name in FEW_TURNS or {"demo", "commands"} & set(path.parts):
            continue
        found += [f"{name}:{call.lineno}: {ast.unparse(call.func)[:60]}" for call in _queries_in_loops(path)]
    assert [name for name in FEW_TURNS if not any(_queries_in_loops(ROOT / name))] == [], "take it off the list"
    assert found == [], "ask once for all: a set-based statement, bulk_create, prefetch_related"


def _queries_in_loops(path: Path) -> Iterator[ast.Call]:
    for loop in ast.walk(ast.parse(path.read_text())):
        if isinstance(loop, ast.For | ast.While):
            turn = loop.body
        elif isinstance(loop, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            turn = [loop.elt]
        elif isinstance(loop, ast.DictComp):
            turn = [loop.key, loop.value]
        else:
            continue
        for call in (node for part in turn for node in ast.walk(part) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute):
                of, name = ast.unparse(call.func.value), call.func.attr
                if name in WRITES or (name in READS and ".objects" in of) or (name == "execute" and "cursor" in of):
                    yield call


# Database


def test_constraints_are_named_for_model_and_rule() -> None:
    wrong = [
        constraint.name
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint | UniqueConstraint)
        and not constraint.name.startswith(f"{model._meta.model_name}_")
    ]
    assert wrong == [], "<model>_<rule>"


@pytest.mark.django_db
def test_constraints_of_the_database_are_named_for_model_and_rule() -> None:
    """Those made by SQL as well; columns of Django (unique, positive) bear names that begin with the table."""
    models = {
        model._meta.db_table: model._meta.model_name for app in APPS for model in apps.get_app_config(app).get_models()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.relname, c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
            WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('c', 'u', 'x')
            """
        )
        wrong = [
            f"{table}: {name}"
            for table, name in cursor.fetchall()
            if table in models and not name.startswith((f"{models[table]}_", f"{table}_"))
        ]
    assert wrong == []


@pytest.mark.django_db
def test_field_of_choices_takes_no_other_value() -> None:
    """By a CHECK of exactly its values, or as part of a key into a table that has one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass::text, a.attname, c.contype, pg_get_constraintdef(c.oid)
            FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            WHERE c.connamespace = 'public'::regnamespace
              AND (c.contype = 'c' OR c.contype = 'f' AND cardinality(c.conkey) > 1)
            """
        )
        rules = cursor.fetchall()
    followed = {(table, column) for table, column, kind, _rule in rules if kind == "f"}
    known = {
        (table, column, frozenset(re.findall(r"'([^']*)'::", rule)) - {""}) for table, column, _kind, rule in rules
    }
    open_to_all = [
        f"{model._meta.label}.{field.name}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if field.choices
        and (table := model._meta.db_table)
        and (table, field.column) not in followed
        and (table, field.column, frozenset(value for value, _label in field.flatchoices)) not in known
    ]
    assert open_to_all == []


@pytest.mark.django_db
def test_moves_that_the_database_allows_are_those_of_the_program() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.tgrelid::regclass::text, rtrim(encode(t.tgargs, 'escape'), '\\000')
            FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'lonja_check_move'
            """
        )
        allowed = dict(cursor.fetchall())
    declared = {table: written_moves(states.transitions()) for table, states in guarded_states()}
    assert allowed == declared
    assert declared.keys() == {
        "inventory_purchaseorder",
        "orders_incident",
        "orders_order",
        "orders_returnline",
        "orders_shipment",
    }


@pytest.mark.parametrize("states", States.__subclasses__(), ids=lambda states: states.__name__)
def test_states_have_a_table_of_moves_over_all_of_them(states: type[States]) -> None:
    moves = states.transitions()
    assert list(moves) == states.values
    assert {after for afters in moves.values() for after in afters} <= set(states.values)
    assert [state for state in states if state.may_become(state)] == []


def test_rows_that_belong_to_somebody_know_who_may_see_them() -> None:
    blind = [
        model._meta.label
        for app in BUSINESS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
        and any(field.name == "account" for field in model._meta.concrete_fields)
        and not hasattr(model._default_manager.all(), "visible_to")
    ]
    assert blind == [], "give them a QuerySet with visible_to(user)"


def test_foreign_keys_point_down() -> None:
    order = {app: number for number, app in enumerate(APPS)}
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.concrete and field.related_model._meta.app_label in order
        if order[field.related_model._meta.app_label] > order[app]
        if "audit" not in model._meta.model_name
    ]
    assert wrong == []


# Language


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """The Spanish catalogue after a fresh look through all sources, made in a copy of them."""
    copy = tmp_path_factory.mktemp("sources")
    for folder in (*APPS, "templates"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "locale" / "es" / "LC_MESSAGES").mkdir(parents=True)
    source = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
    if source.exists():
        shutil.copy(source, copy / "locale" / "es" / "LC_MESSAGES" / "django.po")
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "-l", "es", "--no-wrap", "-v", "0"]
    made = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return polib.pofile(str(copy / "locale" / "es" / "LC_MESSAGES" / "django.po"))


def test_every_message_is_translated(catalogue: polib.POFile) -> None:
    untranslated = [entry.msgid for entry in catalogue.untranslated_entries() if not entry.fuzzy]
    assert len(catalogue) > 100
    assert untranslated == []


def test_no_translation_is_fuzzy(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_translations_keep_their_placeholders(catalogue: polib.POFile) -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w+}")
    wrong = []
    for entry in catalogue.translated_entries():
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        wanted = set(placeholder.findall(entry.msgid_plural or entry.msgid))
        wrong += [entry.msgid for text in texts if not set(placeholder.findall(text)) <= wanted]
        wrong += [entry.msgid for text in texts[-1:] if set(placeholder.findall(text)) != wanted]
    assert wrong == []
