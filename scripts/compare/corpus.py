"""Public files: what pyx12 finds, and what claimsieve says of it."""
import csv
import fnmatch
import re
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent

# pyx12's faults of envelopes and the rules that say the same.
ENVELOPE = {
    ("ISA", "001"): "ENV103", ("ISA", "021"): "ENV109", ("ISA", "023"): "ENV102", ("ISA", "024"): "GRP101", ("ISA", "025"): "ENV111",
    ("GS", "3"): "GRP101|SET101", ("GS", "4"): "GRP102", ("GS", "5"): "GRP103", ("GS", "6"): "GRP106",
    ("ST", "2"): "SET101", ("ST", "3"): "SET102", ("ST", "4"): "SET103", ("ST", "23"): "SET104",
}
# A segment or level that is not in its place; what pyx12 then cannot place, or misses, follows from it.
MISPLACED = re.compile(r"SEG10[1-5]|LOP10[12]|HLV10[1-5]")
VERDICTS = ["same", "follows", "fell", "not a fault", "harmless", "SNIP 4–5", "not found"]


def class_of(finding):
    """The class of a fault that pyx12 names."""
    if finding.segment in ("ISA", "GS", "ST") and not finding.position:
        return "envelope"
    if finding.code in ("HL1", "HL2"):
        return "levels (HL)"
    if finding.code == "LX":
        return "numbers of service lines"
    if finding.code == "SEG1":
        return "separators at the end"
    if not finding.element:
        if finding.code == "8":
            return "required element missing"
        if finding.code == "3":
            return "segment or loop missing"
        return "segment unknown or out of place" if finding.code in ("1", "2", "6", "7") else "segment or loop too often"
    return {"1": "required element missing", "2": "element missing by syntax note", "3": "too many elements",
            "4": "length", "5": "length", "6": "character or number", "7": "code or form", "8": "date",
            "9": "time", "10": "element that is not used"}.get(finding.code, "other")


def same(theirs, ours):
    """Whether a finding of claimsieve names the fault that one of pyx12 names."""
    if theirs.transaction and ours.transaction and theirs.transaction != ours.transaction:
        return False
    if theirs.segment in ("ISA", "GS", "ST") and not theirs.position:
        return bool(re.fullmatch(ENVELOPE.get((theirs.segment, theirs.code), "-"), ours.code))
    if theirs.code in ("HL1", "HL2"):
        return ours.code in ("HLV101", "HLV102") and ours.position == theirs.position
    if theirs.code == "LX":
        return ours.code == "SEG108"
    near = abs(ours.position - theirs.position) <= (2 if theirs.code == "3" and not theirs.element else 0)
    return near and ours.segment == theirs.segment and (not theirs.element or ours.element in (0, theirs.element))


def read_explained():
    """The rows of explained.csv."""
    with open(HERE / "explained.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def explained(name, finding, rows):
    """The row that explains a finding, or none."""
    for row in rows:
        place = finding.segment.replace("\n", "") + (f"{finding.element:02}" if finding.element else "")
        if (fnmatch.fnmatchcase(name, row["file"]) and row["code"] in ("*", finding.code)
                and row["segment"] in ("*", place) and re.search(row["text"], finding.text, re.DOTALL)):
            return row
    return None


def falls(ours):
    """Whether a finding takes down more than a claim: nothing behind it is judged."""
    if ours.severity != "reject":
        return False
    return ours.code.startswith(("ENV", "GRP")) or ours.code in ("HLV103", "HLV105") or (
        ours.loop in ("", "1000A", "1000B") and ours.code.startswith(("SEG", "LOP", "ELM")))


def verdict(name, finding, ours, rows):
    """What there is to say of a finding of pyx12, and why."""
    match = next((our for our in ours if same(finding, our)), None)
    if match:
        return "same", match.code
    row = explained(name, finding, rows)
    if row:
        return row["verdict"], row["why"]
    of_set = [our for our in ours if not our.transaction or our.transaction == finding.transaction]
    if finding.code in ("HL1", "HL2") and any(our.code in ("HLV101", "HLV102", "HLV103") for our in of_set):
        return "follows", "the first wrong number of a set is named; those behind it follow from it"
    is_place = not finding.element and finding.code in ("1", "2", "3")
    if is_place and any(MISPLACED.fullmatch(our.code) and our.position <= finding.position + 1 for our in of_set):
        return "follows", "a segment or level before it is out of place; what can then not be placed follows from it"
    if any(falls(our) for our in of_set):
        return "fell", "the set or interchange falls for another fault, and its inside is not judged"
    if finding.code == "LX" and any(our.severity == "reject" for our in of_set):
        return "fell", "the claim falls for another fault, and is asked no more"
    return "not found", ""


def compare(files, said):
    """Verdicts of every finding of pyx12: counts by class and verdict, the reasons, and the reverse."""
    rows = read_explained()
    classes, reasons, left = defaultdict(Counter), defaultdict(Counter), []
    only_ours = Counter()
    for name in files:
        ours, theirs = said["claimsieve"][name], said["pyx12"][name]
        if theirs.outcome not in ("accept", "reject") or (not theirs.findings and theirs.why):
            continue
        for finding in theirs.findings:
            answer, why = verdict(name, finding, ours.findings, rows)
            classes[class_of(finding)][answer] += 1
            if answer not in ("same", "not found"):
                reasons[(answer, why)][name] += 1
            if answer == "not found":
                left.append((name, finding))
        for our in ours.findings:
            if our.severity == "info" or any(same(finding, our) for finding in theirs.findings):
                continue
            only_ours[our.code] += 1
    return classes, reasons, left, only_ours
