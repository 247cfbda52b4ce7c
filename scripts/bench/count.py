"""Has a library of PyPI read a file: count.py LIBRARY FILE. Prints the claims that it read, or the faults that it found."""
import importlib.util
import json
import os
import sys


def pyx12(path):
    import io

    import pyx12.params
    import pyx12.x12n_document

    report = io.StringIO()
    pyx12.x12n_document.x12n_document(pyx12.params.params(), path, None, None, None, report)
    found = json.loads(report.getvalue())
    sets = [one for isa in found["interchanges"] for gs in isa["groups"] for one in gs["transactions"]]
    errors = sum(len(segment["errors"]) for one in sets for segment in one["segments"])
    return {"sets": len(sets), "faults": errors}


def x12sdk(path):
    from x12sdk.io import X12ModelReader

    with X12ModelReader(path) as reader:
        return {"claims": sum(1 for model in reader.models() for _ in model.claims())}


def linuxforhealth_x12(path):
    from linuxforhealth.x12.io import X12ModelReader

    claims = 0
    with X12ModelReader(path) as reader:
        for model in reader.models():
            for provider in model.loop_2000a:
                for subscriber in provider.loop_2000b:
                    claims += len(subscriber.loop_2300 or [])
                    claims += sum(len(patient.loop_2300 or []) for patient in subscriber.loop_2000c or [])
    return {"claims": claims}


def openx12(path):
    from openx12 import x837p

    with open(path) as file:
        return {"claims": len(x837p.parse(file.read()).claims)}


def kw_x12_parser(path):
    from kw_x12_parser import full_parse_x837p

    return {"claims": len(full_parse_x837p(path))}


def ansi_x12(path):
    import x12

    with open(path, "rb") as file:
        interchange = x12.parse_x12_interchange(x12.tokenize_x12(file.read()))
    segments = (one for group in interchange.groups for st in group.transactions for one in st.segments)
    return {"claims": sum(1 for segment in segments if segment.tag in ("CLM", b"CLM"))}


def tigershark3(path):
    # its modules name one another as if its folder were the package x12
    sys.path.insert(0, os.path.dirname(importlib.util.find_spec("tigershark3").origin))
    from x12.base import Source
    from x12.msg_837_5010_X222_A1 import MSG837

    with open(path) as file:
        message = MSG837.parse(Source(file.read()))
    return {"claims": sum(1 for segment in message.segment_iter() if type(segment).__name__.startswith("CLM"))}


def badx12(path):
    from badx12 import Parser

    groups = Parser().parse_document(path).interchange.groups
    segments = (one for group in groups for st in group.transaction_sets for one in st.transaction_body)
    return {"claims": sum(1 for segment in segments if segment.id.name == "CLM")}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1].replace("-", "_")](sys.argv[2])))
