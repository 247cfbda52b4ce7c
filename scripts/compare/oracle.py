"""Files with the error list of a commercial validator: each of its errors, and whether claimsieve says the same."""
import csv
import re
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ["file", "number", "code", "meaning", "place", "verdict", "rule", "why"]
VERDICTS = ["same", "follows", "SNIP 4", "SNIP 4–5", "SNIP 5", "not a fault", "harmless", "advice", "another guide",
            "not found"]
# Guides that claimsieve does not judge: a notification, and an acknowledgement that comes in.
OTHERS = {"005010X216": "a 278 notification (X216), which claimsieve refuses by its version",
          "005010X214": "a 277CA, which claimsieve sets aside when it comes in"}


def codes():
    """The rows of commercial.csv by code."""
    with open(HERE / "commercial.csv", newline="", encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def listed(corpus, row):
    """Code and text of each error of a file's list, in its order."""
    text = (corpus / row["notes_file"]).read_text(encoding="utf-8", errors="replace")
    return re.findall(r"^\* ([WHB]\d+):(.*)$", text, re.MULTILINE)


def place(text):
    """Segment, element and component that an error's text names in quotes or at its end; empty or 0 where it names none."""
    match = (re.search(r"'?\b([A-Z][A-Z0-9]{1,2}?)(\d\d)(\d\d)?\b'?(?: is present|'|$)", text)
             or re.search(r"\bin ([A-Z][A-Z0-9]{1,2}?)(\d\d)(\d\d)?\b", text)
             or re.search(r"for '?([A-Z][A-Z0-9]{1,2}?)(\d\d)(\d\d)?\b", text))
    if match:
        return match[1], int(match[2]), int(match[3] or 0)
    segment = re.search(r"(?:Unexpected segment \(|HIPAA-required )([A-Z0-9]{2,3})\b", text)
    return (segment[1], 0, 0) if segment else ("", 0, 0)


def matching(text, row, findings, taken):
    """The finding that says the same, those not yet taken first."""
    segment, element, _ = place(text)
    fits = []
    for at, finding in enumerate(findings):
        if not row["rules"] or not re.match(row["rules"], finding.code):
            continue
        # what is wrong with an envelope is said at one of its segments, not always the same one
        if segment not in ("", "GS", "ST") and (finding.segment != segment or element and finding.element not in (0, element)):
            continue
        fits.append(at)
    return next((at for at in fits if at not in taken), fits[0] if fits and segment else None)


def judge(corpus, rows, whole, inside):
    """A row for each error of each file. `whole` is what claimsieve says of the files as they are, `inside` what it says with
    a group kind that it knows and the faults of envelopes lowered."""
    known = codes()
    for row in rows:
        name = row["file"]
        findings = [*whole[name].findings, *inside[name].findings]
        broken = next((f for f in inside[name].findings if f.code in ("HLV103", "HLV105")), None)
        taken = set()
        for number, (code, text) in enumerate(listed(corpus, row), 1):
            segment, element, component = place(text)
            at = matching(text, known[code], findings, taken)
            answer = {"file": name, "number": number, "code": code, "meaning": known[code]["meaning"], "rule": "",
                      "place": segment + (f"{element:02}" if element else "") + (f"-{component}" if component else "")}
            other = next((why for guide, why in OTHERS.items() if guide in row["impl"]), None)
            if at is not None:
                taken.add(at)
                answer |= {"verdict": "same", "rule": findings[at].code, "why": ""}
            elif other:
                answer |= {"verdict": "another guide", "why": other}
            elif broken and known[code]["rules"]:
                answer |= {"verdict": "follows", "rule": broken.code,
                           "why": "a level that the transaction does not have takes the set down; its inside is not judged"}
            elif known[code]["otherwise"]:
                answer |= {"verdict": known[code]["otherwise"], "why": known[code]["why"]}
            else:
                answer |= {"verdict": "not found", "why": ""}
            yield answer
