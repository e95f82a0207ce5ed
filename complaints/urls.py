from django.urls import path

from complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.complaint_list, name="list"),
    path("baru/", views.complaint_new, name="new"),
    path("cetak/", views.complaint_print, name="print"),
    path("<int:pk>/", views.complaint_detail, name="detail"),
    path("<int:pk>/nomor/", views.complaint_reveal, name="reveal"),
    path("<int:pk>/bukti/", views.complaint_receipt, name="receipt"),
    path("<int:pk>/qr.svg", views.complaint_qr, name="qr"),
    path("<int:pk>/<slug:verb>/", views.ComplaintVerb.as_view(), name="verb"),
]
