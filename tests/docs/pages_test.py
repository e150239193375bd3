"""What pages say of the tree is so: links, folders, code."""

import re
import unittest

import pages


class Parsing(unittest.TestCase):
    """The checks below are able to fail."""

    PAGE = pages.parse(
        "docs/page.md", "# A *new* page, see?\n"
        "[a](other.md) and ![b](../c.png#d)\n[web](https://x.y/z.md)\n"
        "\n```sh exit 2\nls  # [no](link.md)\n```\n"
        "| folder | what |\n| --- | --- |\n| `a/`, `b/c/` | `d/` |\n"
        "\n| word | what |\n| `e/` | f |\n")

    def test_finds_blocks(self):
        self.assertEqual(self.PAGE.blocks, [
            pages.Block("sh", "exit 2", "ls  # [no](link.md)\n", 6)])

    def test_finds_links_but_those_to_the_web(self):
        self.assertEqual(pages.links(self.PAGE),
                         [(2, "other.md"), (2, "../c.png#d")])

    def test_follows_links_from_the_folder_of_the_page(self):
        self.assertEqual(
            [str(pages.linked_file(self.PAGE, target))
             for target in ("other.md", "../c.png#d", "#here")],
            ["docs/other.md", "c.png", "docs/page.md"])

    def test_spells_anchors_as_github_does(self):
        self.assertEqual(pages.anchors(self.PAGE), {"a-new-page-see"})

    def test_finds_folders_in_the_first_column_alone(self):
        self.assertEqual(pages.table_folders(self.PAGE), ["a/", "b/c/"])

    def test_refuses_a_block_without_end(self):
        with self.assertRaisesRegex(ValueError, "x.md:2: a block"):
            pages.parse("x.md", "```sh\nls\n")

    def test_counts_lines_that_hold_code(self):
        self.assertEqual(
            pages.code_lines("// a\n\nint b;  // c\n  // d\n}\n"), 2)

    def test_takes_other_numbers_for_what_is_shown(self):
        shown = "...\n9 %  0.3 M ETA 0:01\nreturn -0.1 [1e-5, 2] over ...\n"
        self.assertTrue(pages.shown_in(
            shown, "a\nb\n100 %  12 M  ETA 10:00\n"
            "return 5 [-1.5, 22] over there\n"))
        self.assertTrue(pages.shown_in(
            shown, "1 % 1 M ETA 1:1\nreturn 5 [1, 2] over \n"))

    def test_takes_no_other_words_for_what_is_shown(self):
        for printed in ("return 1\nmore\n", "more\nreturn 1\n", "return\n",
                        "return x\n", "return 1 2\n", ""):
            self.assertFalse(pages.shown_in("return 0\n", printed), printed)


class Links(unittest.TestCase):
    def test_point_to_something_that_exists(self):
        for page in pages.all_pages():
            for line, target in pages.links(page):
                with self.subTest(page=str(page.path), line=line):
                    path = pages.linked_file(page, target)
                    self.assertTrue((pages.SOURCE / path).exists(), target)
                    if "#" in target and path.suffix == ".md":
                        self.assertIn(target.split("#")[1],
                                      pages.anchors(pages.read(path)))

    def test_reach_every_page_of_docs_from_the_readme(self):
        reached, left = set(), [pages.read("README.md")]
        while left:
            page = left.pop()
            for _, target in pages.links(page):
                path = pages.linked_file(page, target)
                if path.suffix == ".md" and path not in reached:
                    reached.add(path)
                    left.append(pages.read(path))
        for page in pages.all_pages():
            if page.path.parts[0] == "docs":
                self.assertIn(page.path, reached)

    def test_name_pages_that_exist_in_comments_too(self):
        for folder in ("sdk", "memory", "simcore", "agents", "tools",
                       "examples", "tests", "scripts", "cmake"):
            for path in sorted((pages.SOURCE / folder).rglob("*.*")):
                if path.suffix not in (".h", ".cc", ".py", ".sh", ".cmake",
                                       ".yaml", ".txt"):
                    continue
                if path.name == "pages_test.py":
                    continue  # it invents pages
                text = path.read_text(encoding="utf-8")
                for name in re.findall(r"\bdocs/[\w/]+\.md\b", text):
                    with self.subTest(file=str(path)):
                        self.assertTrue((pages.SOURCE / name).exists(), name)


class Folders(unittest.TestCase):
    def test_of_tables_exist(self):
        for page in pages.all_pages():
            for folder in pages.table_folders(page):
                with self.subTest(page=str(page.path)):
                    self.assertTrue((pages.SOURCE / folder).is_dir(), folder)

    def test_at_the_top_are_all_in_the_table_of_the_readme(self):
        named = {folder.split("/")[0]
                 for folder in pages.table_folders(pages.read("README.md"))}
        ignored = {"bench", "build", "runs", "demo", "Testing"}
        for path in pages.SOURCE.iterdir():
            if path.is_dir() and not path.name.startswith("."):
                if path.name not in ignored:
                    self.assertIn(path.name, named)

    def test_of_the_architecture_are_those_of_the_readme(self):
        product = ("sdk/", "memory/", "simcore/", "agents/", "tools/")
        self.assertEqual(
            *([folder for folder in pages.table_folders(pages.read(page))
               if folder.startswith(product)]
              for page in ("README.md", "docs/architecture.md")))


class Guides(unittest.TestCase):
    # Each with the lines of code that it takes at most.
    NAMES = {"docs/guides/add_a_world.md": 60,
             "docs/guides/add_an_auxiliary_loss.md": 60,
             "docs/guides/add_a_memory.md": 90}

    def test_show_files_to_the_letter(self):
        for page in pages.all_pages():
            for block in page.blocks:
                if block.language not in ("cpp", "yaml") or not block.info:
                    continue
                with self.subTest(file=block.info):
                    file = pages.SOURCE / block.info
                    self.assertEqual(block.text,
                                     file.read_text(encoding="utf-8"))

    def test_show_every_file_of_their_example(self):
        for name in self.NAMES:
            shown = {block.info for block in pages.read(name).blocks}
            folders = {info.rsplit("/", 1)[0] for info in shown
                       if info.startswith("examples/")}
            self.assertEqual(len(folders), 1)
            for file in (pages.SOURCE / folders.pop()).iterdir():
                self.assertIn(str(file.relative_to(pages.SOURCE)), shown)

    def test_take_few_lines_of_code(self):
        for name, lines in self.NAMES.items():
            with self.subTest(guide=name):
                code = "".join(
                    block.text for block in pages.read(name).blocks
                    if block.language == "cpp"
                    and block.info.startswith("examples/"))
                self.assertIn("int main(", code)
                self.assertIn("RunCommand(", code)
                self.assertLessEqual(pages.code_lines(code), lines)


class LearnInYourGame(unittest.TestCase):
    """How few lines of a host learning takes."""

    @staticmethod
    def marked(name):
        """The lines of code between the marks of an example."""
        text = (pages.SOURCE / "examples/game_loop" / name).read_text()
        code = text.split("// begin\n")[1].split("// end\n")[0]
        return [line for line in code.splitlines() if pages.code_lines(line)]

    def test_takes_three_lines_more_than_playing(self):
        plays, learns = self.marked("plays.cc"), self.marked("learns.cc")
        self.assertLessEqual(len(plays), 40)
        more = [line for line in learns if line not in plays]
        self.assertEqual(len(more), 3)
        self.assertEqual([line for line in learns if line not in more], plays)


if __name__ == "__main__":
    unittest.main()
