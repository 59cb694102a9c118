"""Mail domains that are refused as a notice address, beyond what the libraries list (G12.2.1).

Addresses below a domain count with it. Mail of a paid internet provider (nifty, OCN, BIGLOBE …) is not
free and not listed here: staff can add a domain, or allow one, in the console.
"""

JAPANESE_FREE_MAIL = frozenset(
    {
        "aol.jp",
        "ymail.ne.jp",
        "goo.jp",
        "mail.goo.ne.jp",
        "infoseek.jp",
        "livedoor.com",
        "rakumail.jp",
    }
)

CARRIER_MAIL = frozenset(
    {
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "auone.jp",
        "uqmobile.jp",
        "softbank.ne.jp",
        "i.softbank.jp",
        "vodafone.ne.jp",
        "disney.ne.jp",
        "ymobile.ne.jp",
        "y-mobile.ne.jp",
        "ymobile1.ne.jp",
        "willcom.com",
        "pdx.ne.jp",
        "emobile.ne.jp",
        "emnet.ne.jp",
    }
)
