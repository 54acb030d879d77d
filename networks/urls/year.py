from django.urls import path, re_path

from networks.views import reports, year

urlpatterns = [
    path("<slug:slug>/year/", year.network_year, name="network_year"),
    re_path(r"^(?P<slug>[-\w]+)/year\.(?P<ending>csv|xlsx)$", year.network_year_file, name="network_year_file"),
    path("<slug:slug>/year/counted/<slug:stage>/", year.network_counted, name="network_counted"),
    path("<slug:slug>/year/met/", year.network_met, name="network_met"),
    re_path(r"^(?P<slug>[-\w]+)/year/met\.(?P<ending>csv|xlsx)$", year.network_met_file, name="network_met_file"),
    path("<slug:slug>/year/newcomers/", year.network_newcomers, name="network_newcomers"),
    path("<slug:slug>/year/silent/", year.network_silent, name="network_silent"),
    path("<slug:slug>/year/silent/letter/", year.network_silent_write, name="network_silent_write"),
    path("<slug:slug>/reports/<int:year>/", reports.network_report, name="network_report"),
    path("<slug:slug>/reports/<int:year>/edit/", reports.network_report_edit, name="network_report_edit"),
    path("<slug:slug>/reports/<int:year>/publish/", reports.network_report_publish, name="network_report_publish"),
    path(
        "<slug:slug>/reports/<int:year>/take-back/", reports.network_report_take_back, name="network_report_take_back"
    ),
]
