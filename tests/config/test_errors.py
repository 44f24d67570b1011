"""What visitors read when something fails."""

import pytest
from django.db import OperationalError
from django.test import Client

from config.web import health


@pytest.mark.parametrize(("error", "status"), [(OperationalError("server gone"), 503), (ValueError("bug"), 500)])
def test_failures_are_told_apart(error: Exception, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(health, "JsonResponse", fail)

    response = Client(raise_request_exception=False).get("/health/live")

    assert response.status_code == status
    assert response.get("Retry-After") == ("5" if status == 503 else None)
    assert "Nothing was changed" in response.content.decode()
    assert str(error) not in response.content.decode()
