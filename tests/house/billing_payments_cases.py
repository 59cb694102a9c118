"""The constraints of payments: for each a row that keeps it, and what breaks it; read by test_constraints.py."""

from datetime import date

from tests.factories import CustomerFactory, SuspensionFactory
from tests.factories.payments import (
    AllocationFactory,
    BankAccountFactory,
    BankFileFactory,
    DebitFactory,
    DebitPartFactory,
    LateChargeFactory,
    MandateFactory,
    PayerSignFactory,
    PaymentPolicyFactory,
    PaymentTermsFactory,
    ReceiptFactory,
    RefundFactory,
    RemindedFactory,
    ReminderFactory,
)
from tests.house.constraint_cases import Check, Unique, numbered

DAY = date(2026, 12, 30)


def own_receipt():
    """A customer's payment."""
    return ReceiptFactory(of=CustomerFactory())


CHECKS: dict[str, Check] = {
    "suspension_for_a_risk_of_non_payment": Check(
        lambda: SuspensionFactory(risk_because="不渡り"), {"cause": "G26.1.2"}
    ),
    "bank_account_written_as_banks_do": Check(BankAccountFactory, {"account_kind": "7"}),
    "one_payment_policy": Check(PaymentPolicyFactory, {"id": 2}),
    "payment_policy_suspends_late": Check(PaymentPolicyFactory, {"suspension_days": 0}),
    "payment_terms_bear_a_fee": Check(PaymentTermsFactory, {"bank_fee_at_most": 2_001}),
    "payer_sign_of_a_known_kind": Check(PayerSignFactory, {"kind": "smell"}),
    "mandate_state_known": Check(MandateFactory, {"state": "lost"}),
    "mandate_kind_of_account_known": Check(MandateFactory, {"account_kind": "7"}),
    "mandate_in_force_from_a_day": Check(MandateFactory, {"active_from": None}),
    "mandate_over_for_a_reason": Check(lambda: MandateFactory(broken=True), {"why": ""}),
    "bank_file_state_known": Check(BankFileFactory, {"state": "lost"}),
    "bank_file_of_a_known_kind": Check(BankFileFactory, {"state": "sent"}),
    "bank_file_of_debits_has_a_day": Check(BankFileFactory, {"debit_on": DAY}),
    "receipt_state_known": Check(ReceiptFactory, {"state": "lost"}),
    "receipt_came_somehow": Check(ReceiptFactory, {"amount": 0}),
    "receipt_used_within_amount": Check(own_receipt, {"allocated": 110_001}),
    "receipt_of_a_customer_once_matched": Check(own_receipt, {"customer_id": None}),
    "receipt_put_aside_for_a_reason": Check(lambda: ReceiptFactory(dismissed=True), {"why": ""}),
    "allocation_state_known": Check(AllocationFactory, {"state": "lost"}),
    "allocation_from_one_to_one": Check(AllocationFactory, {"receipt_id": None}),
    "allocation_of_something": Check(AllocationFactory, {"amount": 0}),
    "allocation_undone_for_a_reason": Check(lambda: AllocationFactory(undone=True), {"undone_because": ""}),
    "refund_state_known": Check(RefundFactory, {"state": "lost"}),
    "refund_pays_something_to_an_account": Check(RefundFactory, {"amount": 0}),
    "refund_paid_on_a_day": Check(lambda: RefundFactory(paid=True), {"paid_on": None}),
    "refund_called_off_for_a_reason": Check(lambda: RefundFactory(called_off=True), {"why": ""}),
    "refund_with_the_bank_is_in_a_file": Check(lambda: RefundFactory(with_bank=True), {"file_id": None}),
    "debit_state_known": Check(DebitFactory, {"state": "lost"}),
    "debit_of_something": Check(DebitFactory, {"amount": 0}),
    "debit_answered_by_a_file": Check(lambda: DebitFactory(failed=True), {"result": ""}),
    "debit_part_of_something": Check(DebitPartFactory, {"amount": 0}),
    "late_charge_state_known": Check(LateChargeFactory, {"state": "lost"}),
    "late_charge_of_something": Check(LateChargeFactory, {"amount": 0}),
    "late_charge_claimed_by_an_item": Check(LateChargeFactory, {"extra_item_id": None}),
    "late_charge_waived_for_a_reason": Check(lambda: LateChargeFactory(waived=True), {"because": ""}),
    "reminded_of_something_open": Check(RemindedFactory, {"open_amount": 0}),
    "billing_bankaccount_cutoff_days_check": Check(BankAccountFactory, {"cutoff_days": -1}),
    "billing_paymentpolicy_suspension_days_check": Check(PaymentPolicyFactory, {"suspension_days": -1}),
    "billing_paymentterms_bank_fee_at_most_check": Check(PaymentTermsFactory, {"bank_fee_at_most": -1}),
    "billing_latecharge_days_check": Check(LateChargeFactory, {"days": -1}),
    "billing_reminded_step_check": Check(RemindedFactory, {"step": -1}),
    **{
        f"billing_bankfile_{name}_check": Check(BankFileFactory, {name: -1})
        for name in ("size", "count", "booked", "there_before", "to_match")
    },
}


