"""Addresses of this app."""

from django.urls import path

from orders.fulfilment_urls import FULFILMENT, WAREHOUSE
from orders.views import entry, imports, insights, integrity, orders, portal, problems, timeline

app_name = "orders"

# -- Desk: lists, one order, taking an order ----------------------------------------------------------------------

DESK = [
    path("desk/orders/", orders.order_list, name="order_list"),
    path("desk/orders/new/", entry.order_create, name="order_create"),
    path("desk/orders/new/customers/", entry.customer_suggest, name="customer_suggest"),
    path("desk/orders/<int:pk>/", orders.order_page, name="order_page"),
    path("desk/orders/<int:pk>/lines/", orders.order_lines, name="order_lines"),
    path("desk/orders/<int:pk>/lines/<int:line_id>/price/", orders.line_price, name="line_price"),
    path("desk/orders/<int:pk>/lines/<int:line_id>/cancel/", orders.line_cancel, name="line_cancel"),
    path("desk/orders/<int:pk>/changes/", timeline.order_changes, name="order_changes"),
    path("desk/orders/<int:pk>/timeline/", timeline.order_timeline, name="order_timeline"),
    path("desk/orders/<int:pk>/note/", timeline.order_note, name="order_note"),
    path("desk/orders/<int:pk>/release/", orders.order_release, name="order_release"),
    path("desk/orders/<int:pk>/pause/", orders.order_pause, name="order_pause"),
    path("desk/orders/<int:pk>/resume/", orders.order_resume, name="order_resume"),
    path("desk/orders/<int:pk>/cancel/", orders.order_cancel, name="order_cancel"),
    path("desk/orders/<int:pk>/close/", orders.order_close, name="order_close"),
    path("desk/orders/<int:pk>/edit/", entry.order_edit, name="order_edit"),
    path("desk/orders/<int:pk>/place/", entry.order_place, name="order_place"),
    path("desk/orders/<int:pk>/discard/", entry.order_discard, name="order_discard"),
    path("desk/orders/<int:pk>/products/", entry.product_suggest, name="product_suggest"),
    path("desk/orders/<int:pk>/aside/", entry.entry_aside, name="entry_aside"),
]

# -- Panels of a customer's page -----------------------------------------------------------------------------------

CUSTOMER = [
    path("desk/customers/<int:customer_id>/sales/", insights.customer_sales, name="customer_sales"),
    path("desk/customers/<int:customer_id>/usuals/", insights.customer_usuals, name="customer_usuals"),
    path("desk/customers/<int:customer_id>/activity/", insights.customer_activity, name="customer_activity"),
]

# -- Portal: what customers see of their orders -------------------------------------------------------------------

PORTAL = [
    path("portal/", portal.portal_home, name="portal_home"),
    path("portal/orders/", portal.portal_order_list, name="portal_order_list"),
    path("portal/orders/<int:pk>/", portal.portal_order_page, name="portal_order_page"),
    path("portal/orders/<int:pk>/problem/", problems.portal_problem_create, name="portal_problem_create"),
    path("portal/shipments/<int:pk>/delivery-note/", portal.portal_delivery_note, name="portal_delivery_note"),
    path("portal/returns/", portal.portal_return_list, name="portal_return_list"),
]

# -- Administration: history from other systems ------------------------------------------------------------------

IMPORTS = [
    path("desk/imports/", imports.import_page, name="import_page"),
    path("desk/integrity/", integrity.integrity_page, name="integrity_page"),
]

urlpatterns = [*PORTAL, *CUSTOMER, *IMPORTS, *DESK, *WAREHOUSE, *FULFILMENT]
