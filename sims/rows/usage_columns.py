"""What a file of daily traffic says in its columns, and what senders call it."""

from django.utils.translation import gettext_lazy

from iijiot.tables.columns import Column

COLUMNS = (
    Column(
        "msisdn",
        gettext_lazy("telephone number"),
        ("電話番号", "回線番号", "番号", "phone number"),
        help=gettext_lazy("The line by its number; or give ICCID or IMSI."),
        example="02012345678",
    ),
    Column(
        "iccid",
        "ICCID",
        ("SIM番号", "SIMカード番号", "カード番号"),
        help=gettext_lazy("The line by its card."),
        example="8981100000123456784",
    ),
    Column("imsi", "IMSI", ("加入者識別番号",), help=gettext_lazy("The line by its card."), example="440101234567890"),
    Column(
        "day",
        gettext_lazy("Day"),
        ("日付", "利用日", "対象日", "date", "年月日"),
        needed=True,
        help=gettext_lazy("A day such as 2026-12-01."),
        example="2026/12/1",
    ),
    Column(
        "up",
        gettext_lazy("bytes up"),
        ("上り", "送信", "上り通信量", "送信バイト", "upload", "uplink", "tx", "bytes up"),
        needed=True,
        help=gettext_lazy("Bytes as a whole number, without a unit."),
        example="123456",
    ),
    Column(
        "down",
        gettext_lazy("bytes down"),
        ("下り", "受信", "下り通信量", "受信バイト", "download", "downlink", "rx", "bytes down"),
        needed=True,
        help=gettext_lazy("Bytes as a whole number, without a unit."),
        example="654321",
    ),
    Column(
        "imei",
        "IMEI",
        ("端末識別番号", "端末番号"),
        help=gettext_lazy("The device that was used, where it is known."),
        example="354178036859789",
    ),
)
