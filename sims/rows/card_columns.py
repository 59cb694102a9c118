"""What a delivery of cards says in its columns, and what senders call it."""

from django.utils.translation import gettext_lazy

from iijiot.tables.columns import Column
from sims.models.product import FormFactor

COLUMNS = (
    Column(
        "iccid",
        "ICCID",
        ("SIM番号", "SIMカード番号", "カード番号", "製造番号", "ICC-ID", "SIM ID", "シリアル番号"),
        needed=True,
        help=gettext_lazy("19 or 20 digits, as text: a number cell loses the last ones."),
        example="8981100000123456784",
    ),
    Column(
        "imsi", "IMSI", ("加入者識別番号",), help=gettext_lazy("15 digits from 440 or 441."), example="440101234567890"
    ),
    Column(
        "msisdn",
        gettext_lazy("telephone number"),
        ("電話番号", "回線番号", "MSISDN", "番号", "携帯電話番号", "phone number", "tel"),
        help=gettext_lazy("With the 0 in front, as text."),
        example="02012345678",
    ),
    Column(
        "product",
        gettext_lazy("SIM product"),
        ("製品", "SIM種別", "商品", "product code", "品名"),
        help=gettext_lazy("Code or name; left empty, what is chosen for the whole file."),
        example="docomo-m2m",
    ),
    Column(
        "form_factor",
        gettext_lazy("form factor"),
        ("形状", "サイズ", "SIMサイズ", "カードサイズ", "size"),
        help=gettext_lazy("Standard, micro, nano or chip, or 2FF, 3FF, 4FF, MFF2; left empty, that of the whole file."),
        example="nano",
    ),
    Column(
        "received_on",
        gettext_lazy("received on"),
        ("入荷日", "受領日", "納品日", "received", "date"),
        help=gettext_lazy("A day such as 2026-12-01; left empty, that of the whole file."),
        example="2026/12/1",
    ),
    Column(
        "delivery",
        gettext_lazy("delivery"),
        ("納品書番号", "納品番号", "伝票番号", "delivery note", "lot"),
        help=gettext_lazy("The host carrier's delivery note; left empty, that of the whole file."),
        example="D-2026-1201",
    ),
)
FORM_FACTORS = {
    **{str(value): str(value) for value in FormFactor.values},
    "標準": "2ff", "standard": "2ff", "mini": "2ff", "標準sim": "2ff",
    "micro": "3ff", "マイクロ": "3ff", "microsim": "3ff", "マイクロsim": "3ff",
    "nano": "4ff", "ナノ": "4ff", "nanosim": "4ff", "ナノsim": "4ff",
    "chip": "mff2", "チップ": "mff2", "チップsim": "mff2",
}  # fmt: skip
"""What senders call the form factors."""
