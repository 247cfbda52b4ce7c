"""Asks both tools and writes docs/compared.md and docs/compared-commercial.csv.

    report.py CLAIMSIEVE CORPUS MUTATIONS
"""
import csv
import importlib.metadata
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import corpus as public
import mutations
import oracle
import tools

ROOT = Path(__file__).parents[2]
INSIDE = Path(__file__).with_name("inside.toml")
KINDS = {"837p": "837P", "837i": "837I", "837d": "837D", "278": "278"}
JUDGED = ("005010X222", "005010X223", "005010X224", "005010X217")


def rows_of(lines):
    """Lines of a Markdown table."""
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def table(head, lines):
    """A Markdown table."""
    return rows_of([head]) + "|" + "---|" * len(head) + "\n" + rows_of(lines)


def percent(part, whole):
    """A share that does not round up to the whole."""
    return f"{part} of {whole}" if part != whole else "all"


def of_mutations(program, folder):
    """The section about the mutation suite."""
    files = sorted(folder.glob("*.x12"))
    cases = mutations.expectations(ROOT / "tests/mutations/expectations.csv")
    of_claims = [path for path in files if path.stem.startswith(("837p", "837i"))]
    ours = {path.stem: said for path, said in tools.claimsieve(program, files).items()}
    theirs = {path.stem: said for path, said in tools.pyx12(sys.executable, of_claims).items()}
    said = {"claimsieve": ours, "pyx12": theirs}
    lines = []
    total = defaultdict(Counter)
    for name, counts in sorted(mutations.table(said, cases, {"837P", "837I"}).items()):
        we, they = counts["claimsieve"], counts["pyx12"]
        for tool, count in counts.items():
            total[tool].update(count)
        lines.append([name, we["cases"], we["caught"], we["missed"], we["with others"], they["caught"], they["missed"],
                      they["crash"] + they["timeout"], they["with others"]])
    we, they = total["claimsieve"], total["pyx12"]
    lines.append(["**all**", we["cases"], we["caught"], we["missed"], we["with others"], they["caught"], they["missed"],
                  they["crash"] + they["timeout"], they["with others"]])
    text = table(["class of fault", "cases", "claimsieve: caught", "missed", "with false alarms", "pyx12: caught",
                  "missed", "crashed", "with false alarms"], lines)
    missed = Counter()
    for case, outcome in mutations.missed(said, cases, "pyx12", {"837P", "837I"}):
        missed[(cases[case][0]["mutation"], outcome)] += 1
    text += "\nWhat pyx12 does not catch: " + ", ".join(
        f"`{mutation}` {count} {outcome}" for (mutation, outcome), count in missed.most_common()) + ".\n"
    others = mutations.table({"claimsieve": ours}, cases, {"837D", "278"})
    count = sum((counts["claimsieve"] for counts in others.values()), Counter())
    text += (f"\npyx12 has no map for 837D and 278. claimsieve catches {percent(count['caught'], count['cases'])} of the "
             f"{count['cases']} cases of these, {count['with others']} with false alarms.\n")
    valid = [path.stem for path in of_claims if path.stem.endswith(".valid")]
    wrong = {tool: [name for name in valid if said[tool][name].outcome != "accept"] for tool in said}
    text += (f"\nOf the {len(valid)} sets without a fault claimsieve rejects {len(wrong['claimsieve'])}, pyx12 "
             f"{len(wrong['pyx12'])}")
    false = sorted({finding.text for name in wrong["pyx12"] for finding in theirs[name].findings})
    text += (": " + "; ".join(false) if false else "") + ".\n"
    return text


def outcomes(manifest, ours, theirs):
    """What each tool makes of whole files, by kind."""
    counts = defaultdict(Counter)
    for row in manifest:
        folder = row["file"].split("/")[0]
        name = "said to be broken" if folder == "broken" else KINDS[folder]
        counts[name][("we", ours[row["file"]].outcome)] += 1
        they = theirs[row["file"]]
        refused = they.outcome == "reject" and not they.findings and they.why
        counts[name][("they", "unreadable" if refused else they.outcome)] += 1
    lines = []
    for name, count in counts.items():
        files = sum(n for (who, _), n in count.items() if who == "we")
        lines.append([name, files, *(count[("we", outcome)] for outcome in ("accept", "reject", "unreadable")),
                      *(count[("they", outcome)] for outcome in ("accept", "reject", "unreadable", "no map", "crash")),
                      ])
    text = table(["files", "number", "claimsieve: accept", "reject", "no ISA", "pyx12: accept", "reject", "no ISA",
                  "no map", "crash"], lines)
    text += "\nFiles that are said to be broken, and that claimsieve accepts:\n\n"
    return text + table(["file", "what claimsieve says"], [
        [f"`{row['file']}`", " ".join(f"{finding.code}: {finding.text}" for finding in ours[row["file"]].findings)]
        for row in manifest if row["file"].startswith("broken/") and ours[row["file"]].outcome == "accept"])


