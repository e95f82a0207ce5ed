from django.urls import path

from households.views import duplicates, families, imports, registrations, visits

app_name = "households"
urlpatterns = [
    path("keluarga/", families.family_list, name="list"),
    path("keluarga/<int:pk>/nomor/", families.reveal, name="reveal"),
    path("keluarga/<int:pk>/usulkan/", registrations.registration_new, name="registration_new"),
    path("kunjungan/", visits.visit_list, name="visits"),
    path("kunjungan/baru/", visits.visit_new, name="visit_new"),
    path("kunjungan/mulai/", visits.visit_begin, name="visit_begin"),
    path("kunjungan/<int:pk>/", visits.visit_hub, name="visit"),
    path("kunjungan/<int:pk>/isi/<slug:screen>/", visits.visit_screen, name="visit_screen"),
    path("kunjungan/<int:pk>/isi/<slug:screen>/<slug:member>/", visits.visit_screen, name="visit_member_screen"),
    path("kunjungan/<int:pk>/mirip/<slug:screen>/<slug:member>/", visits.visit_alike, name="visit_alike"),
    path("kunjungan/<int:pk>/anggota/", visits.visit_members, name="visit_members"),
    path("kunjungan/<int:pk>/anggota/<slug:member>/keluarkan/", visits.visit_member_remove, name="visit_member_remove"),
    path("kunjungan/<int:pk>/periksa/", visits.visit_check, name="visit_check"),
    path("kunjungan/<int:pk>/bukti/", visits.visit_receipt, name="visit_receipt"),
    path("registrasi/", registrations.registration_list, name="registrations"),
    path("registrasi/<int:pk>/", registrations.registration_detail, name="registration"),
    path("registrasi/<int:pk>/<slug:verb>/", registrations.RegistrationVerb.as_view(), name="registration_verb"),
    path("ganda/", duplicates.duplicate_list, name="duplicates"),
    path("ganda/<int:pk>/", duplicates.duplicate_detail, name="duplicate"),
    path("ganda/<int:pk>/gabung/", duplicates.duplicate_merge, name="duplicate_merge"),
    path("ganda/<int:pk>/<slug:verb>/", duplicates.DuplicateVerb.as_view(), name="duplicate_verb"),
    path("gabung/<int:pk>/", duplicates.merge_detail, name="merge"),
    path("gabung/<int:pk>/<slug:verb>/", duplicates.MergeVerb.as_view(), name="merge_verb"),
    path("orang/<int:pk>/", duplicates.person_page, name="person"),
    path("impor/", imports.import_list, name="imports"),
    path("impor/<int:pk>/", imports.import_detail, name="import"),
    path("impor/<int:pk>/terapkan/", imports.import_apply, name="import_apply"),
    path("impor/<int:pk>/batal/", imports.import_cancel, name="import_cancel"),
    path("impor/<int:pk>/ditolak/", imports.import_rejects, name="import_rejects"),
    path("impor/<int:pk>/beda/", imports.import_conflicts, name="import_conflicts"),
    path("impor/beda/<int:pk>/", imports.conflict_decide, name="conflict_decide"),
]
