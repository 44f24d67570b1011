"""Order history: what is kept, what is set aside, which files are refused."""

import datetime
import gzip
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from customers.models import Account, Customer, Issuer, JobRun
from inventory.models import Product, TaxClass
from orders.models import ImportedDocument, Order, OrderEvent, OrderLine, Return, ReturnLine
from orders.services.history import FileProblem, MappingError, import_history, load_mapping, recognise
from orders.services.history.loading import _customer_key
from orders.tasks import import_orders
from tests.factories import make_user

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def basics(db):
    """What every import stands on."""
    Issuer.objects.create(
        code="LON",
        name="Lonja",
        legal_name="Lonja SL",
        tax_number="B1",
        street="Calle",
        postcode="28001",
        city="Madrid",
    )
    TaxClass.objects.create(code="GENERAL", name="General")


@pytest.fixture
def bring(tmp_path):
    """``bring(rows)`` imports text under the header of Online Retail and returns the result."""

    def run(rows: str, **options):
        path = tmp_path / "orders.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return import_history(path=path, mapping=load_mapping("online-retail"), at=AT, **options)

    return run


def tables() -> dict[str, int]:
    """How many rows every table has that an import may write."""
    models = (Account, Customer, Product, Order, OrderLine, OrderEvent, Return, ReturnLine, ImportedDocument)
    return {model.__name__: model.objects.count() for model in models}


def test_rows_become_orders_customers_and_products(bring):
    result = bring(
        "536365,85123a,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
        "536365,71053,WHITE LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
        "536366,85123A,WHITE HEART,1,2010-12-02 09:00:00,2.95,,EIRE\n"
    )
    assert (result.read, result.imported, result.set_aside) == (3, 3, 0)
    order = Order.objects.get(source_key="536365")
    assert (order.number, order.status, order.is_history, order.channel) == ("OR-536365", "closed", True, "import")
    assert (order.net, order.tax, order.gross, order.currency, order.line_count) == (
        Decimal("22.08"), Decimal("0.00"), Decimal("22.08"), "GBP", 2,
    )  # fmt: skip
    assert order.placed_at == datetime.datetime(2010, 12, 1, 8, 26, tzinfo=datetime.UTC)
    assert order.customer.number == "OR-17850"
    assert order.customer.country == "GB"
    assert [(line.position, line.code, line.ordered, line.shipped, line.delivered) for line in order.lines.all()] == [
        (1, "85123A", 6, 6, 6),
        (2, "71053", 2, 2, 2),
    ]
    unknown = Order.objects.get(source_key="536366").customer
    assert (unknown.is_anonymous, unknown.source_key) == (True, "-")
    assert Product.objects.count() == 2


def test_most_frequent_description_names_the_product(bring):
    bring(
        "1,A1,wrong,1,2011-01-01 10:00:00,1,7,Spain\n"
        "1,A1,RIGHT,1,2011-01-01 10:00:00,1,7,Spain\n"
        "2,A1,RIGHT,1,2011-01-01 10:00:00,1,7,Spain\n"
        "3,A2,,1,2011-01-01 10:00:00,1,7,Spain\n"
    )
    assert list(Product.objects.order_by("code").values_list("code", "name")) == [("A1", "RIGHT"), ("A2", "A2")]


def test_service_codes_become_charges_and_samples_free_goods(bring):
    bring(
        "1,POST,POSTAGE,1,2011-01-01 10:00:00,18,7,Spain\n"
        "1,A1,A SAMPLE,1,2011-01-01 10:00:00,0,7,Spain\n"
        "1,DCGSSGIRL,PARTY BAG,1,2011-01-01 10:00:00,3,7,Spain\n"
    )
    assert list(OrderLine.objects.values_list("code", "type")) == [
        ("POST", "charge"),
        ("A1", "free"),
        ("DCGSSGIRL", "goods"),
    ]
    assert dict(Product.objects.values_list("code", "kind")) == {
        "POST": "charge",
        "A1": "goods",
        "DCGSSGIRL": "goods",
    }


def test_exact_cancellation_within_14_days_strikes_the_line(bring):
    bring(
        "1,A1,HEART,80995,2011-01-01 10:00:00,1.04,7,Spain\n"
        "1,A2,LAMP,2,2011-01-01 10:00:00,5,7,Spain\n"
        "C2,A1,HEART,-80995,2011-01-01 10:12:00,1.04,7,Spain\n"
    )
    line = OrderLine.objects.get(code="A1")
    assert (line.ordered, line.cancelled, line.shipped, line.returned, line.net) == (80995, 80995, 0, 0, 0)
    assert Order.objects.get().gross == Decimal("10.00")
    assert Return.objects.count() == 0
    assert OrderEvent.objects.get(kind="line_cancelled").data["document"] == "C2"


