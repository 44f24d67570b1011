"""The set-based statements of the importer, in order; each sees the temporary table ``import_row``.

Ids are drawn from the sequences first, so that no statement has to read back what another inserted.
A document's key in its source is its number; ``orders_importeddocument`` remembers the hash of its rows.
"""

from django.utils.translation import gettext_lazy as _


def _number(key: str) -> str:
    """Prefix and key where they fit into twenty characters, else their beginning and twelve digits of their hash."""
    whole = f"%(prefix)s || {key}"
    return f"CASE WHEN length({whole}) <= 20 THEN {whole} ELSE left({whole}, 7) || '-' || left(md5({whole}), 12) END"


DOCUMENTS = """
CREATE TEMPORARY TABLE import_document ON COMMIT DROP AS
SELECT document, count(*) AS all_rows, count(DISTINCT customer) AS customers, max(customer) AS customer,
  min(at) FILTER (WHERE reason IS NULL) AS at, sum(abs(round(quantity * price, 2))) AS value,
  md5(string_agg(concat_ws('|', code, description, quantity, at, price, customer, country), E'\\n' ORDER BY line)) AS digest
FROM import_row WHERE document <> '' GROUP BY document;

UPDATE import_row r SET reason = CASE
    WHEN k.digest = d.digest THEN 'already_imported' WHEN k.digest IS NOT NULL THEN 'differs'
    WHEN d.customers > 1 THEN 'several_customers' ELSE 'too_large' END
FROM import_document d
LEFT JOIN orders_importeddocument k ON k.source = %(source)s AND k.key = d.document
WHERE r.document = d.document AND (k.id IS NOT NULL OR (r.reason IS NULL AND (d.customers > 1 OR d.value >= 1e12)));

UPDATE import_row r SET is_repeated = true
FROM (SELECT line, row_number() OVER (PARTITION BY document, code, description, quantity, at, price, customer
                                      ORDER BY line) AS nth
      FROM import_row WHERE reason IS NULL) n
WHERE n.line = r.line AND n.nth > 1;
"""

CUSTOMERS = f"""
CREATE TEMPORARY TABLE import_customer ON COMMIT DROP AS
SELECT customer AS key, max(customer_name) AS name, mode() WITHIN GROUP (ORDER BY country) AS country,
  (min(at) AT TIME ZONE %(zone)s) AS since, NULL::bigint AS id, NULL::bigint AS account_id, false AS is_new
FROM import_row WHERE reason IS NULL GROUP BY customer;

UPDATE import_customer i SET id = c.id, account_id = c.account_id
FROM customers_customer c WHERE c.source = %(source)s AND c.source_key = CASE i.key WHEN '' THEN '-' ELSE i.key END;

UPDATE import_customer SET is_new = true,
  id = nextval(pg_get_serial_sequence('customers_customer', 'id')),
  account_id = nextval(pg_get_serial_sequence('customers_account', 'id'))
WHERE id IS NULL;

UPDATE import_customer SET name = CASE
  WHEN key = '' THEN %(anonymous)s WHEN name = '' THEN %(customer_word)s || ' ' || key ELSE name END;

INSERT INTO customers_account (id, name, currency, is_blocked, open_orders, unbilled, receivable, unallocated)
SELECT account_id, name, %(currency)s, false, 0, 0, 0, 0 FROM import_customer WHERE is_new;

INSERT INTO customers_customer (id, account_id, number, name, legal_name, tax_number, city, country, phone, email,
  tax_treatment, billing_policy, po_policy, po_required, best_price, ship_complete, accepts_backorders,
  delivery_weekdays, delivery_note, language, status, is_anonymous, source, source_key, created_at)
SELECT id, account_id, {_number("CASE key WHEN '' THEN '0' ELSE key END")}, name, '', '', '', country, '', '',
  CASE WHEN country = %(default_country)s THEN 'domestic' ELSE 'export' END, 'on_shipment', 'allow', false, false,
  false, true, '12345', '', CASE country WHEN 'ES' THEN 'es' ELSE 'en' END, 'active', key = '', %(source)s,
  CASE key WHEN '' THEN '-' ELSE key END, since
FROM import_customer WHERE is_new;
INSERT INTO import_count SELECT 'customers', count(*) FROM import_customer WHERE is_new;
"""  # noqa: S608 - made of constants

PRODUCTS = """
CREATE TEMPORARY TABLE import_product ON COMMIT DROP AS
SELECT r.code, coalesce(mode() WITHIN GROUP (ORDER BY r.description) FILTER (WHERE r.description <> ''), r.code) AS name,
  bool_or(r.is_charge) AS is_charge, (min(r.at) AT TIME ZONE %(zone)s) AS since, NULL::bigint AS id, false AS is_new
FROM import_row r WHERE r.reason IS NULL GROUP BY r.code;

UPDATE import_product i SET id = p.id FROM inventory_product p WHERE p.code = i.code;
UPDATE import_product SET is_new = true, id = nextval(pg_get_serial_sequence('inventory_product', 'id'))
WHERE id IS NULL;

INSERT INTO inventory_product (id, code, name, kind, line_id, tax_class_id, unit_id, format, price_quantity,
  minimum_quantity, multiple, is_catch_weight, status, source, source_key, created_at)
SELECT id, code, left(name, 160), CASE WHEN is_charge THEN 'charge' ELSE 'goods' END, %(line)s, %(tax_class)s, %(unit)s,
  '', 1, 1, 1, false, 'active', %(source)s, code, since
FROM import_product WHERE is_new;
INSERT INTO import_count SELECT 'products', count(*) FROM import_product WHERE is_new;
"""

