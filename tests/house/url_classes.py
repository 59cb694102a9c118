"""Who may open which address. Every address of the site is in one class; a new one fails until it has a line here."""

PUBLIC = {
    "", "account/login/", "account/login/code/", "account/logout/", "account/again/code/", "i18n/setlang/",
    "console/login/", "livez", "readyz", "metrics", "api/v1/openapi.json", "api/v1/docs", "api/v1/problems/<str:code>",
    "account/login/passkey/", "account/password/forgotten/",
    "account/password/forgotten/sent/", "account/password/new/<str:uidb36>/<str:key>/", "portal/invitations/<str:token>/",
}  # fmt: skip
"""For anybody; they show nothing of anybody."""

OWN = {
    "account/again/", "account/password/", "account/second-factor/", "account/second-factor/app/",
    "account/second-factor/codes/", "account/second-factor/codes/new/", "account/sessions/", "console/password_change/",
    "console/password_change/done/", "start/", "account/again/passkey/", "account/second-factor/app/remove/",
    "account/second-factor/passkeys/new/", "account/second-factor/passkeys/<int:pk>/",
    "account/second-factor/passkeys/<int:pk>/remove/",
}  # fmt: skip
"""One's own account, for whoever is logged in."""

STAFF = {
    "console/", "console/terms/", "console/terms/<str:clause>/", "console/acts/<uuid:act_id>/", "console/search/",
    "console/views/", "console/views/<int:pk>/", "console/start/", "console/jobs/", "console/jobs/<int:pk>/retry/",
    "console/outbox/", "console/also-open/", "console/outbox/<str:name>/", "console/help/", "console/help/<str:label>/",
    "console/logout/", "console/jsi18n/", "console/autocomplete/", "console/r/<path:content_type_id>/<path:object_id>/",
    "console/<app_label>/$", "console/(?P<url>.*)$",
}  # fmt: skip
"""For any member of staff; what they show is filtered by what the reader may see."""

CUSTOMER = {
    "portal/", "portal/contracts/", "portal/contracts/<slug:number>/",
    "portal/contracts/<slug:number>/conditions/<int:condition>/", "portal/notices/", "portal/notices/<slug:number>/",
    "portal/notices/<slug:number>/pdf/", "portal/contracts/<slug:number>/end/", "portal/terminations/<slug:number>/",
    "portal/terminations/<slug:number>/take-back/", "portal/invoices/", "portal/invoices/<slug:number>/",
    "portal/contracts/<slug:number>/more-lines/", "portal/applications/", "portal/applications/new/",
    "portal/applications/<slug:number>/", "portal/applications/<slug:number>/withdraw/",
    "portal/applications/<slug:number>/documents/<int:document>/", "portal/invoices/<slug:number>/pdf/",
    "portal/invoices/<slug:number>/csv/", "portal/invoices/csv/",
    "portal/lines/", "portal/lines/csv/", "portal/lines/<slug:number>/",
    "portal/lines/<slug:number>/label/", "portal/lines/<slug:number>/report/", "portal/returns/", "portal/company/",
    "portal/company/change/", "portal/company/uses/<slug:use>/", "portal/terms/", "portal/terms/<int:pk>/", "portal/users/",
    "portal/contracts/<slug:number>/fewer-lines/", "portal/line-changes/<slug:number>/take-back/",
    "portal/users/log/", "portal/users/<slug:login_id>/stolen/",
    "portal/credit/",
    "portal/credit/refund/", "portal/contracts/<slug:number>/end-at-once/", "portal/company/reports/<slug:number>/",
    "portal/company/reports/<slug:number>/withdraw/", "portal/users/invite/",
    "portal/users/<slug:login_id>/",
    "portal/users/<slug:login_id>/remove/", "portal/users/<slug:login_id>/invite/",
}  # fmt: skip
"""For whoever acts for a customer, of that customer's own; whose records they are is looked at in tests/portal/test_scope.py."""

SYSTEMS = {
    "api/v1/oauth/token", "api/v1/oauth/revoke",
    "api/v1/services", "api/v1/services/<str:code>", "api/v1/applications/<str:public_id>/withdraw",
    "api/v1/contracts/<str:public_id>/termination-notices", "api/v1/terminations/<str:public_id>/take-back",
    "api/v1/lines/bulk", "api/v1/sim-cards/bulk", "api/v1/usage", "api/v1/external-subscriptions/<str:public_id>/end",
    "api/v1/applications/<str:public_id>/documents", "api/v1/contracts/<str:public_id>/conditions",
    "api/v1/line-changes/<str:public_id>/take-back", "api/v1/reports/<str:public_id>/withdraw",
    *(f"api/v1/lines/<str:public_id>/{act}" for act in ("activate", "pause", "resume", "reports", "usage")),
    *(f"api/v1/sim-cards/<str:public_id>/{act}" for act in ("arrive", "reports", "find")),
    *(f"api/v1/webhooks/<str:public_id>/{act}" for act in ("change", "rotate-secret", "stop", "resume")),
    "api/v1/webhook-deliveries/<str:public_id>/resend",
    *(
        f"api/v1/{name}{one}"
        for name in (
            "customers", "management-units", "external-subscriptions", "applications", "contracts", "terminations", "notices",
            "lines", "sim-cards", "line-changes", "reports", "invoices", "payments", "events", "event-types", "webhooks",
            "webhook-deliveries",
        )
        for one in ("", "/<str:public_id>")
    ),
}  # fmt: skip
"""For other systems alone, by a key of their own: whoever comes without one is told nothing (tests/api/test_matrix.py)."""

FILLED = {
    "<str:public_id>": "ctr_K0000001", "<str:code>": "mobile-access",
    "<str:clause>": "G13.2", "<uuid:act_id>": "00000000-0000-7000-8000-000000000000", "<int:pk>": "999999",
    "<slug:number>": "K9999999", "<int:condition>": "999999", "<int:document>": "999999", "<slug:use>": "marketing",
    "<slug:login_id>": "c9999999n9", "<str:token>": "none.ours", "<str:uidb36>": "zzz", "<str:key>": "none-of-ours",
    "<str:kind>": "cards", "<str:label>": "contracts.contract", "<path:content_type_id>": "1", "<app_label>/$": "contracts/",
    "(?P<url>.*)$": "no-such-page/", "<slug:slug>": "take", "<str:name>": "no-such-mail.log",
}  # fmt: skip
"""What the open places of an address are filled with."""
