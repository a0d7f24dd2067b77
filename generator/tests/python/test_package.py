"""The package as a whole: imports little, installs alone, and its examples run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[3] / "generated" / "python"
EXAMPLES = sorted(path.stem for path in (PACKAGE / "examples").glob("*.py"))


def run(*command: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=280, check=False, **settings
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def python(code: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONDONTWRITEBYTECODE": "1"}
    return run(sys.executable, "-W", "error", "-c", code, env=environment).stdout.strip()


def test_importing_is_cheap() -> None:
    """Neither requests nor pydantic is imported before it is needed; a record's models only with the record."""
    code = (
        "import sys, sqlacc_client as s\n"
        "client = s.Client(access_key='a', secret_key='b')\n"
        "client.sales_invoices, client.workflows, s.errors if hasattr(s, 'errors') else None\n"
        "print(sorted(set(sys.modules) & {'requests', 'pydantic', 'urllib3', 'requests_aws4auth'}))\n"
        "from sqlacc_client.models import Agent\n"
        "print(sorted(name for name in sys.modules if name.startswith('sqlacc_client.models.')))"
    )
    assert python(code).splitlines() == ["[]", "['sqlacc_client.models.agent']"]


def test_all_names_are_there() -> None:
    import sqlacc_client

    for name in sqlacc_client.__all__:
        assert getattr(sqlacc_client, name) is not None
    with pytest.raises(AttributeError):
        sqlacc_client.Nonsense  # noqa: B018


def test_models_are_complete(real_api: Any) -> None:
    """Every field and table of the spec is an attribute with its documentation, under its wire name or an alias."""
    from sqlacc_client import models

    from sqlacc_codegen.language import language

    role = language("python").roles
    for object in real_api.objects:
        source = (PACKAGE / "sqlacc_client" / "models" / f"{object.id}.py").read_text()
        tables = {"": object, **{".".join(path): lines for path, lines in object.all_tables()}}
        for path, table in tables.items():
            model = getattr(models, role["class"](getattr(table, "item", table)))
            model.model_rebuild()
            assert model.table_ == ".".join(filter(None, (object.id, path)))
            found = {field.alias or name for name, field in model.model_fields.items()}
            assert found == {thing.wire for thing in (*table.fields, *table.lines)}
            for field in table.fields:
                assert f"[{field.evidence.grade}" in source


@pytest.mark.slow
def test_the_wheel_installs_alone(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(PACKAGE, source)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=source)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    interpreter = tmp_path / "venv" / "bin" / "python"
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if uv:
        run(uv, "venv", "-q", "--python", sys.executable, tmp_path / "venv")
        run(uv, "pip", "install", "-q", "--python", interpreter, wheel)
    else:
        run(sys.executable, "-m", "venv", tmp_path / "venv")
        run(interpreter, "-m", "pip", "install", "-q", wheel)
    code = (
        "import json, sqlacc_client, importlib.metadata as m\n"
        "from sqlacc_client.testing import MemoryServer, fake_client\n"
        "client = fake_client(MemoryServer())\n"
        "client.customers.create(code='A', companyname='B')\n"
        "print(json.dumps([client.customers.get('A').companyname, sqlacc_client.__file__, m.version('sqlacc-client')]))"
    )
    name, where, version = json.loads(run(interpreter, "-W", "error", "-c", code, cwd=tmp_path).stdout)
    assert (name, version) == ("B", "0.1.0")
    assert where.startswith(str(tmp_path / "venv"))
    installed = Path(where).parent
    assert (installed / "py.typed").is_file()
    assert len(list((installed / "_shapes").glob("*.json"))) > 10


# --- examples and documentation -----------------------------------------------------------------------------------


def example(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PACKAGE / "examples"))
    return import_module(name)


def test_there_are_five_examples(real_api: Any) -> None:
    assert sorted(flow.id for flow in real_api.workflows if flow.kind == "recipe") == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_twice_and_books_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sqlacc_client.testing import MemoryServer, fake_client

    server = MemoryServer()
    program = example(name, monkeypatch)
    file = tmp_path / f"{name}.csv"
    shutil.copy(PACKAGE / "examples" / f"{name}.csv", file)
    assert program.run(fake_client(server), file) == 0
    written = [request for request in server.requests if request.method in ("POST", "PUT")]
    assert written
    for journal in tmp_path.glob("*.journal"):
        journal.unlink()  # what was booked is found without it
    assert program.run(fake_client(server), file) == 0
    assert [request for request in server.requests if request.method in ("POST", "PUT")] == written
    assert capsys.readouterr().out


