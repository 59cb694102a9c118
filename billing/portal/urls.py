"""Addresses of invoices in the portal."""

from django.urls import path

from billing.portal import credit, invoice

urlpatterns = [
    path("invoices/", invoice.InvoiceList.as_view(), name="invoices"),
    path("invoices/csv/", invoice.InvoicesCsv.as_view(), name="invoices_csv"),
    path("credit/", credit.CreditPage.as_view(), name="credit"),
    path("credit/refund/", credit.AskRefund.as_view(), name="ask_refund"),
    path("invoices/<slug:number>/", invoice.InvoicePage.as_view(), name="invoice"),
    path("invoices/<slug:number>/pdf/", invoice.InvoicePdf.as_view(), name="invoice_pdf"),
    path("invoices/<slug:number>/csv/", invoice.InvoiceCsv.as_view(), name="invoice_csv"),
]
