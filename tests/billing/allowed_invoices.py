"""What is allowed when, of invoices, exemptions and what runs set aside."""

from billing.models import Exemption, Invoice, SetAside, exemption, invoice_state, run

TABLES = {
    Invoice: (invoice_state.InvoiceState, invoice_state.ALLOWED),
    Exemption: (exemption.ExemptionState, exemption.ALLOWED),
    SetAside: (run.AsideState, run.ALLOWED),
}
TARGETS = {
    (Invoice, "issue"): "issued",
    (Invoice, "discard"): "discarded",
    (Invoice, "pay_in_part"): "partly-paid",
    (Invoice, "pay_late_in_part"): None,
    (Invoice, "pay_off"): "paid",
    (Invoice, "take_payment_back"): "issued",
    (Invoice, "take_back_of_written_off"): None,
    (Invoice, "fall_overdue"): "overdue",
    (Invoice, "write_off"): "written-off",
    (Invoice, "take_up"): "issued",
    (Invoice, "pass_to"): None,
    (Invoice, "pass_with_all"): None,
    (Exemption, "lift"): "lifted",
    (SetAside, "let_through"): "let-through",
    (SetAside, "settle"): "settled",
}
DEAD_ENDS = {
    Invoice: {"discarded"},
    Exemption: {"lifted"},
    SetAside: {"settled"},
}
