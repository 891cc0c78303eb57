"""Builds the wheel and the sdist, for pip (PEP 517) and for make packages. It needs nothing but Python.

    VERSION=v1.2.3 python3 backend.py FOLDER

The same files and version give the same bytes with the same Python.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from typing import Dict, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "futuopend_gateway"
SITE = "https://github.com/ostai/futuopend-gateway"

# In an sdist the licence lies beside this file, in the repository three folders above.
LICENCES = ("LICENSE", "../../../LICENSE")

METADATA = f"""\
Metadata-Version: 2.1
Name: futuopend-gateway
Version: %s
Summary: A client for futuopend-gateway: wait until FutuOpenD's quotes work, give codes, follow what happens
Home-page: {SITE}
License: MIT
Project-URL: Changes, {SITE}/blob/main/.github/CHANGELOG.md
Requires-Python: >=3.9
Classifier: License :: OSI Approved :: MIT License
Classifier: Operating System :: OS Independent
Classifier: Programming Language :: Python :: 3
Classifier: Typing :: Typed
Description-Content-Type: text/markdown

"""

WHEEL = """\
Wheel-Version: 1.0
Generator: backend.py of futuopend-gateway
Root-Is-Purelib: true
Tag: py3-none-any
"""


def version_of(described: str) -> str:
    """What git describe says, as Python writes versions (PEP 440): v1.2.3-rc.1 is 1.2.3rc1, v1.2.3-4-gabc1234-dirty is 1.2.3+4.gabc1234.dirty."""
    found = re.fullmatch(r"v?(\d+(?:\.\d+)*)(?:-(alpha|beta|rc)\.?(\d+))?(?:[-+](.+))?", described)
    if found is None or "." not in found[1]:
        base, local = "0", described
    else:
        base, local = found[1] + ({"alpha": "a", "beta": "b"}.get(found[2], found[2]) + found[3] if found[2] else ""), found[4]
    local = ".".join(re.findall(r"[a-z0-9]+", (local or "").lower()))
    return base + ("+" + local if local else "")


def version() -> str:
    """That of an sdist, of the variable VERSION, or of git."""
    with_it = os.path.join(HERE, "PKG-INFO")
    if os.path.exists(with_it):
        found = re.search(r"^Version: (.+)$", text(with_it), re.M)
        assert found is not None, with_it
        return found[1]
    described = os.environ.get("VERSION")
    if not described:
        asked = subprocess.run(["git", "describe", "--tags", "--always", "--dirty"], cwd=HERE, stdout=subprocess.PIPE, check=False)
        described = asked.stdout.decode().strip() or "dev"
    return version_of(described)


def text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def metadata() -> str:
    return METADATA % version() + text(os.path.join(HERE, "README.md"))


def licence() -> bytes:
    for path in LICENCES:
        path = os.path.join(HERE, path)
        if os.path.exists(path):
            return text(path).encode()
    raise FileNotFoundError("the licence is at none of " + ", ".join(LICENCES))


def modules() -> Dict[str, bytes]:
    """The package's files, by their path."""
    found = {}
    for name in sorted(os.listdir(os.path.join(HERE, NAME))):
        if name.endswith((".py", ".typed")):
            found[f"{NAME}/{name}"] = text(os.path.join(HERE, NAME, name)).encode()
    return found


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: Optional[str] = None) -> str:
    info = f"{NAME}-{version()}.dist-info"
    files = {
        **modules(),
        f"{info}/METADATA": metadata().encode(),
        f"{info}/WHEEL": WHEEL.encode(),
        f"{info}/licenses/LICENSE": licence(),
    }
    record = ""
    for path, body in files.items():
        hash = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={hash},{len(body)}\n"
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()

    name = f"{NAME}-{version()}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for path, body in files.items():
            entry = zipfile.ZipInfo(path)  # of 1980, so that the bytes do not depend on when it is built
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            wheel.writestr(entry, body)
    return name


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    root = f"{NAME}-{version()}"
    files = {**modules(), "LICENSE": licence(), "PKG-INFO": metadata().encode()}
    for name in ("README.md", "backend.py", "pyproject.toml"):
        files[name] = text(os.path.join(HERE, name)).encode()

    name = root + ".tar.gz"
    with open(os.path.join(sdist_directory, name), "wb") as file:
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path, body in sorted(files.items()):
                entry = tarfile.TarInfo(f"{root}/{path}")
                entry.size, entry.mode = len(body), 0o644
                tar.addfile(entry, io.BytesIO(body))
    return name


if __name__ == "__main__":
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for build in (build_wheel, build_sdist):
        print(os.path.join(folder, build(folder)))
