from django.urls import path

from slrt.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("dasbor/", views.home, name="home"),
    path("dasbor/<slug:code>/", views.rows, name="rows"),
    path("keluarga/<int:pk>/", views.case_file, name="case_file"),
    path("pengingat/", views.reminder_list, name="reminders"),
    path("pengingat/<int:pk>/selesai/", views.reminder_handled, name="reminder_handled"),
    path("keluarga/<int:pk>/rujuk-identitas/", views.identity_referral, name="identity_referral"),
    path("lacak/", views.tracking, name="tracking"),
    path("bantuan/", views.help_page, name="help"),
]
