"""What is allowed when with cards and with reports on them."""

from sims.models import Incident, SimCard, card_state, incident

TABLES = {
    SimCard: (card_state.Custody, card_state.ALLOWED),
    Incident: (incident.State, incident.ALLOWED),
}
TARGETS = {
    (SimCard, "assign"): "assigned",
    (SimCard, "put_back"): "in-stock",
    (SimCard, "ship"): "shipped",
    (SimCard, "arrive"): "on-loan",
    (SimCard, "report_fault"): "faulty",
    (SimCard, "report_loss"): "lost",
    (SimCard, "withdraw_report"): "on-loan",
    (SimCard, "fall_due"): "due-back",
    (SimCard, "become_overdue"): "overdue",
    (SimCard, "take_back"): "returned",
    (SimCard, "undo_to_shipped"): "shipped",
    (SimCard, "undo_to_on_loan"): "on-loan",
    (SimCard, "undo_to_faulty"): "faulty",
    (SimCard, "undo_to_due_back"): "due-back",
    (SimCard, "undo_to_overdue"): "overdue",
    (SimCard, "undo_to_not_returned"): "not-returned",
    (SimCard, "give_up"): "not-returned",
    (SimCard, "write_off"): "written-off",
    (SimCard, "find"): "found",
    (SimCard, "dispose"): "disposed",
    (SimCard, "undo_receipt"): "mistaken",
    (SimCard, "receive_again"): "in-stock",
    (Incident, "replace"): "replaced",
    (Incident, "end_line"): "line-ends",
    (Incident, "withdraw"): "withdrawn",
    (Incident, "remind"): None,
}
DEAD_ENDS = {SimCard: {"disposed"}, Incident: {"replaced", "line-ends", "withdrawn"}}