def test_two_equal_cancellations_strike_two_equal_lines(bring):
    bring(
        "1,A1,HEART,5,2011-01-01 10:00:00,1,7,Spain\n"
        "2,A1,HEART,5,2011-01-02 10:00:00,1,7,Spain\n"
        "C3,A1,HEART,-5,2011-01-03 10:00:00,1,7,Spain\n"
        "C4,A1,HEART,-5,2011-01-04 10:00:00,1,7,Spain\n"
    )
    assert list(OrderLine.objects.values_list("cancelled", flat=True)) == [5, 5]
    assert Return.objects.count() == 0


def test_other_credits_are_returns_tied_to_the_last_line_with_units_left(bring):
    bring(
        "1,A1,HEART,10,2011-01-01 10:00:00,1,7,Spain\n"
        "C2,A1,HEART,-4,2011-03-01 10:00:00,1,7,Spain\n"
        "C3,A1,HEART,-7,2011-03-02 10:00:00,1,7,Spain\n"
        "C4,A9,NEVER SOLD,-1,2011-03-02 10:00:00,1,7,Spain\n"
        "C5,D,Discount,-1,2011-03-02 10:00:00,27.50,7,Spain\n"
    )
    line = OrderLine.objects.get()
    assert line.returned == 4
    assert list(ReturnLine.objects.order_by("parent__source_key").values_list("product__code", "line", "received")) == [
        ("A1", line.pk, 4),
        ("A1", None, 7),
        ("A9", None, 1),
        ("D", None, 1),
    ]


def test_rows_that_are_no_sales_are_set_aside_with_their_reason(bring, tmp_path):
    report = tmp_path / "report.csv"
    result = bring(
        "1,A1,HEART,x,2011-01-01 10:00:00,1,7,Spain\n"
        "2,A1,HEART,1,2011-01-01 10:00:00,abc,7,Spain\n"
        "3,A1,HEART,1,yesterday,1,7,Spain\n"
        "4,A1,HEART,0,2011-01-01 10:00:00,1,7,Spain\n"
        "5,A1,damaged,-9,2011-01-01 10:00:00,0,,Spain\n"
        "A6,B,Adjust bad debt,1,2011-01-01 10:00:00,-11062.06,,Spain\n"
        "7,A1,HEART,10000000000,2011-01-01 10:00:00,1,7,Spain\n"
        ",A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n"
        "9,,HEART,1,2011-01-01 10:00:00,1,7,Spain\n"
        "10,A1,=HYPERLINK(),1,2011-01-01 10:00:00,-1,7,Spain\n"
        "11,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n"
        "11,A1,HEART,1,2011-01-01 10:00:00,1,8,Spain\n",
        report=report,
    )
    assert (result.read, result.imported, result.set_aside) == (12, 0, 12)
    assert result.reasons == {
        "bad_quantity": 1, "bad_price": 1, "bad_date": 1, "zero_quantity": 1, "stock_adjustment": 1, "bookkeeping": 1,
        "too_large": 1, "no_document": 1, "no_code": 1, "negative_price": 1, "several_customers": 2,
    }  # fmt: skip
    assert Order.objects.count() == 0
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 13
    assert lines[1].startswith("2,set aside,the quantity is not a number,1,A1")


def test_long_numbers_stay_apart(bring):
    result = bring(
        "ORDER-2010-DECEMBER-000001,A1,HEART,1,2011-01-01 10:00:00,1,CUSTOMER-OF-THE-NORTH-1,Spain\n"
        "ORDER-2010-DECEMBER-000002,A1,HEART,1,2011-01-01 10:00:00,1,CUSTOMER-OF-THE-NORTH-2,Spain\n"
        "3,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n"
    )
    assert result.imported == 3
    numbers = set(Order.objects.values_list("number", flat=True))
    assert len(numbers) == 3
    assert max(map(len, numbers)) == 20
    assert set(Order.objects.values_list("source_key", flat=True)) > {"ORDER-2010-DECEMBER-000001", "3"}


def test_document_whose_sum_is_too_large_is_set_aside(bring):
    row = "1,A{},HEART,99999,2011-01-01 10:00:00,99999,7,Spain\n"
    result = bring("".join(row.format(n) for n in range(101)) + "2,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n")
    assert (result.imported, result.reasons) == (1, {"too_large": 101})


