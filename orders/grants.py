"""What the portal needs of orders and what hangs on them (see ``config.database.policies``).

What a line cost us is left out by naming the columns; ``visible_to`` defers it for buyers.
"""

from config.database.policies import columns_but
from orders.models import OrderLine

PORTAL_GRANTS = {
    "orders_carrier": "SELECT",
    "orders_incident": "SELECT, INSERT",
    "orders_order": "SELECT",
    "orders_orderevent": "SELECT, INSERT",
    "orders_orderline": f"SELECT ({columns_but(OrderLine, 'unit_cost')})",
    "orders_reservation": "SELECT",
    "orders_return": "SELECT",
    "orders_returnline": "SELECT",
    "orders_shipment": "SELECT",
    "orders_shipmentline": "SELECT",
    "orders_trackingevent": "SELECT",
}

PORTAL_ROWS = {"orders_orderevent": "is_public"}
