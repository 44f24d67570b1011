"""Addresses of this app."""

from django.urls import path

from inventory.views import products

app_name = "inventory"

# -- Desk: products, their stock and their prices -----------------------------------------------------------------

PRODUCTS = [
    path("desk/products/", products.product_list, name="product_list"),
    path("desk/products/<int:product_id>/", products.product_page, name="product_page"),
]

urlpatterns = [*PRODUCTS]
