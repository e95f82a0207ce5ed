from django.urls import path

from slrt.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("dasbor/", views.home, name="home"),
]
