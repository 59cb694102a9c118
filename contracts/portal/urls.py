"""Addresses of what customers see and do of their contracts."""

from django.urls import path

from contracts.portal import application, company, condition, contract, invitation, notice, termination, trouble, user

urlpatterns = [
    path("contracts/", contract.ContractList.as_view(), name="contracts"),
    path("contracts/<slug:number>/", contract.ContractPage.as_view(), name="contract"),
    path("contracts/<slug:number>/conditions/<int:condition>/", condition.MeetCondition.as_view(), name="condition"),
    path("contracts/<slug:number>/more-lines/", application.MoreLines.as_view(), name="more_lines"),
    path("applications/", application.ApplicationList.as_view(), name="applications"),
    path("applications/new/", application.Apply.as_view(), name="apply"),
    path("applications/<slug:number>/", application.ApplicationPage.as_view(), name="application"),
    path("applications/<slug:number>/withdraw/", application.Withdraw.as_view(), name="withdraw"),
    path("applications/<slug:number>/documents/<int:document>/", application.HandIn.as_view(), name="hand_in"),
    path("contracts/<slug:number>/end/", termination.TerminateContract.as_view(), name="terminate"),
    path("contracts/<slug:number>/end-at-once/", trouble.EndAtOnce.as_view(), name="end_at_once"),
    path("terminations/<slug:number>/", termination.TerminationPage.as_view(), name="termination"),
    path("terminations/<slug:number>/take-back/", termination.RecallTermination.as_view(), name="recall"),
    path("company/", company.CompanyPage.as_view(), name="company"),
    path("company/change/", company.ChangeParticulars.as_view(), name="change_particulars"),
    path("company/reports/<slug:number>/", company.ReportPage.as_view(), name="report"),
    path("company/reports/<slug:number>/withdraw/", company.WithdrawReport.as_view(), name="withdraw_report"),
    path("company/uses/<slug:use>/", company.SayOfUse.as_view(), name="use"),
    path("terms/", company.TermsList.as_view(), name="terms"),
    path("terms/<int:pk>/", company.TermsText.as_view(), name="terms_text"),
    path("users/", user.UserList.as_view(), name="users"),
    path("users/log/", user.Log.as_view(), name="log"),
    path("users/invite/", invitation.Invite.as_view(), name="invite"),
    path("users/<slug:login_id>/", user.ChangeUser.as_view(), name="user"),
    path("users/<slug:login_id>/remove/", user.RemoveUser.as_view(), name="remove_user"),
    path("users/<slug:login_id>/invite/", invitation.InviteAgain.as_view(), name="invite_again"),
    path("invitations/<str:token>/", invitation.Accept.as_view(), name="invitation"),
    path("users/<slug:login_id>/stolen/", user.ReportStolen.as_view(), name="stolen"),
    path("notices/", notice.NoticeList.as_view(), name="notices"),
    path("notices/<slug:number>/", notice.NoticePage.as_view(), name="notice"),
    path("notices/<slug:number>/pdf/", notice.NoticePdf.as_view(), name="notice_pdf"),
]
