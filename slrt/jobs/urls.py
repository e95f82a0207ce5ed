from django.urls import path

from slrt.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.job_list, name="list"),
    path("<str:name>/", views.job_detail, name="detail"),
    path("<str:name>/jalankan/", views.job_run, name="run"),
    path("<str:name>/<int:pk>/batalkan/", views.job_cancel, name="cancel"),
]
