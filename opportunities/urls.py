"""The market's addresses: words of their own come before a number."""

from django.urls import path, re_path

from opportunities.views import feeds, market, opportunities, own, purchases

urlpatterns = [
    path("", market.market, name="market"),
    path("searches/", market.saved_searches, name="saved_searches"),
    path("searches/save/", market.search_save, name="search_save"),
    path("searches/<int:pk>/rhythm/", market.search_rhythm, name="search_rhythm"),
    path("searches/<int:pk>/remove/", market.search_remove, name="search_remove"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/new/", feeds.feed_new, name="feed_new"),
    path("feeds/<int:pk>/edit/", feeds.feed_edit, name="feed_edit"),
    path("feeds/<int:pk>/remove/", feeds.feed_remove, name="feed_remove"),
    path("feeds/candidates/", feeds.candidates, name="candidates"),
    path("feeds/candidates/<int:pk>/pass/", feeds.candidate_pass, name="candidate_pass"),
    path("own/", own.opportunities_own, name="opportunities_own"),
    path("new/", own.opportunity_new, name="opportunity_new"),
    path("purchases/new/", purchases.purchase_new, name="purchase_new"),
    path("<int:pk>/", opportunities.opportunity, name="opportunity"),
    path("<int:pk>/edit/", own.opportunity_edit, name="opportunity_edit"),
    path("<int:pk>/publish/", own.opportunity_publish, name="opportunity_publish"),
    path("<int:pk>/renew/", own.opportunity_renew, name="opportunity_renew"),
    path("<int:pk>/close/", own.opportunity_close, name="opportunity_close"),
    path("<int:pk>/discard/", own.opportunity_discard, name="opportunity_discard"),
    path("<int:pk>/answer/", opportunities.opportunity_answer, name="opportunity_answer"),
    path("<int:pk>/take-down/", opportunities.opportunity_take_down, name="opportunity_take_down"),
    path("<int:pk>/files/<int:file>/", opportunities.opportunity_file, name="opportunity_file"),
    path("<int:pk>/ask/", purchases.purchase_ask, name="purchase_ask"),
    path("<int:pk>/follow/", purchases.purchase_follow, name="purchase_follow"),
    path("<int:pk>/questions/<int:question>/", purchases.purchase_question, name="purchase_question"),
    path("<int:pk>/questions/<int:question>/withdraw/", purchases.purchase_withdraw, name="purchase_withdraw"),
    path("<int:pk>/add/", purchases.purchase_add, name="purchase_add"),
    path("<int:pk>/record/", purchases.purchase_record, name="purchase_record"),
    re_path(
        r"^(?P<pk>\d{1,18})/record\.(?P<ending>csv|xlsx|pdf)$",
        purchases.purchase_record_file,
        name="purchase_record_file",
    ),
]
