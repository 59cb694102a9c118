"""What is allowed when, of payments, mandates, banks' files, debits, refunds and late charges."""

from typing import Any

from billing.models import (
    Allocation,
    BankFile,
    Debit,
    LateCharge,
    Mandate,
    Receipt,
    Refund,
    allocation,
    bank_file,
    debit,
    late_charge,
    mandate,
    receipt,
    refund,
)

TABLES: dict[Any, Any] = {
    Allocation: (allocation.State, allocation.ALLOWED),
    BankFile: (bank_file.State, bank_file.ALLOWED),
    Debit: (debit.State, debit.ALLOWED),
    LateCharge: (late_charge.State, late_charge.ALLOWED),
    Mandate: (mandate.State, mandate.ALLOWED),
    Receipt: (receipt.State, receipt.ALLOWED),
    Refund: (refund.State, refund.ALLOWED),
}

TARGETS: dict[tuple[Any, str], str | None] = {
    (Allocation, "undo"): "undone",
    (BankFile, "book"): "booked",
    (BankFile, "send"): "sent",
    (BankFile, "answer"): "answered",
    (BankFile, "call_off"): "called-off",
    (Debit, "was_paid"): "paid",
    (Debit, "fail"): "failed",
    (Debit, "call_off"): "called-off",
    (LateCharge, "waive"): "waived",
    (LateCharge, "correct"): "corrected",
    (Mandate, "activate"): "active",
    (Mandate, "give_back"): "returned",
    (Mandate, "break_off"): "broken",
    (Mandate, "stop"): "stopped",
    (Receipt, "match"): "matched",
    (Receipt, "unmatch"): "unmatched",
    (Receipt, "use"): None,
    (Receipt, "dismiss"): "dismissed",
    (Receipt, "take_up"): "unmatched",
    (Receipt, "reverse"): "reversed",
    (Refund, "hand_over"): "with-bank",
    (Refund, "take_out"): "ordered",
    (Refund, "was_paid"): "paid",
    (Refund, "call_off"): "called-off",
    (Refund, "come_back"): "called-off",
}

DEAD_ENDS: dict[Any, set[str]] = {
    Allocation: {"undone"},
    BankFile: {"booked", "answered", "called-off"},
    Debit: {"paid", "failed", "called-off"},
    LateCharge: {"waived", "corrected"},
    Mandate: {"stopped"},
    Receipt: {"reversed"},
    Refund: {"called-off"},
}

BEGUN: dict[Any, set[str]] = {
    BankFile: {"made"},
    LateCharge: {"waived"},
    Receipt: {"matched", "reversed"},
}
"""Besides the first: files that we make, what is waived before it is claimed, and payments as a file brings them."""
