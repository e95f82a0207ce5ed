from django.urls import path

from referrals import views

app_name = "referrals"
urlpatterns = [
    path("", views.referral_list, name="list"),
    path("baru/", views.referral_new, name="new"),
    path("<int:pk>/", views.referral_detail, name="detail"),
    path("<int:pk>/surat/", views.referral_letter, name="letter"),
    path("<int:pk>/<slug:verb>/", views.ReferralVerb.as_view(), name="verb"),
]
