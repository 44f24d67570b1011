"""Money at the desk, and the customer's own."""

from django.urls import path

from billing.views import invoices, payments, portal, queue, receivables

app_name = "billing"
urlpatterns = [
    path("money/invoices/", invoices.invoice_list, name="invoice_list"),
    path("money/invoices/<int:pk>/", invoices.invoice_page, name="invoice_page"),
    path("money/invoices/<int:pk>/pdf/", invoices.invoice_file, name="invoice_file"),
    path("money/invoices/<int:pk>/credit/", invoices.credit_note_create, name="credit_note_create"),
    path("money/due/", invoices.due_list, name="due_list"),
    path("money/to-invoice/", queue.to_invoice_list, name="to_invoice_list"),
    path("money/to-invoice/everything/", queue.everything_invoice, name="everything_invoice"),
    path("money/to-invoice/<int:pk>/", queue.order_invoice, name="order_invoice"),
    path("money/payments/", payments.payment_list, name="payment_list"),
    path("money/payments/new/", payments.payment_create, name="payment_create"),
    path("money/payments/<int:pk>/", payments.payment_page, name="payment_page"),
    path("money/payments/<int:pk>/allocate/", payments.payment_allocate, name="payment_allocate"),
    path("money/payments/<int:pk>/reverse/", payments.payment_reverse, name="payment_reverse"),
    path("money/allocations/<int:pk>/reverse/", payments.allocation_reverse, name="allocation_reverse"),
    path("money/refunds/<int:customer_id>/", payments.refund_create, name="refund_create"),
    path("money/receivables/", receivables.receivables_page, name="receivables_page"),
    path("money/receivables/<int:pk>/", receivables.account_page, name="account_page"),
    path("money/receivables/<int:pk>/balance/", receivables.balance_card, name="balance_card"),
    path("money/receivables/<int:pk>/days/", receivables.payment_days, name="payment_days"),
    path("money/orders/<int:pk>/", receivables.order_billing, name="order_billing"),
    path("portal/invoices/", portal.portal_invoice_list, name="portal_invoice_list"),
    path("portal/invoices/<int:pk>/", portal.portal_invoice_page, name="portal_invoice_page"),
    path("portal/invoices/<int:pk>/pdf/", portal.portal_invoice_file, name="portal_invoice_file"),
    path("portal/account/", portal.portal_account_page, name="portal_account_page"),
]
