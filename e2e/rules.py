"""What catalogues are judged by: the SHACL shapes of DCAT-AP 3 and the JSON Schema of DCAT-US 1.1.

The shapes lie with the real data; the schema comes with ckanext-datajson.
"""

import importlib.metadata
import json
import tarfile

import jsonschema
import rdflib
import referencing

from trial import real_data

SHAPES = "./ckanext/dcat/tests/shacl/dcat-ap_3_shacl_shapes.ttl"


def shapes_of_dcat_ap():
    """The SHACL shapes of DCAT-AP 3.0 (SEMIC)."""
    with tarfile.open(real_data("09-portal/ckanext-dcat-examples.tar.gz")) as tar:
        return rdflib.Graph().parse(tar.extractfile(SHAPES), format="turtle")


def schema_of_dcat_us():
    """A validator by the schema for publishers outside the federal government, which checks formats too."""
    folder = "ckanext/datajson/pod_schema/non-federal-v1.1"
    files = {file.name: file.read_text() for file in importlib.metadata.files("ckanext-datajson") if str(file.parent) == folder}
    base = "https://project-open-data.cio.gov/v1.1/schema/"
    registry = referencing.Registry().with_resources(
        (base + name, referencing.Resource(json.loads(text), referencing.jsonschema.DRAFT4)) for name, text in files.items()
    )
    rules = json.loads(files["catalog.json"])
    return jsonschema.Draft4Validator(rules, registry=registry, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def told(error):
    """An error of a validator in a line: where it is, and what."""
    return f"{'/'.join(map(str, error.path))}: {error.message[:300]}"
