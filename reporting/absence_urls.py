"""Addresses of the pages about absences, covers and working hours."""

from django.urls import path

from reporting.views import absences, working_hours

urlpatterns = [
    path("", absences.people, name="people"),
    path("<int:pk>/", absences.person, name="person"),
    path("<int:pk>/away/", absences.absence_take, name="absence_take"),
    path("<int:pk>/hand-over/", absences.person_hand_over, name="person_hand_over"),
    path("<int:pk>/hours/", working_hours.working_hours, name="working_hours"),
    path("<int:pk>/hours/as-team/", working_hours.working_hours_clear, name="working_hours_clear"),
    path("absences/<int:pk>/cover/", absences.absence_change, name="absence_change"),
    path("absences/<int:pk>/end/", absences.absence_end, name="absence_end"),
]
