"""What log-in asks: whose address counts, and what a password must be."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import password_validation
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that a lock-out counts.

    Behind a proxy every connection comes from it, and the lock-out would be by user alone: then the last address
    of X-Forwarded-For counts, the one that the proxy itself wrote. What a client puts before it is not believed.
    """
    if settings.BEHIND_PROXY and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rpartition(",")[2].strip()
    return request.META.get("REMOTE_ADDR", "")


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's rule, said in Chinese."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return f"密码太短，至少要有{self.min_length}个字符。"

    def get_help_text(self) -> str:
        """What is asked."""
        return f"密码至少要有{self.min_length}个字符。"