def of_findings(program, corpus, manifest):
    """The section about pyx12's findings in 837P and 837I."""
    files = [row["file"] for row in manifest if row["transaction"].lower() in ("837p", "837i")]
    kept, paths = tools.copies(corpus, files, "versions")
    with kept:
        ours = tools.claimsieve(program, [paths[name] for name in files], INSIDE)
        theirs = tools.pyx12(sys.executable, [paths[name] for name in files])
    said = {"claimsieve": {name: ours[paths[name]] for name in files},
            "pyx12": {name: theirs[paths[name]] for name in files}}
    classes, reasons, left, only_ours = public.compare(files, said)
    used = [answer for answer in public.VERDICTS if any(count[answer] for count in classes.values())]
    lines = [[name, sum(count.values()), *(count[answer] for answer in used)] for name, count in sorted(classes.items())]
    total = sum(classes.values(), Counter())
    lines.append(["**all**", sum(total.values()), *(total[answer] for answer in used)])
    text = table(["class of fault", "pyx12 finds", *used], lines)
    text += "\n" + table(["what is not the same", "why", "findings", "files"], [
        [answer, why, sum(files_.values()), ", ".join(f"`{name}`" for name in sorted(files_)[:6])
         + (f" and {len(files_) - 6} more" if len(files_) > 6 else "")]
        for (answer, why), files_ in sorted(reasons.items())])
    text += "\nFound by pyx12, and neither found by claimsieve nor explained: "
    text += ("none.\n" if not left else f"{len(left)}.\n\n" + table(
        ["file", "pyx12 says"], [[f"`{name}`", f"{finding.code} {finding.place()}: {finding.text}"]
                                 for name, finding in left[:40]]))
    titles = {row["rule"]: row["title"] for row in json.loads(
        subprocess.run([program, "rules", "--format", "json"], capture_output=True, check=True).stdout)}
    text += "\nWhat claimsieve finds in the same files and pyx12 does not name in the same place:\n\n"
    text += table(["rule", "", "findings"], [
        [code, titles.get(code, ""), count] for code, count in sorted(only_ours.items())])
    return text, sum(answer.outcome in ("accept", "reject") for answer in said["pyx12"].values())


def of_clean(manifest, ours, theirs):
    """The section about files that the manifest gives as clean."""
    with open(ROOT / "tests/corpus_faults.csv", newline="", encoding="utf-8") as file:
        known = {row["file"]: row for row in csv.DictReader(file)}
    clean = [row["file"] for row in manifest if is_clean(row)]
    rejected = [name for name in clean if ours[name].outcome != "accept"]
    text = (f"{len(clean)} files have an envelope without a fault, a guide that claimsieve judges, and a source that does "
            f"not call them wrong. `check --profile snip` accepts {len(clean) - len(rejected)}; the other {len(rejected)} "
            "have a fault:\n\n")
    return text + table(["file", "rule", "the fault", "pyx12"], [
        [f"`{name}`", *reason(name, known, ours[name]), theirs[name].outcome] for name in rejected])


def reason(name, known, ours):
    """Rule and fault of a file: as it was looked into, else what claimsieve says of the first fault beyond structure."""
    if name in known:
        return known[name]["rule"], known[name]["why"]
    deep = next((f for f in ours.findings if f.severity == "reject" and f.code.startswith(("BAL", "SIT", "COD", "CLM"))), None)
    return (deep.code, deep.text) if deep else ("**?**", "**not explained**")


def is_clean(row):
    """Whether the manifest gives a file as clean."""
    return (row["envelope_ok"] == "yes" and not row["source_says_invalid"] and row["file"].split("/")[0] in KINDS
            and any(version.startswith(JUDGED) for version in row["impl"].split()))


def of_oracle(program, corpus, manifest, ours):
    """The section about the commercial validator, and its list."""
    rows = [row for row in manifest if row["commercial_validator_errors"]]
    files = [row["file"] for row in rows]
    kept, paths = tools.copies(corpus, files, "kinds")
    with kept:
        inside = tools.claimsieve(program, [paths[name] for name in files], INSIDE)
    inside = {name: inside[paths[name]] for name in files}
    answers = list(oracle.judge(corpus, rows, ours, inside))
    with open(ROOT / "docs/compared-commercial.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, oracle.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(answers)
    total = Counter(answer["verdict"] for answer in answers)
    text = f"{len(answers)} errors in {len(files)} files.\n\n"
    text += table(["verdict", "errors"], [[verdict, total[verdict]] for verdict in oracle.VERDICTS if total[verdict]])
    by_code = defaultdict(list)
    for answer in answers:
        by_code[(answer["code"], answer["meaning"])].append(answer)
    lines = []
    for (code, meaning), of_code in sorted(by_code.items()):
        count = Counter(answer["verdict"] for answer in of_code)
        rules = sorted({answer["rule"] for answer in of_code if answer["verdict"] == "same"})
        whys = sorted({f"{answer['verdict']}: {answer['why']}" for answer in of_code if answer["why"]})
        lines.append([code, meaning, len(of_code), count["same"], " ".join(rules), "; ".join(whys)])
    return text + "\n" + table(["code", "what it says", "errors", "same", "by", "else"], lines)


def main():
    program, corpus, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with open(corpus / "MANIFEST.csv", newline="", encoding="utf-8") as file:
        every = list(csv.DictReader(file))
    manifest = [row for row in every if row["file"].split("/")[0] in (*KINDS, "broken")]
    files = [row["file"] for row in manifest]
    kept, paths = tools.copies(corpus, files)
    with kept:
        ours = tools.claimsieve(program, [paths[name] for name in files])
        theirs = tools.pyx12(sys.executable, [paths[name] for name in files])
    ours = {name: ours[paths[name]] for name in files}
    theirs = {name: theirs[paths[name]] for name in files}
    findings, judged = of_findings(program, corpus, manifest)
    text = (Path(__file__).with_name("compared.template.md").read_text(encoding="utf-8")
            .replace("{pyx12}", importlib.metadata.version("pyx12"))
            .replace("{mutations}", of_mutations(program, folder))
            .replace("{outcomes}", outcomes(manifest, ours, theirs))
            .replace("{judged}", str(judged)).replace("{findings}", findings)
            .replace("{clean}", of_clean(manifest, ours, theirs))
            .replace("{commercial}", of_oracle(program, corpus, [row for row in every], ours)))
    (ROOT / "docs/compared.md").write_text(text, encoding="utf-8")


main()
