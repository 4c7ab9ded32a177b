"""The URLs of the two pages."""

from django.urls import path

from shop import views

urlpatterns = [
    path("", views.segments, name="segments"),
    path("segments/<int:pk>/", views.segment, name="segment"),
]