ORDERS = f"""
CREATE TEMPORARY TABLE import_order ON COMMIT DROP AS
SELECT r.document, c.id AS customer_id, c.account_id, c.name, min(r.at) AT TIME ZONE %(zone)s AS placed_at,
  count(*) AS lines, sum(round(r.quantity * r.price, 2)) AS net,
  nextval(pg_get_serial_sequence('orders_order', 'id')) AS id
FROM import_row r JOIN import_customer c ON c.key = r.customer
WHERE r.reason IS NULL AND r.kind = 'order'
GROUP BY r.document, c.id, c.account_id, c.name;

INSERT INTO orders_order (id, issuer_id, customer_id, payer_id, account_id, number, status, billing_policy, is_history,
  channel, currency, customer_name, customer_po, po_must_be_unique, po_override_reason, placed_at, hold_reason, note,
  net, tax, gross, line_count, version, source, source_key)
SELECT id, %(issuer)s, customer_id, customer_id, account_id, {_number("document")}, 'closed', 'on_shipment',
  true, 'import', %(currency)s, name, '', false, '', placed_at, '', '', net, 0, net, lines, 0, %(source)s, document
FROM import_order ORDER BY placed_at, id;

INSERT INTO orders_orderevent (order_id, account_id, kind, at, data, is_public)
SELECT id, account_id, 'imported', placed_at, jsonb_build_object('document', document), true FROM import_order;
INSERT INTO import_count SELECT 'orders', count(*) FROM import_order;
"""  # noqa: S608 - made of constants

LINES = """
INSERT INTO orders_orderline (order_id, account_id, order_status, billing_policy, is_history, position, type,
  product_id, code, description, unit_id, entered, factor, ordered, cancelled, backordered, reserved, picked, shipped,
  delivered, returned, invoiced, reversed, credited, price, price_quantity, discount_percent, price_level,
  tax_class_id, tax_rate, surcharge_rate, promise_reason)
SELECT o.id, o.account_id, 'closed', 'on_shipment', true,
  row_number() OVER (PARTITION BY o.id ORDER BY r.line),
  CASE WHEN p.is_charge THEN 'charge' WHEN r.price = 0 THEN 'free' ELSE 'goods' END,
  p.id, r.code, coalesce(nullif(r.description, ''), left(p.name, 200)), %(unit)s, r.quantity, 1, r.quantity,
  0, 0, 0, 0, r.quantity, r.quantity, 0, 0, 0, 0, r.price, 1, 0, '', %(tax_class)s, 0, 0, ''
FROM import_row r JOIN import_order o USING (document) JOIN import_product p ON p.code = r.code
WHERE r.reason IS NULL AND r.kind = 'order';
INSERT INTO import_count
SELECT 'order lines', count(*) FROM import_row WHERE reason IS NULL AND kind = 'order';
"""

