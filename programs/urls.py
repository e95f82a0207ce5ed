from django.urls import path

from programs import views

app_name = "programs"
urlpatterns = [
    path("", views.programme_list, name="list"),
    path("<int:pk>/", views.programme_detail, name="detail"),
]
