"""The addresses of the console, below /console/."""

from django.urls import path

from troth.web.console import views

app_name = "console"
urlpatterns = [path("", views.home, name="home")]