# A credit that repeats a line of the last 14 days exactly, and nothing but its sign, undoes it: the line was a mistake
# and is struck. The n-th such credit takes the n-th such line, the youngest first. Customers without a number are
# many people, so nothing is struck there.
CANCELLATIONS = """
CREATE TEMPORARY TABLE import_credit ON COMMIT DROP AS
SELECT r.line, r.document, r.code, p.id AS product_id, c.id AS customer_id, c.account_id, r.customer,
  -r.quantity AS quantity, r.price, r.at AT TIME ZONE %(zone)s AS at, NULL::bigint AS struck_id,
  NULL::bigint AS line_id
FROM import_row r JOIN import_customer c ON c.key = r.customer JOIN import_product p ON p.code = r.code
WHERE r.reason IS NULL AND r.kind = 'credit';
ANALYZE import_credit;

CREATE TEMPORARY TABLE import_sold ON COMMIT DROP AS
SELECT l.id, l.order_id, l.account_id, l.product_id, l.ordered, l.shipped - l.returned AS left_over, l.cancelled,
  l.price, o.placed_at
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE o.source = %(source)s AND o.is_history
  AND EXISTS (SELECT FROM import_credit c WHERE c.product_id = l.product_id AND c.account_id = l.account_id);
CREATE INDEX ON import_sold (product_id, account_id, placed_at);
ANALYZE import_sold;

UPDATE import_credit c SET struck_id = m.id
FROM (
  SELECT DISTINCT ON (pair.id) pair.line, pair.id FROM (
    SELECT c.line, s.id, dense_rank() OVER (PARTITION BY c.account_id, c.product_id, c.quantity, c.price
                                            ORDER BY c.line) AS nth_credit,
      row_number() OVER (PARTITION BY c.line ORDER BY s.placed_at DESC, s.id DESC) AS nth_line
    FROM import_credit c
    JOIN import_sold s ON s.product_id = c.product_id AND s.account_id = c.account_id AND s.ordered = c.quantity
      AND s.price = c.price AND s.cancelled = 0 AND s.left_over = s.ordered
      AND s.placed_at BETWEEN c.at - interval '14 days' AND c.at
    WHERE c.customer <> ''
  ) pair WHERE nth_credit = nth_line ORDER BY pair.id, pair.line
) m WHERE m.line = c.line;

UPDATE orders_orderline l SET cancelled = l.ordered, shipped = 0, delivered = 0
FROM import_credit c WHERE c.struck_id = l.id;

INSERT INTO orders_orderevent (order_id, account_id, kind, at, data, is_public)
SELECT l.order_id, l.account_id, 'line_cancelled', c.at,
  jsonb_build_object('document', c.document, 'code', c.code, 'quantity', c.quantity::text), true
FROM import_credit c JOIN orders_orderline l ON l.id = c.struck_id;

UPDATE orders_order o SET net = t.net, gross = t.net
FROM (SELECT l.order_id, sum(l.net) AS net FROM orders_orderline l
      WHERE l.order_id IN (SELECT s.order_id FROM import_sold s JOIN import_credit c ON c.struck_id = s.id)
      GROUP BY l.order_id) t
WHERE t.order_id = o.id;
INSERT INTO import_count SELECT 'lines struck by a cancellation', count(*) FROM import_credit WHERE struck_id IS NOT NULL;
"""

# What is left are returns. Each is tied to the last earlier line of that customer and product that is large enough,
# as long as the line has units left; without one it is kept as a return without a line.
RETURNS = f"""
UPDATE import_credit c SET line_id = m.id
FROM (
  SELECT line, id, sum(quantity) OVER (PARTITION BY id ORDER BY line) AS so_far, left_over FROM (
    SELECT c.line, c.quantity, s.id, s.left_over
    FROM import_credit c
    JOIN LATERAL (
      SELECT s.id, s.left_over FROM import_sold s
      WHERE s.product_id = c.product_id AND s.account_id = c.account_id AND s.placed_at <= c.at
        AND s.left_over >= c.quantity AND s.cancelled = 0
        AND NOT EXISTS (SELECT FROM import_credit x WHERE x.struck_id = s.id)
      ORDER BY s.placed_at DESC, s.id DESC LIMIT 1
    ) s ON true
    WHERE c.struck_id IS NULL AND c.customer <> ''
  ) pair
) m WHERE m.line = c.line AND m.so_far <= m.left_over;

UPDATE orders_orderline l SET returned = l.returned + t.quantity
FROM (SELECT line_id, sum(quantity) AS quantity FROM import_credit WHERE line_id IS NOT NULL GROUP BY line_id) t
WHERE t.line_id = l.id;

CREATE TEMPORARY TABLE import_return ON COMMIT DROP AS
SELECT document, min(customer_id) AS customer_id, min(account_id) AS account_id, min(at) AS at,
  nextval(pg_get_serial_sequence('orders_return', 'id')) AS id
FROM import_credit WHERE struck_id IS NULL GROUP BY document;

INSERT INTO orders_return (id, customer_id, account_id, number, is_history, reason, requested_at, source, source_key)
SELECT id, customer_id, account_id, {_number("document")}, true, '', at, %(source)s, document
FROM import_return;

INSERT INTO orders_returnline (parent_id, account_id, line_id, product_id, position, status, requested, authorised,
  received, restocked, scrapped, price)
SELECT t.id, t.account_id, c.line_id, c.product_id, row_number() OVER (PARTITION BY t.id ORDER BY c.line), 'closed',
  c.quantity, c.quantity, c.quantity, c.quantity, 0, c.price
FROM import_credit c JOIN import_return t USING (document) WHERE c.struck_id IS NULL;
INSERT INTO import_count SELECT 'returned lines', count(*) FROM import_credit WHERE struck_id IS NULL;
"""  # noqa: S608 - made of constants

REMEMBER = """
INSERT INTO orders_importeddocument (source, key, digest, rows, imported_at)
SELECT %(source)s, d.document, d.digest, d.all_rows, %(now)s FROM import_document d
WHERE EXISTS (SELECT FROM import_row r WHERE r.document = d.document AND r.reason IS NULL);
"""

STEPS = (
    (_("Comparing documents"), DOCUMENTS),
    (_("Writing customers"), CUSTOMERS),
    (_("Writing products"), PRODUCTS),
    (_("Writing orders"), ORDERS),
    (_("Writing order lines"), LINES),
    (_("Matching cancellations"), CANCELLATIONS),
    (_("Writing returns"), RETURNS),
    (_("Remembering documents"), REMEMBER),
)
