"""Open programs that read 837 files, to be measured beside claimsieve; each is installed into a folder of its own."""
import os
import subprocess
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass(frozen=True)
class Peer:
    name: str
    registry: str  # PyPI or npm
    packages: tuple  # with versions; the first is the peer itself
    licence: str
    does: str
    validates: bool = False  # whether it says of a fault that it is one

    def command(self, folder, path):
        if self.registry == "npm":
            return ["node", os.path.join(folder, "count.js"), self.name, path]
        return [os.path.join(folder, "bin", "python"), os.path.join(HERE, "count.py"), self.name, path]

    def install(self, folder):
        """Installs it, and says why where that fails."""
        if self.registry == "npm":
            steps = [["npm", "install", "--silent", "--ignore-scripts", "--prefix", folder, *self.packages]]
        else:
            pip = [os.path.join(folder, "bin", "python"), "-m", "pip", "install", "--quiet"]
            steps = [
                [sys.executable, "-m", "venv", folder],
                [*pip, "--disable-pip-version-check", *self.packages],
            ]
        for step in steps:
            try:
                done = subprocess.run(step, capture_output=True, text=True)
            except OSError as error:
                return f"{step[0]}: {error.strerror}"
            if done.returncode != 0:
                lines = (done.stderr or done.stdout).strip().splitlines()
                return lines[-1] if lines else f"{step[0]} ended with {done.returncode}"
        if self.registry == "npm":
            # a module is looked for beside the file that asks for it
            with open(os.path.join(HERE, "count.js")) as source:
                text = source.read()
            with open(os.path.join(folder, "count.js"), "w") as copy:
                copy.write(text)
        return None


PEERS = [
    Peer("pyx12", "PyPI", ("pyx12==4.0.0",), "BSD", "validates against the guide", validates=True),
    Peer("x12sdk", "PyPI", ("x12sdk==2.2.0",), "Apache-2.0", "reads into checked models"),
    Peer(
        "linuxforhealth-x12",
        "PyPI",
        ("linuxforhealth-x12==0.57.0", "pydantic<2"),
        "Apache-2.0",
        "reads into checked models",
    ),
    Peer("openx12", "PyPI", ("openx12==0.2.1",), "MIT", "reads into dictionaries"),
    Peer("kw-x12-parser", "PyPI", ("kw-x12-parser[dataframe]==0.1.6",), "MIT", "reads into a data frame"),
    Peer("ansi-x12", "PyPI", ("ansi-x12==0.2.0",), "MIT", "reads into segments and envelopes"),
    Peer("tigershark3", "PyPI", ("tigershark3==3.0", "typing_extensions"), "BSD", "reads into loops and segments"),
    Peer("badx12", "PyPI", ("badx12==0.2.2",), "MIT", "reads into segments and envelopes"),
    Peer("node-x12", "npm", ("node-x12@1.7.1",), "MIT", "reads into segments and envelopes"),
    Peer("x12-parser", "npm", ("x12-parser@1.3.0",), "MIT", "streams segments"),
]
