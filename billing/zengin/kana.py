"""Half-width kana as banks write names, and names of account holders made comparable."""

import re
import unicodedata

import jaconv

SMALL_TO_LARGE = str.maketrans("ｧｨｩｪｫｬｭｮｯ", "ｱｲｳｴｵﾔﾕﾖﾂ")
SIGNS = str.maketrans(
    {"\u3099": "ﾞ", "\u309a": "ﾟ", "ｰ": "-", "･": " ", "\\": "¥", "‐": "-", "−": "-", "―": "-", "｡": ".", "､": ","}
)
ALLOWED = re.compile(r"[0-9A-Zｦｱ-ﾝﾞﾟ()\-./¥,｢｣ ]*")

FORMS = {
    "株式会社": "ｶ",
    "有限会社": "ﾕ",
    "合同会社": "ﾄﾞ",
    "合名会社": "ﾒ",
    "合資会社": "ｼ",
    "医療法人": "ｲ",
    "一般財団法人": "ｻﾞｲ",
    "公益財団法人": "ｻﾞｲ",
    "財団法人": "ｻﾞｲ",
    "一般社団法人": "ｼﾔ",
    "公益社団法人": "ｼﾔ",
    "社団法人": "ｼﾔ",
    "学校法人": "ｶﾞｸ",
    "宗教法人": "ｼﾕｳ",
    "社会福祉法人": "ﾌｸ",
    "相互会社": "ｿ",
    "特定非営利活動法人": "ﾄｸﾋ",
    "地方独立行政法人": "ﾁﾄﾞｸ",
    "独立行政法人": "ﾄﾞｸ",
    "弁護士法人": "ﾍﾞﾝ",
    "司法書士法人": "ｼﾎｳ",
    "行政書士法人": "ｷﾞﾖ",
    "税理士法人": "ｾﾞｲ",
    "社会保険労務士法人": "ﾛｳﾑ",
    "農事組合法人": "ﾉｳ",
    "国立大学法人": "ﾀﾞｲ",
    "公立大学法人": "ﾀﾞｲ",
    "管理組合法人": "ｶﾝﾘ",
}
"""What banks write for a legal form, the longer names before those that they contain."""

SPELLED = ("ｶﾌﾞｼｷｶﾞｲｼﾔ", "ｶﾌﾞｼｷｶｲｼﾔ", "ﾕｳｹﾞﾝｶﾞｲｼﾔ", "ｺﾞｳﾄﾞｳｶﾞｲｼﾔ", "ｺﾞｳﾒｲｶﾞｲｼﾔ", "ｺﾞｳｼｶﾞｲｼﾔ")
OFFICES = ("ｴｲ", "ｼﾕﾂ")
_MARKS = "|".join(sorted({*FORMS.values(), *OFFICES}, key=len, reverse=True))
MARKS = re.compile(
    rf"^(?:{_MARKS})\)|\((?:{_MARKS})\)|\((?:{_MARKS})$|^(?:{'|'.join(SPELLED)})|(?:{'|'.join(SPELLED)})$"
)


def half_width(text: str) -> str:
    """A text as the banks' files hold it: half-width, capitals, no small kana. Raises ValueError for other signs."""
    plain = unicodedata.normalize("NFKC", text)
    narrow = jaconv.z2h(jaconv.hira2kata(plain), kana=True, ascii=True, digit=True).upper()
    narrow = narrow.translate(SMALL_TO_LARGE).translate(SIGNS)
    if not ALLOWED.fullmatch(narrow):
        raise ValueError("".join(sorted({sign for sign in narrow if not ALLOWED.fullmatch(sign)})))
    return narrow


def account_name(name: str, kana: str) -> str:
    """How a bank writes the holder of an account: the kana, with the mark of the legal form where the name has it."""
    bare = _without_spelled(half_width(kana))
    for form, mark in FORMS.items():
        if name.startswith(form):
            return f"{mark}){bare}"
        if name.endswith(form):
            return f"{bare}({mark}"
    return bare


def comparable(text: str) -> str:
    """A holder's name as two of them are compared: no legal form, no blanks, one way of writing voiced signs."""
    try:
        plain = half_width(text).strip()
    except ValueError:
        plain = text.strip()
    bare = MARKS.sub("", plain)
    return re.sub(r"[\s\-.]", "", bare or plain)


def _without_spelled(kana: str) -> str:
    for spelled in SPELLED:
        kana = kana.removeprefix(spelled).removesuffix(spelled)
    return kana.strip()