def test_number_in_use_is_told_and_changes_nothing(bring):
    bring("1,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n")
    Order.objects.update(source="", source_key="")
    ImportedDocument.objects.all().delete()
    with pytest.raises(FileProblem, match="order_number"):
        bring("1,A1,HEART,2,2011-01-01 10:00:00,1,7,Spain\n")
    assert Order.objects.count() == 1


def test_repeated_rows_are_kept_and_flagged(bring):
    row = "1,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n"
    result = bring(row * 3)
    assert (result.imported, result.flagged) == (3, 2)
    assert OrderLine.objects.count() == 3


def test_importing_twice_adds_nothing_and_a_changed_document_is_set_aside(bring):
    rows = "1,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\nC2,A1,HEART,-1,2011-06-01 10:00:00,1,7,Spain\n"
    bring(rows)
    before = tables()
    again = bring(rows)
    assert (again.imported, again.reasons) == (0, {"already_imported": 2})
    changed = bring("1,A1,HEART,2,2011-01-01 10:00:00,1,7,Spain\n3,A1,HEART,1,2011-01-05 10:00:00,1,7,Spain\n")
    assert (changed.imported, changed.reasons) == (1, {"differs": 1})
    assert tables() == before | {
        "Order": 2, "OrderLine": 2, "OrderEvent": before["OrderEvent"] + 1, "ImportedDocument": 3,
    }  # fmt: skip


def test_later_file_strikes_lines_of_an_earlier_one(bring):
    bring("1,A1,HEART,5,2011-01-30 10:00:00,1,7,Spain\n")
    bring("C2,A1,HEART,-5,2011-02-02 10:00:00,1,7,Spain\n")
    assert OrderLine.objects.get().cancelled == 5


def test_dry_run_reports_and_keeps_nothing(bring):
    before = tables()
    result = bring("1,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n", dry_run=True)
    assert (result.imported, tables()) == (1, before)