def other_account():
    """A second account of ours."""
    return BankAccountFactory(name="別の口座", number="7654321")


UNIQUES: dict[str, list[Unique]] = {
    "billing_bankaccount_name_key": [
        Unique(BankAccountFactory, lambda row: other_account(), lambda rival: {"name": rival.name})
    ],
    "one_bank_account_per_number": [
        Unique(BankAccountFactory, lambda row: other_account(), lambda rival: {"number": rival.number})
    ],
    "billing_paymentterms_customer_id_key": [
        Unique(PaymentTermsFactory, lambda row: PaymentTermsFactory(), lambda rival: {"customer_id": rival.customer_id})
    ],
    "one_payer_per_virtual_account_or_code": [
        Unique(PayerSignFactory, lambda row: PayerSignFactory(), lambda rival: {"value": rival.value})
    ],
    "one_payer_sign_per_customer": [
        Unique(
            lambda: PayerSignFactory(name=True),
            lambda row: PayerSignFactory(name=True, customer=row.customer, value="ﾍﾞﾂﾒｲ"),
            lambda rival: {"value": rival.value},
        )
    ],
    "billing_mandate_number_key": numbered(MandateFactory),
    "one_mandate_in_force_per_customer": [
        Unique(MandateFactory, lambda row: MandateFactory(), lambda rival: {"customer_id": rival.customer_id})
    ],
    "one_mandate_with_the_bank_per_customer": [
        Unique(
            lambda: MandateFactory(requested=True),
            lambda row: MandateFactory(requested=True),
            lambda rival: {"customer_id": rival.customer_id},
        )
    ],
    "billing_bankfile_number_key": numbered(BankFileFactory),
    "one_bank_file_per_content": [
        Unique(BankFileFactory, lambda row: BankFileFactory(), lambda rival: {"sha256": rival.sha256})
    ],
    "billing_receipt_number_key": numbered(ReceiptFactory),
    "one_receipt_per_entry_of_a_bank": [
        Unique(ReceiptFactory, lambda row: ReceiptFactory(key="9999:1"), lambda rival: {"key": rival.key})
    ],
    "one_reversal_per_entry_of_a_bank": [
        Unique(
            lambda: ReceiptFactory(reversed=True),
            lambda row: ReceiptFactory(reversed=True, reversal_key="9999:2"),
            lambda rival: {"reversal_key": rival.reversal_key},
        )
    ],
    "billing_refund_number_key": numbered(RefundFactory),
    "one_debit_per_mandate_and_request": [
        Unique(
            DebitFactory,
            lambda row: DebitFactory(request=row.request),
            lambda rival: {"mandate_id": rival.mandate_id},
        )
    ],
    "billing_debit_receipt_id_key": [
        Unique(
            lambda: DebitFactory(paid=True),
            lambda row: DebitFactory(paid=True),
            lambda rival: {"receipt_id": rival.receipt_id},
        )
    ],
    "one_debit_part_per_invoice": [
        Unique(
            DebitPartFactory,
            lambda row: DebitPartFactory(debit=row.debit),
            lambda rival: {"invoice_id": rival.invoice_id},
        )
    ],
    "billing_latecharge_extra_item_id_key": [
        Unique(LateChargeFactory, lambda row: LateChargeFactory(), lambda rival: {"extra_item_id": rival.extra_item_id})
    ],
    "one_claim_per_invoice_and_day": [
        Unique(
            LateChargeFactory,
            lambda row: LateChargeFactory(invoice=row.invoice, up_to=date(2027, 2, 28)),
            lambda rival: {"up_to": rival.up_to},
        )
    ],
    "billing_reminder_notice_id_key": [
        Unique(ReminderFactory, lambda row: ReminderFactory(), lambda rival: {"notice_id": rival.notice_id})
    ],
    "one_reminder_per_customer_and_day": [
        Unique(
            ReminderFactory,
            lambda row: ReminderFactory(customer=row.customer, on=date(2027, 1, 15)),
            lambda rival: {"on": rival.on},
        )
    ],
    "one_reminder_per_invoice_and_step": [
        Unique(
            RemindedFactory,
            lambda row: RemindedFactory(reminder=row.reminder, invoice=row.invoice, step=11),
            lambda rival: {"step": rival.step},
        )
    ],
}
