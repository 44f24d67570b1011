"""Addresses of warehouse, shipments, supply, incidents and returns."""

from django.urls import path

from orders.views import aftersales, dispatch, goods_in, shipments, supply, warehouse

# -- Warehouse: tablet and scanner --------------------------------------------------------------------------------

WAREHOUSE = [
    path("warehouse/", warehouse.pick_queue, name="pick_queue"),
    path("warehouse/choose/", warehouse.warehouse_choose, name="warehouse_choose"),
    path("warehouse/orders/<int:pk>/pick/", warehouse.pick_start, name="pick_start"),
    path("warehouse/shipments/<int:pk>/", warehouse.pick_page, name="pick_page"),
    path("warehouse/shipments/<int:pk>/scan/", warehouse.pick_scan, name="pick_scan"),
    path("warehouse/shipments/<int:pk>/short/", warehouse.pick_short, name="pick_short"),
    path("warehouse/shipments/<int:pk>/cancel/", warehouse.pick_cancel, name="pick_cancel"),
    path("warehouse/shipments/<int:pk>/pack/", dispatch.pack_page, name="pack_page"),
    path("warehouse/shipments/<int:pk>/pick-list.pdf", dispatch.pick_list, name="pick_list"),
    path("warehouse/dispatch/", dispatch.dispatch_list, name="dispatch_list"),
    path("warehouse/goods-in/", goods_in.receipt_list, name="receipt_list"),
    path("warehouse/goods-in/<int:pk>/", goods_in.receipt_page, name="receipt_page"),
]

# -- Desk: what is on its way, what went wrong, what comes back ---------------------------------------------------

FULFILMENT = [
    path("desk/shipments/", shipments.shipment_list, name="shipment_list"),
    path("desk/shipments/<int:pk>/", shipments.shipment_page, name="shipment_page"),
    path("desk/shipments/<int:pk>/track/", shipments.shipment_track, name="shipment_track"),
    path("desk/shipments/<int:pk>/deliver/", shipments.shipment_deliver, name="shipment_deliver"),
    path("desk/shipments/<int:pk>/delivery-note.pdf", dispatch.delivery_note, name="delivery_note"),
    path("desk/supply/", supply.supply_list, name="supply_list"),
    path("desk/supply/<int:pk>/", supply.supply_page, name="supply_page"),
    path("desk/supply/<int:pk>/close/", supply.supply_close, name="supply_close"),
    path("desk/incidents/", aftersales.incident_list, name="incident_list"),
    path("desk/incidents/<int:pk>/", aftersales.incident_page, name="incident_page"),
    path("desk/incidents/<int:pk>/solve/", aftersales.incident_solve, name="incident_solve"),
    path("desk/orders/<int:pk>/incident/", aftersales.incident_create, name="incident_create"),
    path("desk/returns/", aftersales.return_list, name="return_list"),
    path("desk/returns/<int:pk>/", aftersales.return_page, name="return_page"),
    path("desk/orders/<int:pk>/return/", aftersales.return_create, name="return_create"),
]
