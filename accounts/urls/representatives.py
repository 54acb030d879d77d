from django.urls import path

from accounts.views import claims, desk, imports, representatives

urlpatterns = [
    path("profiles/<slug:slug>/representatives/", representatives.page, name="representatives"),
    path("profiles/<slug:slug>/representatives/shown/", representatives.shown, name="representative_shown"),
    path("profiles/<slug:slug>/representatives/leave/", representatives.leave, name="representative_leave"),
    path("profiles/<slug:slug>/representatives/succession/", representatives.succession, name="succession"),
    path("profiles/<slug:slug>/representatives/<int:pk>/", representatives.change, name="representative"),
    path(
        "profiles/<slug:slug>/representatives/invitations/<int:pk>/withdraw/",
        representatives.withdraw_invitation,
        name="invitation_withdraw",
    ),
    path("profiles/<slug:slug>/trail/", representatives.trail, name="trail"),
    path("invitation/<str:token>/", representatives.invitation, name="invitation"),
    path("profiles/<slug:slug>/claim/", claims.claim, name="claim"),
    path("profiles/<slug:slug>/takeover/", claims.takeover, name="takeover"),
    path("profiles/<slug:slug>/report/", claims.report, name="report"),
    path("profiles/<slug:slug>/block/", claims.block, name="block"),
    path("profiles/<slug:slug>/blocks/", claims.blocks, name="blocks"),
    path("claim/<str:token>/", claims.claim_link, name="claim_link"),
    path("desk/", desk.desk, name="desk"),
    path("desk/requests/<int:pk>/", desk.decide, name="decide"),
    path("desk/reports/<int:pk>/", desk.handle_report, name="handle_report"),
    path("desk/unclaimed/", desk.unclaimed, name="unclaimed"),
    path("desk/unclaimed/<slug:slug>/", desk.send_link, name="send_link"),
    path("desk/organisations/<slug:slug>/", desk.standing, name="standing"),
    path("desk/organisations/<slug:slug>/unclaim/", desk.unclaim, name="unclaim"),
    path("desk/import/", imports.start, name="profile_import"),
    path("desk/import/<int:pk>/", imports.step, name="import"),
]
