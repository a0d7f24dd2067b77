"""Errors as the service words them: a kind and our own explanation to status, message and body."""

from __future__ import annotations

from collections.abc import Mapping

from sqlacc_codegen.ir import Api

from . import jsontext
from .exchange import JSON_TYPE, TEXT_TYPE, Response
from .readings import Readings


class ApiError(Exception):
    """A request is refused. `message` is what the real service is known to say, or our own words.

    `detail` is the sandbox's explanation, said besides; the real service says no such thing.
    """

    def __init__(
        self,
        status: int,
        message: str,
        detail: str = "",
        extra: Mapping[str, str] | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.detail = detail
        self.extra = dict(extra or {})
        self.headers = headers


class Words:
    """Makes errors with the statuses and words of the spec, under the readings in force."""

    def __init__(self, api: Api, readings: Readings) -> None:
        self._forms = {form.kind: form for form in reversed(api.errors) if form.message}
        self._readings = readings

    def message(self, kind: str, fallback: str) -> str:
        form = self._forms.get(kind)
        return form.message if form else fallback

    def status(self, kind: str, fallback: int) -> int:
        form = self._forms.get(kind)
        return form.status if form and form.status else fallback

    def invalid(self, message: str, detail: str = "") -> ApiError:
        return ApiError(400, message, detail)

    def missing(self, what: str) -> ApiError:
        return ApiError(int(self._readings.value("not_found", "400")), f"{what} not found")

    def reference(self, detail: str) -> ApiError:
        return ApiError(self.status("reference", 400), self.message("reference", "No record found"), detail)

    def stale(self, detail: str) -> ApiError:
        words = self.message("stale", "Record has been changed by another user")
        return ApiError(int(self._readings.value("stale_status", "400")), words, detail)

    def duplicate(self, what: str) -> ApiError:
        words = f"attempt to store duplicate value: {what} is already in use"
        return ApiError(int(self._readings.value("duplicate_status", "400")), words)

    def authentication(self, detail: str, extra: Mapping[str, str]) -> ApiError:
        return ApiError(
            self.status("authentication", 401), self.message("authentication", "Invalid signature"), detail, extra
        )

    def server(self, message: str) -> ApiError:
        return ApiError(500, message)

    def response(self, error: ApiError) -> Response:
        """The error as a body of the form that the reading `error_body` asks for."""
        form = self._readings.value("error_body", "message")
        if form == "raw":
            body = error.message.encode("utf-8", "replace")
            return Response(error.status, [TEXT_TYPE, *error.headers], body)
        if form == "error_object":
            content: dict[str, object] = {"error": {"message": error.message}}
        elif form == "error_text":
            content = {"error": error.message}
        else:
            content = {"message": error.message}
        if error.detail:
            content["detail"] = error.detail
        content.update(error.extra)
        return Response(error.status, [JSON_TYPE, *error.headers], jsontext.dumps(content).encode("utf-8", "replace"))