def test_import_works_as_the_worker_s_role(bring, as_role):
    with as_role("lonja_desk"):
        assert (
            bring("1,A1,HEART,5,2011-01-30 10:00:00,1,7,Spain\nC2,A1,X,-1,2011-06-01 10:00:00,1,7,ES\n").imported == 2
        )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\x7fELF\x02\x01\x01" + bytes(50), "This is no table of text"),
        (b"PK\x03\x04anything", "ZIP archive"),
        (b"a,b,c\n1,2,3\n", "Missing: InvoiceNo, StockCode, Description, .* Found: a, b, c"),
        (HEADER.encode() + b"1,A1,HEART,1,2011-01", "Line 2 has 5 values instead of 8: it ends before the column UnitPrice"),
        (HEADER.encode() + b"1,A1,HEART,1,2011-01-01,1,7,Spain,odd\n", "Line 2 has 9 values instead of 8"),
        (HEADER.encode() + b'1,A1,"HEART,1,2011-01-01,1,7,Spain\n', "Is a quotation mark missing"),
        (HEADER.encode() + b"1,A1,HE\x00ART,1,2011-01-01,1,7,Spain\n", "Line 2, column 8, holds a character"),
        (HEADER.replace("\n", ",StockCode\n").encode(), "The column StockCode stands twice"),
        (gzip.compress(HEADER.encode() * 500)[:60], "damaged or cut off"),
        (
            HEADER.replace(",", ";").encode() + b"1;A1;H;1;2011-01-01 10:00:00;1,5;7;Spain\n1;A1;H;1;2011-01-01 10:00:00;1.5;7;Spain\n",
            "decimals with a comma in line 2 and with a point in line 3",
        ),
        (HEADER.encode() + b"1,A1,HEART,\x81,2011-01-01,1,7,Spain\n", "neither UTF-8, UTF-16 nor Windows-1252"),
        (HEADER.replace(",", ";").encode() + b"1;A1;H;1.000;2011-01-01 10:00:00;1;7;Spain\n", "thousands or decimals"),
    ],
    ids=[
        "empty", "binary", "zip", "wrong columns", "half a line", "too many values", "open quote", "NUL", "twice",
        "broken gzip", "two decimal marks", "unknown encoding", "ambiguous number",
    ],
)  # fmt: skip
def test_bad_file_is_refused_in_clear_words_and_nothing_changes(content, said, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    before = tables()
    with pytest.raises(FileProblem, match=said.replace("(", r"\(")):
        import_history(path=path, mapping=load_mapping("online-retail"), at=AT)
    assert tables() == before


def test_gzip_bomb_is_refused(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(HEADER.encode() + b" " * 60_000_000))
    with pytest.raises(FileProblem, match="grows more than a table does"):
        import_history(path=path, mapping=load_mapping("online-retail"), at=AT)


ROW = "1;A1;Queso añejo;2;2011-01-01 10:00:00;1234,50;7;España\n"


@pytest.mark.parametrize(
    "content",
    [
        (HEADER.replace(",", ";") + ROW).encode("utf-8"),
        (HEADER.replace(",", ";") + ROW).encode("utf-8-sig"),
        (HEADER.replace(",", ";") + ROW).encode("utf-16"),
        (HEADER.replace(",", ";") + ROW).encode("cp1252"),
        (HEADER.replace(",", ";") + ROW.replace("1234,50", "1.234,50")).encode("utf-8"),
        (HEADER.replace(",", "\t") + ROW.replace(";", "\t")).encode("utf-8").replace(b"\n", b"\r\n"),
        gzip.compress((HEADER.replace(",", ";") + ROW).encode("utf-8")),
    ],
    ids=["utf-8", "byte order mark", "utf-16", "windows-1252", "points of thousands", "tabs and CRLF", "gzip"],
)
def test_file_is_read_right_where_that_is_certain(content, tmp_path):
    path = tmp_path / "good.csv"
    path.write_bytes(content)
    assert import_history(path=path, mapping=load_mapping("online-retail"), at=AT).imported == 1
    line = OrderLine.objects.get()
    assert (line.description, line.price, line.ordered) == ("Queso añejo", Decimal("1234.5000"), 2)
    assert line.order.customer.country == "ES"


def test_mapping_of_one_s_own_in_a_small_file(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'name = "viejo"\nlabel = "Sistema viejo"\ncurrency = "EUR"\ntimes = ["%d/%m/%Y"]\n'
        '[columns]\ndocument = "Pedido"\ncode = "Ref"\nquantity = "Uds"\nat = "Fecha"\nprice = "Precio"\n'
        'customer = "Cliente"\ncustomer_name = "Nombre"\n',
        encoding="utf-8",
    )
    (tmp_path / "mine.csv").write_text(
        "Pedido;Ref;Uds;Fecha;Precio;Cliente;Nombre\nP1;OIL;3;31/12/2025;41,50;C9;Casa Pepe\n", encoding="utf-8"
    )
    result = import_history(path=tmp_path / "mine.csv", mapping=load_mapping(str(tmp_path / "mine.toml")), at=AT)
    order = Order.objects.get()
    assert (result.imported, order.customer_name, order.gross, order.currency) == (
        1,
        "Casa Pepe",
        Decimal("124.50"),
        "EUR",
    )


SECOND = HEADER.replace("InvoiceNo", "Invoice").replace("UnitPrice", "Price").replace("CustomerID", "Customer ID")
ROW = "536365,85123a,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"


def test_layout_is_chosen_by_the_headings(tmp_path):
    path = tmp_path / "orders.csv"
    for header, label in ((HEADER, "Online Retail"), (SECOND, "Online Retail II")):
        for delimiter in (",", ";", "\t"):
            path.write_text((header + ROW).replace(",", delimiter), encoding="utf-8-sig")
            assert recognise(path).label == label


def test_both_layouts_are_one_source(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + ROW)
    first = import_history(path=path, mapping=recognise(path), at=AT)
    before = tables()
    path.write_text(SECOND + ROW + "489434,79323P,PINK CHERRY LIGHTS,12,2009-12-01 07:45:00,6.75,13085.0,EIRE\n")
    second = import_history(path=path, mapping=recognise(path), at=AT)
    assert (first.imported, second.read) == (1, 2)
    assert tables()["Order"] == before["Order"] + 1
    assert tables()["ImportedDocument"] == before["ImportedDocument"] + 1
    order = Order.objects.get(source_key="489434")
    assert (order.number, order.customer.number, order.currency) == ("OR-489434", "OR-13085", "GBP")


def test_second_layout_knows_its_own_codes(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(
        SECOND
        + "489435,TEST001,This is a test product.,5,2010-01-04 09:24:00,4.5,12346,United Kingdom\n"
        + "489436,C3,,1,2010-01-04 09:24:00,50,12346,United Kingdom\n"
    )
    result = import_history(path=path, mapping=recognise(path), at=AT)
    assert (result.read, result.imported, result.set_aside) == (2, 1, 1)
    assert OrderLine.objects.get().type == "charge"


def test_headings_that_fit_no_layout_are_refused_with_those_that_would(tmp_path, capsys):
    path = tmp_path / "orders.csv"
    path.write_text("Pedido,Referencia\n1,2\n")
    with pytest.raises(MappingError, match="Online Retail II: Invoice, StockCode"):
        recognise(path)
    with pytest.raises(CommandError, match="Online Retail: InvoiceNo"):
        call_command("import_orders", path)


def test_headings_that_fit_both_are_asked_about(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("Invoice,Price,Customer ID," + HEADER + "1,2,3," + ROW)
    with pytest.raises(MappingError, match="Online Retail, Online Retail II"):
        recognise(path)


def test_help_names_both_layouts(capsys):
    with pytest.raises(SystemExit):
        call_command("import_orders", "--help")
    said = " ".join(capsys.readouterr().out.split())
    assert "online-retail, online-retail-ii" in said
    assert "the headings of the file decide" in said


def test_upload_goes_by_the_headings(client, tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    client.force_login(make_user(desk="admin"))
    file = SimpleUploadedFile("orders.csv", (SECOND + ROW).encode())
    answer = client.post("/desk/imports/", {"file": file, "mapping": "", "key": "1"})
    assert answer.status_code == 303, answer.context["form"].errors
    run = JobRun.objects.get()
    import_orders(str(run.pk))
    run.refresh_from_db()
    assert run.state == "done", run.message
    assert Order.objects.get().source_key == "536365"


def test_mapping_that_lacks_columns_says_which(tmp_path):
    (tmp_path / "bad.toml").write_text('name = "x"\n[columns]\ndocument = "A"\n', encoding="utf-8")
    with pytest.raises(MappingError, match="Missing: code, quantity, at, price"):
        load_mapping(str(tmp_path / "bad.toml"))
    with pytest.raises(MappingError, match="no mapping nowhere"):
        load_mapping("nowhere")


def test_command_prints_counts_that_add_up(tmp_path, capsys):
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "1,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n2,A1,H,0,2011-01-01 10:00:00,1,7,Spain\n")
    call_command("import_orders", str(path), report=tmp_path / "out.csv")
    assert "read 2 · imported 1 · set aside 1" in capsys.readouterr().out
    path.write_text("nothing")
    with pytest.raises(CommandError, match="fit no known layout"):
        call_command("import_orders", str(path))


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_import_killed_in_the_middle_leaves_nothing(tmp_path):
    path = tmp_path / "orders.csv"
    row = "{0},A{1},HEART,{1},2011-01-01 10:00:00,1.5,{2},Spain\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(row.format(n // 8, n % 50 + 1, n % 8 // 8) for n in range(60_000))
    before = tables()
    name = connection.settings_dict["NAME"]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), name], env=os.environ | {"LONJA_TEST_DATABASE": name}
    )
    deadline = time.monotonic() + 300
    while not _is_writing(child):
        assert time.monotonic() < deadline, "the import did not begin to write"
        time.sleep(0.05)
    assert child.poll() is None, "the import was over before it could be killed"
    child.send_signal(signal.SIGKILL)
    child.wait()
    while _sessions():  # its server process notices with its next word to it
        time.sleep(0.05)
    assert tables() == before
    small = tmp_path / "small.csv"
    small.write_text(HEADER + "1,A1,HEART,1,2011-01-01 10:00:00,1,7,Spain\n", encoding="utf-8")
    assert import_history(path=small, mapping=load_mapping("online-retail"), at=timezone.now()).imported == 1


CHILD = """
import os, sys, pathlib
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from django.db import connection
from django.utils import timezone
connection.settings_dict["NAME"] = sys.argv[2]
from orders.services.history import import_history, load_mapping
import_history(path=pathlib.Path(sys.argv[1]), mapping=load_mapping("online-retail"), at=timezone.now())
"""


def _sessions() -> int:
    """How many others are at work in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


def _is_writing(child: subprocess.Popen) -> bool:
    """True once the child's transaction inserts order lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
            "AND query LIKE '%INSERT INTO orders_orderline%' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0] > 0 or child.poll() is not None


@pytest.mark.parametrize(("typed", "number"), [("17850.0", "17850"), ("V2.0", "V2.0"), ("17850", "17850")])
def test_customers_number_is_read_as_it_was_meant(typed: str, number: str) -> None:
    assert _customer_key(typed) == number
