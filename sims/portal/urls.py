"""Addresses of lines and cards in the portal."""

from django.urls import path

from sims.portal import card, fewer, line

urlpatterns = [
    path("lines/", line.LineList.as_view(), name="lines"),
    path("lines/csv/", line.LineCsv.as_view(), name="lines_csv"),
    path("lines/<slug:number>/", line.LinePage.as_view(), name="line"),
    path("lines/<slug:number>/label/", line.Relabel.as_view(), name="relabel"),
    path("lines/<slug:number>/report/", card.ReportCard.as_view(), name="report_card"),
    path("contracts/<slug:number>/fewer-lines/", fewer.FewerLines.as_view(), name="fewer_lines"),
    path("line-changes/<slug:number>/take-back/", fewer.KeepLines.as_view(), name="keep_lines"),
    path("returns/", card.ReturnList.as_view(), name="returns"),
]
