"""Validates the files named on standard input with pyx12 and prints what it says of each as a line of JSON."""
import io
import json
import logging
import re
import signal
import sys

import pyx12.errors
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

SECONDS = 60
# A map is read once and not for each file: the same findings, and fifty times as fast.
_read = pyx12.map_if.load_map_file
_maps = {}


def _kept(name, param, path=None):
    if name not in _maps:
        _maps[name] = _read(name, param, path)
    return _maps[name]


def _too_long(*_):
    raise TimeoutError


def _findings(doc):
    for isa in doc["interchanges"]:
        for error in isa["errors"]:
            yield {"code": error["err_cde"], "text": error["err_str"], "segment": "ISA"}
        for gs in isa["groups"]:
            for error in gs["errors"]:
                yield {"code": error["err_cde"], "text": error["err_str"], "segment": "GS"}
            for st in gs["transactions"]:
                number = st["trn_set_control_num"]
                for error in st["errors"]:
                    yield {"code": error["err_cde"], "text": error["err_str"], "transaction": number, "segment": "ST"}
                for segment in st["segments"]:
                    place = {"transaction": number, "segment": segment["seg_id"], "position": segment["seg_count"]}
                    for error in segment["errors"]:
                        yield {"code": error["err_cde"], "text": error["err_str"], **place}
                    for element in segment["elements"]:
                        for error in element["errors"]:
                            yield {"code": error["err_cde"], "text": error["err_str"], **place,
                                   "element": element["ele_pos"] or 0, "component": element["subele_pos"] or 0}


def judged(path):
    report = io.StringIO()
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.getLogger("pyx12").handlers = [handler]
    signal.alarm(SECONDS)
    try:
        valid = pyx12.x12n_document.x12n_document(pyx12.params.params(), path, None, None, None, report)
        why = logged.getvalue().strip()
        findings = list(_findings(json.loads(report.getvalue()))) if report.getvalue() else []
        return {"outcome": "accept" if valid else "reject", "findings": findings,
                "why": why.replace(path, "the file")}
    except TimeoutError:
        return {"outcome": "timeout", "findings": [], "why": f"no answer in {SECONDS} seconds"}
    except pyx12.errors.EngineError as error:
        outcome = "no map" if "Map not found" in str(error) else "crash"
        return {"outcome": outcome, "findings": [], "why": re.sub(r"\s+", " ", str(error))}
    except Exception as error:  # whatever it dies of is its answer
        return {"outcome": "crash", "findings": [], "why": f"{type(error).__name__}: {error}".replace(path, "the file")}
    finally:
        signal.alarm(0)


pyx12.map_if.load_map_file = _kept
logging.getLogger("pyx12").propagate = False
signal.signal(signal.SIGALRM, _too_long)
for line in sys.stdin:
    print(json.dumps(judged(line.rstrip("\n"))), flush=True)
