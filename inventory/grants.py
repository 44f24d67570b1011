"""What the portal needs of products, prices and stock (see ``config.database.policies``).

Cost is left out by naming the columns; ``Product.objects.visible_to(buyer)`` defers it, and whoever joins products
into a portal page writes ``.defer("product__cost")``.
"""

from config.database.policies import columns_but
from inventory.models import Product

PORTAL_GRANTS = {
    "inventory_holiday": "SELECT",
    "inventory_pricelist": "SELECT",
    "inventory_pricerule": "SELECT",
    "inventory_product": f"SELECT ({columns_but(Product, 'cost')})",
    "inventory_productbarcode": "SELECT",
    "inventory_productfamily": "SELECT",
    "inventory_productline": "SELECT",
    "inventory_productpack": "SELECT",
    "inventory_stocklevel": "SELECT",
    "inventory_taxclass": "SELECT",
    "inventory_taxrate": "SELECT",
    "inventory_unit": "SELECT",
    "inventory_warehouse": "SELECT",
    "inventory_warehouseregion": "SELECT",
}

# Nobody sees what another customer has agreed: lists for everyone and for one's segment, and one's own.
PORTAL_ROWS = {
    "inventory_pricelist": (
        "(customer_id IS NULL AND group_id IS NULL"
        " AND (segment_id IS NULL OR segment_id IN (SELECT c.segment_id FROM customers_customer c)))"
        " OR group_id IN (SELECT a.id FROM customers_account a) OR customer_id IN (SELECT c.id FROM customers_customer c)"
    ),
    "inventory_pricerule": "price_list_id IN (SELECT l.id FROM inventory_pricelist l)",
}
