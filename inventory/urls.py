"""Addresses of this app."""

from django.urls import path

from inventory.views import products, stock

app_name = "inventory"

# -- Desk: products, their stock and their prices -----------------------------------------------------------------

PRODUCTS = [
    path("desk/products/", products.product_list, name="product_list"),
    path("desk/products/<int:product_id>/", products.product_page, name="product_page"),
]

# -- Warehouse: looking stock up and correcting it ------------------------------------------------------------------

STOCK = [
    path("warehouse/stock/", stock.stock_list, name="stock_list"),
    path("warehouse/stock/<int:pk>/", stock.stock_page, name="stock_page"),
]

urlpatterns = [*PRODUCTS, *STOCK]
