"""The validators asked, and what they say in one shape."""
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

# Groups whose GS01 the source blanked out with XX, and versions for which pyx12 has no map, by the guide that both know.
KNOWN = {"005010X222": "005010X222A1", "005010X222A2": "005010X222A1", "005010X223": "005010X223A2",
         "005010X223A1": "005010X223A2", "005010X223A3": "005010X223A2"}

NOW = "2026-07-01T12:00:00Z"


@dataclass
class Finding:
    """One thing said. Numbers are 0 where there is none; `position` counts segments of a set from its ST."""
    code: str
    text: str
    transaction: str = ""
    segment: str = ""
    position: int = 0
    element: int = 0
    component: int = 0
    severity: str = "reject"
    loop: str = ""
    record: str = ""

    def place(self):
        at = f"{self.segment}" + (f"{self.element:02}" if self.element else "")
        at += f"-{self.component}" if self.component else ""
        return f"{at} at {self.position}" if self.position else at


@dataclass
class Said:
    """What a tool says of a file: `outcome` is accept, reject, no map, crash or timeout."""
    outcome: str
    findings: list = field(default_factory=list)
    why: str = ""


def claimsieve(program, files, profile="snip"):
    """What `check` says of each file; inherited rows left out, and numbers used before, since the files never came
    together."""
    said = {}
    by_name = {}
    for path in files:
        assert path.name not in by_name, f"two files are called {path.name}"
        by_name[path.name] = path
        said[path] = Said("accept")
    paths = [str(path) for path in files]
    for start in range(0, len(paths), 500):
        batch = paths[start:start + 500]
        command = [program, "check", "--profile", str(profile), "--format", "json", "--now", NOW, *batch]
        ran = subprocess.run(command, capture_output=True, check=False)
        if ran.returncode not in (0, 1, 3):
            sys.exit(f"claimsieve: status {ran.returncode}\n{ran.stderr.decode(errors='replace')}")
        for line in ran.stderr.decode(errors="replace").splitlines():
            for path in batch:
                if Path(path).name in line:
                    said[by_name[Path(path).name]] = Said("unreadable", why="no ISA can be read")
        for line in ran.stdout.decode().splitlines():
            row = json.loads(line)
            if row["inherited_from"] or row["rule"] == "ENV111":
                continue
            it = said[by_name[Path(row["file"]).name]]
            if row["severity"] == "reject":
                it.outcome = "reject"
            it.findings.append(Finding(
                row["rule"], row["message"], row["transaction"], row["segment"], row["position"] or 0,
                row["element"] or 0, row["component"] or 0, row["severity"], row["loop"], row["record_id"]))
    return said


def pyx12(python, files):
    """What pyx12 says of each file, in a process of its own, since it may loop or stop."""
    listed = "\n".join(str(path) for path in files)
    worker = Path(__file__).with_name("pyx12_worker.py")
    ran = subprocess.run([python, str(worker)], input=listed.encode(), capture_output=True, check=False)
    if ran.returncode:
        sys.exit(f"pyx12: {ran.stderr.decode(errors='replace')}")
    said = {}
    for path, line in zip(files, ran.stdout.decode().splitlines(), strict=True):
        row = json.loads(line)
        findings = [Finding(**finding) for finding in row["findings"]]
        said[path] = Said(row["outcome"], findings, row["why"])
    return said


def known(bytes_, versions):
    """The file with a group kind that both tools know, and with `versions` also the version."""
    text = bytes_.decode("latin-1")
    start = text.find("ISA")
    if start < 0 or len(text) < start + 4:
        return bytes_
    separator = re.escape(text[start + 3])
    kinds = {"X222": "HC", "X223": "HC", "X224": "HC", "X217": "HI"}

    def group(match):
        kind = match[2]
        if kind == "XX":
            kind = next((k for mark, k in kinds.items() if mark in match[0]), kind)
        return match[1] + kind + match[3]

    mended = re.sub(rf"(GS{separator})(\w*)({separator}[^~]*?005010X\d+)", group, text)
    for old, new in KNOWN.items() if versions else ():
        mended = re.sub(rf"{old}(?![A0-9])", new, mended)
    return mended.encode("latin-1")


def copies(corpus, files, mend=None):
    """Copies of files of the corpus, each under a name of its own, in a temporary folder that lives as long as the first
    thing returned: the path of the copy by the file's name. `mend` is None, or "kinds" or "versions" to change what only
    one tool would stop at."""
    folder = tempfile.TemporaryDirectory()
    paths = {}
    for name in files:
        bytes_ = (corpus / name).read_bytes()
        paths[name] = Path(folder.name) / name.replace("/", "__")
        paths[name].write_bytes(known(bytes_, mend == "versions") if mend else bytes_)
    return folder, paths
