"""What is asked of a password, where Django's own words are not translated."""

from __future__ import annotations

from django.contrib.auth import password_validation


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's rule, said in Chinese."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return f"密码太短，至少要有{self.min_length}个字符。"

    def get_help_text(self) -> str:
        """What is asked."""
        return f"密码至少要有{self.min_length}个字符。"
