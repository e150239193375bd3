"""The pages of the project, taken apart: code blocks, links, tables.

A block says after its language what it is:

  ```cpp PATH, ```yaml PATH   the text of the file PATH, to the letter
  ```sh                       commands that end with exit code 0
  ```sh exit N                commands of which the last one ends with N
  ```text after a sh block    what the commands print (see shown_in)
"""

import dataclasses
import os
import pathlib
import re

SOURCE = pathlib.Path(
    os.environ.get("CREDO_SOURCE_DIR",
                   pathlib.Path(__file__).resolve().parents[2]))


@dataclasses.dataclass
class Block:
    language: str
    info: str  # what follows the language
    text: str
    line: int  # of its first line of text, from 1


@dataclasses.dataclass
class Page:
    path: pathlib.Path  # from the root of the project
    text: str
    blocks: list
    prose: list  # (line number, line) of all that is in no block


def parse(path, text):
    """The page at `path` whose Markdown is `text`."""
    blocks, prose, opened = [], [], None
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"```(\S*)\s*(.*)$", line)
        if opened is None and fence:
            opened = Block(fence[1], fence[2].strip(), "", number + 1)
        elif opened is None:
            prose.append((number, line))
        elif line == "```":
            blocks.append(opened)
            opened = None
        else:
            opened.text += line + "\n"
    if opened is not None:
        raise ValueError(f"{path}:{opened.line}: a block that does not end")
    return Page(pathlib.Path(path), text, blocks, prose)


def read(path):
    """The page at `path`, from the root of the project."""
    return parse(path, (SOURCE / path).read_text(encoding="utf-8"))


def all_pages():
    """README.md, the pages of docs/, the root's other pages."""
    found = sorted(SOURCE.glob("*.md")) + sorted(SOURCE.glob("docs/**/*.md"))
    return [read(path.relative_to(SOURCE)) for path in found]


def links(page):
    """(line, target) of every link and picture that is no web address."""
    found = []
    text = "\n".join(line for _, line in page.prose)
    numbers = [number for number, _ in page.prose]
    for match in re.finditer(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", match[1]):
            continue
        found.append((numbers[text.count("\n", 0, match.start())], match[1]))
    return found


def linked_file(page, target):
    """The file that a link of `page` points to, from the root."""
    path = os.path.normpath(page.path.parent / target.split("#")[0])
    return page.path if target.startswith("#") else pathlib.Path(path)


def anchors(page):
    """What a link may have behind #: the headings as GitHub spells them."""
    found = set()
    for _, line in page.prose:
        if line.startswith("#"):
            words = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


def table_folders(page):
    """Folders in the first column of tables whose first heading is folder."""
    found, inside = [], False
    for _, line in page.prose:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == "folder":
            inside = True
        elif inside:
            found += re.findall(r"`([\w./]+/)`", cells[0])
    return found


def code_lines(text):
    """Lines of C++ that hold code: neither blank nor only a comment."""
    return sum(1 for line in text.splitlines()
               if line.strip() and not line.strip().startswith("//"))


NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"


def shown_in(shown, printed):
    """Whether `printed` is what a page shows in a text block.

    Numbers may be others, spaces more or fewer. A line "..." stands for any
    number of lines, " ..." at the end of a line for the rest of it.
    """
    pattern = ""
    for line in shown.splitlines():
        if line == "...":
            pattern += r"(?:.*\n)*"
            continue
        rest = line.endswith(" ...")
        words = []
        for word in line.removesuffix(" ...").split():
            parts = re.split(f"({NUMBER})", word)
            words.append("".join(
                NUMBER if i % 2 else re.escape(part)
                for i, part in enumerate(parts)))
        pattern += r"[ ]+".join(words) + (r".*" if rest else r"[ ]*") + r"\n"
    return re.fullmatch(pattern, printed) is not None
