"""The addresses of the portal, below /da/ and /en/."""

from django.urls import path

from troth.web.portal import views

app_name = "portal"
urlpatterns = [path("", views.home, name="home")]
