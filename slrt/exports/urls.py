from django.urls import path

from slrt.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("baru/<slug:key>/", views.export_new, name="new"),
    path("<int:pk>/", views.export_detail, name="detail"),
    path("<int:pk>/unduh/", views.export_download, name="download"),
    path("<int:pk>/buang/", views.export_discard, name="discard"),
]
