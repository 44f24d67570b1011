"""What is sold, at which price, and where it is."""

from inventory.models.prices import PriceLevel, PriceList, PriceRule
from inventory.models.products import (
    Product,
    ProductBarcode,
    ProductFamily,
    ProductKind,
    ProductLine,
    ProductPack,
    ProductStatus,
    TaxClass,
    TaxRate,
    Unit,
)
from inventory.models.stock import (
    Holiday,
    MovementKind,
    StockHold,
    StockLevel,
    StockMovement,
    Warehouse,
    WarehouseRegion,
)
from inventory.models.supply import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus, Supplier

__all__ = [
    "Holiday",
    "MovementKind",
    "PriceLevel",
    "PriceList",
    "PriceRule",
    "Product",
    "ProductBarcode",
    "ProductFamily",
    "ProductKind",
    "ProductLine",
    "ProductPack",
    "ProductStatus",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseOrderStatus",
    "StockHold",
    "StockLevel",
    "StockMovement",
    "Supplier",
    "TaxClass",
    "TaxRate",
    "Unit",
    "Warehouse",
    "WarehouseRegion",
]
