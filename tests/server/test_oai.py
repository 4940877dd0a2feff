"""OAI-PMH: the six verbs, both formats, lists in pages, deleted records, and the protocol's errors."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from released import BASE
from running import Running
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

OAI = "{http://www.openarchives.org/OAI/2.0/}"


def ask(server: Running, **arguments: str) -> ET.Element:
    reply = server.get("/oai?" + urlencode(arguments, quote_via=quote))
    assert reply.status == 200 and reply.headers["content-type"].startswith("text/xml")
    return ET.fromstring(reply.text)  # noqa: S314


def error(server: Running, **arguments: str) -> str:
    found = ask(server, **arguments).find(f"{OAI}error")
    return "" if found is None else found.attrib["code"]


def test_a_real_harvester_gets_every_record(server: Running) -> None:
    client = Sickle(f"{server.url}/oai")
    records = list(client.ListRecords(metadataPrefix="oai_dc"))
    assert len(records) == 121
    assert sum(record.deleted for record in records) == 1
    first = next(each for each in records if each.header.identifier == f"{BASE}id/dataset/d001")
    assert sorted(first.metadata["title"]) == ["Daten 1", "data 1 <&>"]
    assert first.header.datestamp == "2026-02-01"
    assert first.header.setSpecs == ["theme:REGI"]
    assert {each.header.datestamp for each in records if each.header.identifier.endswith("d000")} == {"2026-05-05"}
    assert len(list(client.ListIdentifiers(metadataPrefix="dcat_ap"))) == 121
    assert {each.setSpec for each in client.ListSets()} == {"theme", "theme:REGI", "theme:GOVE"}
    assert {each.metadataPrefix for each in client.ListMetadataFormats()} == {"oai_dc", "dcat_ap"}
    assert client.Identify().repositoryName == "The town"
    assert len(list(client.ListRecords(metadataPrefix="oai_dc", set="theme:REGI"))) == 60
    with pytest.raises(NoRecordsMatch):
        client.ListRecords(metadataPrefix="oai_dc", **{"from": "2030-01-01"})


def test_dcat_records_are_rdf(server: Running) -> None:
    tree = ask(server, verb="GetRecord", metadataPrefix="dcat_ap", identifier=f"{BASE}id/dataset/d003")
    metadata = tree.find(f".//{OAI}metadata")
    assert metadata is not None
    quads = list(pyoxigraph.parse(ET.tostring(metadata[0]), format=pyoxigraph.RdfFormat.RDF_XML))
    subjects = {each.subject.value for each in quads}
    assert subjects == {f"{BASE}id/dataset/d003", f"{BASE}id/dataset/d003#ttl", f"{BASE}id/organisation/town"}


def test_lists_are_selected_by_date(server: Running) -> None:
    tree = ask(server, verb="ListIdentifiers", metadataPrefix="oai_dc", **{"from": "2026-02-01", "until": "2026-02-04"})
    dates = {each.text for each in tree.iter(f"{OAI}datestamp")}
    assert dates == {"2026-02-01", "2026-02-04"}
    assert [each.attrib["status"] for each in tree.iter(f"{OAI}header") if "status" in each.attrib] == ["deleted"]


def test_every_page_of_a_list_says_how_long_it_is(server: Running) -> None:
    tree = ask(server, verb="ListRecords", metadataPrefix="oai_dc")
    seen, cursors = [], []
    while True:
        seen += [each.text for each in tree.iter(f"{OAI}identifier")]
        token = tree.find(f".//{OAI}resumptionToken")
        assert token is not None
        cursors.append((token.attrib["cursor"], token.attrib["completeListSize"]))
        if not token.text:
            break
        tree = ask(server, verb="ListRecords", resumptionToken=token.text)
    assert cursors == [("0", "121"), ("50", "121"), ("100", "121")]
    assert len(seen) == len(set(seen)) == 121


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Nonsense"}, "badVerb"),
        ({"verb": "identify"}, "badVerb"),
        ({"verb": "Identify", "x": "1"}, "badArgument"),
        ({"verb": "GetRecord"}, "badArgument"),
        ({"verb": "GetRecord", "identifier": "x", "metadataPrefix": "oai_dc"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "identifier": f"{BASE}id/dataset/d001", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-01T00:00:00Z"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-02-01", "until": "2026-01-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1999-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "nothing"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "nonsense"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "YWJj\u00fc"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "x", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListMetadataFormats", "identifier": "x"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": f"{BASE}id/dataset/old"}, "noMetadataFormats"),
    ],
)
def test_errors_of_the_protocol(server: Running, arguments: dict[str, str], code: str) -> None:
    assert error(server, **arguments) == code


def test_repeated_arguments_and_hostile_ones(server: Running) -> None:
    reply = server.get("/oai?verb=Identify&verb=ListSets")
    assert b'code="badVerb"' in reply.body
    for evil in ("%3Cscript%3E", "%00", "%ff", "%22%3E%3Cx%3E", "]]%3E"):
        reply = server.get(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={evil}")
        assert reply.status == 200
        ET.fromstring(reply.body)  # noqa: S314
        assert b"<script>" not in reply.body


def test_post_works_as_get(server: Running) -> None:
    reply = server.get("/oai", method="POST", body=b"verb=Identify", Content_Type="application/x-www-form-urlencoded")
    assert reply.status == 200 and re.search(rb"<baseURL>.*oai</baseURL>", reply.body)
    assert server.get("/oai", method="POST", body=b"verb=Identify", Content_Type="text/plain").status == 415
