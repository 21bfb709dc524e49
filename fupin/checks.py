"""Deployment mistakes as system checks, each with an id and a hint."""

from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from fupin.scope import ScopedManager


@register()
def driver_is_psycopg2(**_: Any) -> list[CheckMessage]:
    """fupin.E001: psycopg 3 is installed; Django would silently prefer it, and the audit and COPY paths with it."""
    if find_spec("psycopg") is None:
        return []
    return [
        Error(
            "psycopg 3 is installed beside psycopg2, and Django would silently use it.",
            hint="Uninstall the package psycopg (and psycopg-binary): the portal is built and tested on psycopg2.",
            id="fupin.E001",
        )
    ]


@register()
def rows_are_scoped(**_: Any) -> list[CheckMessage]:
    """fupin.E002: a model with a place whose default manager hands out rows unasked."""
    return [
        Error(
            f"{model._meta.label} has a region, but its default manager is not a ScopedManager.",
            hint="Inherit fupin.models.Placed, or say why not in `unscoped_because`.",
            obj=model,
            id="fupin.E002",
        )
        for model in apps.get_models()
        if any(field.name == "region" for field in model._meta.local_fields)
        and not hasattr(model, "pgh_tracked_model")
        and not getattr(model, "unscoped_because", "")
        and not isinstance(model._default_manager, ScopedManager)
    ]