def test_the_examples_send_what_the_recipes_say(real_api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlacc_client.testing import MemoryServer, fake_client

    for flow in real_api.workflows:
        if flow.kind != "recipe":
            continue
        server = MemoryServer()
        file = tmp_path / f"{flow.id}.csv"
        shutil.copy(PACKAGE / "examples" / f"{flow.id}.csv", file)
        example(flow.id, monkeypatch).run(fake_client(server), file)
        bodies = [json.loads(request.body) for request in server.requests if request.method == "POST"]
        for one in flow.examples:
            assert one.payload in bodies, f"{flow.id}: {one.payload}\n{bodies}"


def test_changed_rows_are_updated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlacc_client.testing import MemoryServer, fake_client

    for name, old, new in (("crm_customers", "03-5555 0131", "03-5555 9999"), ("items_to_catalogue", "9.90", "10.90")):
        server = MemoryServer()
        file = tmp_path / f"{name}.csv"
        text = (PACKAGE / "examples" / f"{name}.csv").read_text()
        file.write_text(text)
        example(name, monkeypatch).run(fake_client(server), file)
        assert old in text
        file.write_text(text.replace(old, new))
        example(name, monkeypatch).run(fake_client(server), file)
        puts = [request for request in server.requests if request.method == "PUT"]
        assert len(puts) == 1
        assert new in puts[0].body.decode()


def test_the_readmes_python_compiles_and_names_what_exists() -> None:
    import sqlacc_client
    from sqlacc_client import client as module

    text = (PACKAGE / "README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) > 10
    for block in blocks:
        compile(block, "README.md", "exec")
        for name in re.findall(r"from sqlacc_client import (.*)", block):
            assert all(hasattr(sqlacc_client, part.strip()) for part in name.split(","))
        for name in re.findall(r"(?<!\w)client\.(\w+)", block):
            assert hasattr(module.Client, name), name
    for name in re.findall(r"\b(\w+Error|ConnectionFailed|CallTimeout|Cancelled)\b", text):
        assert hasattr(sqlacc_client, name), name


# --- the fakes ----------------------------------------------------------------------------------------------------


def test_the_memory_server_behaves(tmp_path: Path) -> None:
    from sqlacc_client import DuplicateError, NotFoundError, StaleRecordError
    from sqlacc_client.testing import MemoryServer, fake_client

    server = MemoryServer()
    client = fake_client(server)
    record = {"code": "A", "docdate": "2026-01-15", "sdsdocdetail": [{"itemcode": "ANT", "qty": "1.00"}]}
    invoice = client.sales_invoices.create(record)
    assert (invoice.docno, invoice.sdsdocdetail[0].dtlkey) == ("AUTO-00001", 2)
    with pytest.raises(DuplicateError):
        client.sales_invoices.create(record | {"docno": invoice.docno})
    first = client.sales_invoices.get(invoice.dockey)
    changes = {"sdsdocdetail": [{"dtlkey": 2, "$remove": True}, {"itemcode": "HFK"}]}
    changed = client.sales_invoices.update(first, changes)
    assert [row.itemcode for row in changed.sdsdocdetail] == ["HFK"]
    with pytest.raises(StaleRecordError):
        client.sales_invoices.update(first, description="x")
    assert client.sales_invoices.find(docno="AUTO-00001").updatecount == 1
    assert client.sales_invoices.find(where={"code": "A"}).dockey == invoice.dockey
    assert client.sales_invoices.pdf(invoice.dockey).startswith(b"%PDF")
    client.sales_invoices.delete(invoice.dockey)
    with pytest.raises(NotFoundError):
        client.sales_invoices.get(invoice.dockey)
    for number in range(120):
        server.add("customer", {"code": f"C{number:03d}", "companyname": "x"})
    assert len(list(client.customers.iterate(where={"code": "C0*"}))) == 100
    assert client.ping().version == {"version": "memory"}


def test_the_fake_transport_tells_what_was_not_expected() -> None:
    from sqlacc_client.testing import FakeTransport, fake_client

    fake = FakeTransport()
    with pytest.raises(AssertionError, match="GET /customer/A"):
        fake_client(fake).customers.get("A")


def test_records_can_be_used_from_several_threads(serve: Callable[..., Any]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from sqlacc_client.testing import MemoryServer, fake_client

    server = MemoryServer()
    client = fake_client(server)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: client.customers.create(code=f"C{n}", companyname="x"), range(64)))
    assert len(server.records("customer")) == 64
