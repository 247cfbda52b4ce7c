"""The mutation suite, asked of both: sets with one fault each, and what must be said of it."""
import csv
from collections import Counter, defaultdict

# Mutations of tests/mutations, by the class of fault that they are.
CLASSES = {
    "required element missing": ["missing", "blanks", "unpaired", "none-of-several"],
    "element that is not used": ["not-used", "excluded"],
    "length": ["too-long", "too-short"],
    "code": ["wrong-code"],
    "number": ["no-number"],
    "date or time": ["wrong-date", "wrong-date-2", "wrong-date-3", "wrong-time"],
    "character": ["control-character", "odd-character", "separator", "blank-behind"],
    "too many elements, components, repetitions": ["extra-element", "extra-component", "repeated"],
    "separators at the end": ["trailing-separator"],
    "segment without data": ["no-data"],
    "segment missing": ["dropped"],
    "loop missing": ["dropped-loop"],
    "segment or loop too often": ["too-many", "too-many-loops"],
    "segment out of order": ["out-of-order"],
    "segment unknown or of another place": ["unknown", "of-another-guide", "wrong-qualifier",
                                             "wrong-loop-qualifier"],
    "segment or loop without its qualifier": ["no-qualifier", "no-loop-qualifier"],
    "levels (HL)": ["level-number", "level-number-missing", "level-parent", "level-code", "level-flag",
                    "level-flag-unknown", "level-flag-missing"],
}
CLASS_OF = {mutation: name for name, mutations in CLASSES.items() for mutation in mutations}


def expectations(path):
    """What must be said of each case, by case."""
    cases = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cases[row["case"]].append(row)
    return cases


def in_place(finding, row):
    """Whether a finding names the segment, and the element if there is one. Where a segment is missing, the one before and
    the one after the gap are as good."""
    position = int(row["position"] or 0)
    missing = row["ik3"] in ("3", "I9") and not row["element"]
    near = abs(finding.position - position) <= 1 if missing else finding.position == position
    element = int(row["element"] or 0)
    return near and (not element or finding.element in (0, element))


def judge(said, rows, base):
    """caught, missed, or what ended the tool; whether in its place; how many findings lie elsewhere."""
    if said.outcome in ("crash", "timeout", "no map"):
        return said.outcome, False, 0
    # what a tool says of the set without a fault is no answer to the fault
    known = Counter((f.code, f.segment, f.element, f.component) for f in base.findings)
    findings = []
    for finding in said.findings:
        key = (finding.code, finding.segment, finding.element, finding.component)
        if known[key] > 0:
            known[key] -= 1
        elif finding.severity != "info":
            findings.append(finding)
    if not findings:
        return ("caught", False, 0) if said.outcome == "reject" and base.outcome != "reject" else ("missed", False, 0)
    here = [finding for finding in findings if any(in_place(finding, row) for row in rows)]
    return "caught", bool(here), len(findings) - len(here)


def table(said, cases, kinds):
    """Counts by class and tool over the cases of some kinds: class -> tool -> Counter."""
    counts = defaultdict(lambda: defaultdict(Counter))
    for case, rows in cases.items():
        if rows[0]["kind"] not in kinds:
            continue
        name = CLASS_OF[rows[0]["mutation"]]
        for tool, answers in said.items():
            outcome, here, elsewhere = judge(answers[case], rows, answers[rows[0]["base"] + ".valid"])
            count = counts[name][tool]
            count["cases"] += 1
            count[outcome] += 1
            count["in place"] += here
            count["with others"] += elsewhere > 0
    return counts


def missed(said, cases, tool, kinds):
    """The cases that a tool does not catch."""
    for case, rows in cases.items():
        if rows[0]["kind"] in kinds:
            outcome, _, _ = judge(said[tool][case], rows, said[tool][rows[0]["base"] + ".valid"])
            if outcome != "caught":
                yield case, outcome
