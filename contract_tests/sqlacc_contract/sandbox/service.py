"""An authenticated request to its answer: the routes of the API and what each operation does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlacc_codegen.ir import Master

from . import jsontext, path, query, save
from .desk import Desk
from .errors import ApiError
from .exchange import JSON_TYPE, TEXT_TYPE, Request, Response
from .plan import Plan
from .present import Presenter
from .store import Key
from .values import LARGEST

PDF_TYPE = b"application/pdf"
Print = Callable[[Plan, Mapping[str, Any], str], bytes]


class Service:
    """All resources of the spec over one desk. `print_pdf` makes a document of a record under a report name."""

    def __init__(self, desk: Desk, print_pdf: Print) -> None:
        self.desk = desk
        self.print_pdf = print_pdf
        self.present = Presenter(desk)
        self.page_size = desk.api.page_size
        self._objects = self._paths()
        self._masters = {m.path: m for m in desk.api.masters if m.path and m.path not in self._objects and m.operations}

    def _paths(self) -> dict[str, Plan]:
        """Paths that serve objects; where sources disagree on one, a reading `<object>_path` decides."""
        found: dict[str, Plan] = {}
        for plan in self.desk.plans.values():
            paths = [plan.object.path, *plan.object.other_paths]
            choice = self.desk.readings.value(f"{plan.id}_path", plan.object.path[1:])
            found.update((at, plan) for at in paths if choice in ("both", at[1:]))
        return found

    def handle(self, request: Request) -> Response:
        place = path.parse(request.path)
        plan = self._objects.get(place.resource)
        if plan is not None:
            return self._object(request, plan, place.key)
        master = self._masters.get(place.resource)
        if master is not None:
            return self._master(request, master, place.key)
        raise ApiError(404, f"There is no resource {place.resource[:60]}")

    def _object(self, request: Request, plan: Plan, key: str | None) -> Response:
        method = request.method
        allowed = {"GET", "POST"} if key is None else {"GET"} if key == "*" else {"GET", "PUT", "DELETE"}
        if method not in allowed:
            raise _not_allowed(method, allowed)
        if method == "GET":
            if key is None:
                return self.rows(plan, request)
            return self.find(plan, request) if key == "*" else self.get(plan, request, key)
        if method == "POST":
            return self.create(plan, _body(request))
        assert key is not None
        if method == "PUT":
            return self.update(plan, self._key(plan, key), _body(request))
        save.delete(self.desk, plan, self._key(plan, key))
        return self._deleted(plan)

    def _key(self, plan: Plan, text: str) -> Key:
        if plan.key_is_text:
            return text
        if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST:
            return int(text)
        raise self.desk.words.missing(f"{plan.title} {text[:60]}")

    # --- reading -----------------------------------------------------------------------------------------------

    def rows(self, plan: Plan, request: Request) -> Response:
        asked, limit = self._asked(request)
        where, values = self._condition(plan, asked, None)
        store = self.desk.store
        if self.present.plain(plan):
            rows = store.heads(plan.id, where, values, asked.offset, limit)
        else:
            page = store.page(plan.id, where, values, asked.offset, limit)
            rows = [self.present.head(plan, record.version, record.head) for record in page]
        if not rows and where:
            self._nothing(plan, where, values)
        total = self.desk.readings.value("page_count", "page") == "total"
        count = store.count(plan.id, where, values) if total else len(rows)
        key = self.desk.readings.value("list_key", "data")
        return _json(
            f'{{"pagination":{{"offset":{asked.offset},"limit":{limit},"count":{count}}},"{key}":[{",".join(rows)}]}}'
        )

    def find(self, plan: Plan, request: Request) -> Response:
        asked, limit = self._asked(request)
        where, values = self._condition(plan, asked, plan.object.indexed)
        offset = asked.offset if self.desk.readings.value("star_paging", "honoured") == "honoured" else 0
        page = self.desk.store.page(plan.id, where, values, offset, limit)
        if not page and where:
            self._nothing(plan, where, values)
        return _json(f'{{"data":[{",".join(self.present.record(plan, record) for record in page)}]}}')

    def get(self, plan: Plan, request: Request, text: str) -> Response:
        key = self._key(plan, text)
        record = self.desk.store.text(plan.id, key)
        if record is None:
            raise self.desk.words.missing(f"{plan.title} {text[:60]}")
        wanted = request.header(b"content-type")
        if wanted is not None and wanted[: len(PDF_TYPE)].lower() == PDF_TYPE:
            return self._pdf(plan, key, wanted)
        return _json(self._enveloped("get_envelope", self.present.record(plan, record)))

    def _pdf(self, plan: Plan, key: Key, wanted: bytes) -> Response:
        if plan.object.pdf is None:
            raise ApiError(400, f"{plan.title} has no reports; leave the Content-Type away to get the record")
        report = _report(wanted) or plan.object.pdf.default
        known = {name.lower(): name for name in plan.object.pdf.reports}
        name = known.get(report.lower())
        if name is None:
            raise ApiError(
                400, f'{plan.title} has no report "{report}"', f"known: {'; '.join(plan.object.pdf.reports)}"
            )
        record = self.desk.store.get(plan.id, key)
        assert record is not None
        return Response(200, [(b"content-type", PDF_TYPE)], self.print_pdf(plan, record, name))

    def _asked(self, request: Request) -> tuple[query.Query, int]:
        asked = query.parse(request.query, self.page_size)
        honoured = self.desk.readings.value("limit_parameter", "honoured") == "honoured"
        return asked, asked.limit if honoured else self.page_size

    def _condition(self, plan: Plan, asked: query.Query, only: tuple[str, ...] | None) -> query.Condition:
        refused = self.desk.readings.value("unknown_filter", "ignored") == "refused"
        return query.condition(plan, asked.filters, refused, only)

    def _nothing(self, plan: Plan, where: str, values: list[Any]) -> None:
        empty = self.desk.readings.value("find_nothing", "empty") == "empty"
        if not empty and not self.desk.store.count(plan.id, where, values):
            raise self.desk.words.missing(plan.title)

    # --- writing -----------------------------------------------------------------------------------------------

    def create(self, plan: Plan, body: dict[str, Any]) -> Response:
        self._check_names(plan, body)
        record = save.create(self.desk, plan, body)
        status = int(self.desk.readings.value("create_status", "200"))
        return _json(self._enveloped("post_envelope", self.present.record(plan, record)), status)

    def update(self, plan: Plan, key: Key, body: dict[str, Any]) -> Response:
        self._check_names(plan, body)
        record = save.update(self.desk, plan, key, body)
        return _json(self._enveloped("put_envelope", self.present.record(plan, record)))

    def _check_names(self, plan: Plan, body: dict[str, Any]) -> None:
        if self.desk.readings.value("unknown_keys", "ignored") == "refused":
            extra = {save.counter(self.desk, plan)}
            for name in body:
                known = name in plan.table.columns or name in plan.table.tables or name in extra
                if not known and not name.startswith("udf_"):
                    raise ApiError(400, f"There is no field {name[:60]}")

    def _deleted(self, plan: Plan) -> Response:
        form = self.desk.readings.value("delete_answer", "empty")
        if form == "empty":
            return Response(200)
        words = f"{plan.title} deleted"
        return (
            Response(200, [TEXT_TYPE], words.encode()) if form == "text" else _json(jsontext.dumps({"message": words}))
        )

    def _enveloped(self, reading: str, record: str) -> str:
        data = self.desk.readings.value(reading, "top_level") == "data"
        return f'{{"data":[{record}]}}' if data else record

    # --- masters and service -----------------------------------------------------------------------------------

    def _master(self, request: Request, master: Master, key: str | None) -> Response:
        if request.method != "GET":
            raise ApiError(
                405,
                f"The sandbox serves {master.path} from its demo data, for reading only",
                headers=((b"allow", b"GET"),),
            )
        if master.key is None:
            return self._report_resource(master)
        rows = self.desk.masters.rows.get(master.id, ())
        if key not in (None, "*"):
            wire = master.key.lower()
            for row in rows:
                if str(row.get(wire)) == key:
                    return _json(self._enveloped("get_envelope", jsontext.dumps(row)))
            raise self.desk.words.missing(f"{master.title} {key}")
        asked, limit = self._asked(request)
        fitting = [row for row in rows if query.fits(row, asked.filters)]
        page = fitting[asked.offset : asked.offset + limit]
        pagination = {"offset": asked.offset, "limit": limit, "count": len(page)}
        return _json(jsontext.dumps({"pagination": pagination, "data": page} if key is None else {"data": page}))

    def _report_resource(self, master: Master) -> Response:
        if master.id == "version":
            return _json(jsontext.dumps({"version": f"sandbox {self.desk.api.version}", "sandbox": True}))
        if master.id == "health_check":
            return _json(jsontext.dumps({"status": "ok", "sandbox": True}))
        if master.id == "profile":
            profile = self.desk.api.demo.get("profile") or {"companyname": "Sandbox Company"}
            return _json(jsontext.dumps({"data": [{**profile, "sandbox": True}]}))
        raise ApiError(501, f"The sandbox does not make the report {master.title}")


def _body(request: Request) -> dict[str, Any]:
    if not request.body.strip():
        raise ApiError(400, "The body is empty; the record must be in it as JSON")
    try:
        body = jsontext.parse(request.body)
    except jsontext.NotJsonError as error:
        raise ApiError(400, str(error)) from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body must be a JSON object")
    if not body:
        raise ApiError(400, "The body is an empty object, on which the real service is said to crash")
    return body


def _report(content_type: bytes) -> str:
    """The report name of `application/pdf;template=NAME`, which is sent raw, blanks and parentheses included."""
    text = content_type.decode("utf-8", "replace")
    _, _, parameter = text.partition(";")
    name, _, value = parameter.partition("=")
    return value.strip().strip('"') if name.strip().lower() == "template" else ""


def _json(text: str, status: int = 200) -> Response:
    return Response(status, [JSON_TYPE], text.encode("utf-8"))


def _not_allowed(method: str, allowed: set[str]) -> ApiError:
    names = ", ".join(sorted(allowed))
    return ApiError(405, f"{method[:20]} is not possible here, only {names}", headers=((b"allow", names.encode()),))
