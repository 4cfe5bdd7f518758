"""LibreOffice itself, where it is installed: the same record from every kind, and no request from any document."""

from __future__ import annotations

import dataclasses
import http.server
import io
import sys
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extract.reading.office import soffice
from extract.sections.forms import load_forms
from raingan.model.records import Limits, Report, Source, State
from raingan.pipeline import process
from raingan.settings import Settings
from tests.office import has_writer

DATA = Path(__file__).parent / "data"
SAMPLE = Path(__file__).parents[2] / "samples" / "training.docx"
ODF = "urn:oasis:names:tc:opendocument:xmlns"

pytestmark = pytest.mark.skipif(
    not has_writer() or sys.platform != "linux", reason="LibreOffice Writer is not installed here"
)


def report_of(path: Path) -> Report:
    result, reports = process(Source("report", path.read_bytes(), "00"), load_forms(()), Settings())
    assert (result.state, len(reports)) == (State.DONE, 1), result
    return reports[0]


def test_old_kinds_give_the_record_of_the_new_one() -> None:
    expected = report_of(SAMPLE)
    with ThreadPoolExecutor(2) as pool:  # two at a time, as two processes would
        found = list(pool.map(report_of, [DATA / f"training.{suffix}" for suffix in ("doc", "rtf", "odt")]))
    for report in found:
        for field in dataclasses.fields(Report):
            assert getattr(report, field.name) == getattr(expected, field.name), field.name


class _Server(http.server.ThreadingHTTPServer):
    seen: list[str]


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.seen.append(self.path)
        self.send_error(404)

    do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as made:
        made.seen = []
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def _odt(address: str, secret: Path) -> bytes:
    """Make a text with a picture, an object, a frame and sections that lie elsewhere."""
    link = 'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"'
    frames = "".join(
        f'<text:p><draw:frame text:anchor-type="as-char" svg:width="3cm" svg:height="3cm">'
        f'<draw:{kind} xlink:href="{address}/{kind}" {link}/></draw:frame></text:p>'
        for kind in ("image", "object", "floating-frame")
    )
    sections = "".join(
        f'<text:section text:name="s{number}"><text:section-source xlink:href="{target}" xlink:type="simple"/>'
        "<text:p>old</text:p></text:section>"
        for number, target in enumerate((f"{address}/section.odt", secret.as_uri()))
    )
    spaces = "".join(
        f' xmlns:{name}="{space}"'
        for name, space in {
            "office": f"{ODF}:office:1.0",
            "text": f"{ODF}:text:1.0",
            "draw": f"{ODF}:drawing:1.0",
            "svg": f"{ODF}:svg-compatible:1.0",
            "xlink": "http://www.w3.org/1999/xlink",
        }.items()
    )
    kind = "application/vnd.oasis.opendocument.text"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0" manifest:version="1.2"><manifest:file-entry'
            f' manifest:full-path="/" manifest:media-type="{kind}"/><manifest:file-entry'
            ' manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content{spaces} office:version="1.2"><office:body><office:text>{frames}{sections}'
            "</office:text></office:body></office:document-content>",
        )
    return stream.getvalue()


def _rtf(address: str) -> bytes:
    return (
        (
            r"{\rtf1\ansi{\*\template %s/template.dot} x {\field{\*\fldinst INCLUDEPICTURE \"%s/picture.png\" \\d}"
            r"{\fldrslt }}{\field{\*\fldinst INCLUDETEXT \"%s/text.docx\"}{\fldrslt old}}\par}"
        )
        .replace("%s", address)
        .replace('\\"', '"')
        .encode()
    )


def _docx_called_doc(address: str) -> bytes:
    """Make a Word file with a linked picture; LibreOffice looks at the content, not at the suffix."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
            ' PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
            '.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'{relations}<Relationship Id="r" Type="{office}/officeDocument" Target="word/document.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'{relations}<Relationship Id="r1" Type="{office}/image" Target="{address}/linked.png"'
            ' TargetMode="External"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
            f' xmlns:r="{office}" xmlns:a="{drawing}/main" xmlns:wp="{drawing}/wordprocessingDrawing"'
            f' xmlns:pic="{drawing}/picture"><w:body><w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000"'
            ' cy="900000"/><wp:docPr id="1" name="a"/><a:graphic><a:graphicData'
            f' uri="{drawing}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="a"/><pic:cNvPicPr/>'
            '</pic:nvPicPr><pic:blipFill><a:blip r:link="r1"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom'
            ' prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
            "</w:body></w:document>",
        )
    return stream.getvalue()


def _convert_all(server: _Server, secret: Path) -> list[bytes]:
    address = f"http://127.0.0.1:{server.server_port}"
    documents = [
        (_odt(address, secret), ".odt"),
        (_rtf(address), ".rtf"),
        (_docx_called_doc(address), ".doc"),
    ]
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(lambda item: soffice.convert(item[0], item[1], Limits()), documents))


def _plain_environment(folder: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder)}


def test_no_document_reaches_an_address_or_another_file(
    server: _Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of no business of the report", "utf-8")
    with monkeypatch.context() as patch:
        # The settings hold alone, without the proxies that lead nowhere.
        patch.setattr(soffice, "_environment", _plain_environment)
        for converted in _convert_all(server, secret):
            with zipfile.ZipFile(io.BytesIO(converted)) as archive:
                assert b"of no business" not in b"".join(archive.read(name) for name in archive.namelist())
        assert server.seen == []

        # Without them there are requests: else the above would prove nothing.
        patch.setattr(soffice, "_SETTINGS", ())
        _convert_all(server, secret)
    assert {"/image", "/linked.png"} <= set(server.seen)


def test_a_truncated_file_is_told(tmp_path: Path) -> None:
    data = (DATA / "training.doc").read_bytes()[:9_000]
    result, reports = process(Source("x.doc", data, "00"), load_forms(()), Settings())
    assert result.state in (State.FAILED, State.SKIPPED) and result.reason and reports == []
