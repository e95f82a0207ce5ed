"""Every address of SLRT. Pages that mix apps (home, case file, tracking) come from the dashboard."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from slrt.core.health import healthz, readyz
from slrt.core.row_pages import page_of_row

handler500 = "slrt.core.shortage.server_error"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("slrt.dashboard.urls")),
    path("", include("slrt.dashboard.sign_in_urls")),
    path("jejak/", include("slrt.audit.urls")),
    path("pekerjaan/", include("slrt.jobs.urls")),
    path("ekspor/", include("slrt.exports.urls")),
    path("", include("households.urls")),
    path("program/", include("programs.urls")),
    path("keluhan/", include("complaints.urls")),
    path("rujukan/", include("referrals.urls")),
    path("admin/r/<path:content_type_id>/<path:object_id>/", admin.site.admin_view(page_of_row)),  # before Django's own
    path("admin/", admin.site.urls),
]

if settings.SHOW_COMPONENTS:
    from slrt.core.components import components

    urlpatterns.append(path("komponen/", components, name="components"))
