from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "lms.catalogue"
    label = "catalogue"
