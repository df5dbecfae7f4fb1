"""Bad weather: what no writer means and every archive holds must cost its own document at most."""

import gc
import json
import os
import time
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import ipywidgets as widgets
import pandas as pd
import pytest
from spacy.tokens import Doc

from parallax import cells, check, cli, codebook, display, explore, formats, press, propose, review, segment, tables
from parallax.annotate import make_doc, pipeline
from parallax.annotate.phrases import Lexicon
from parallax.annotate.spans import around, cover
from parallax.codebook import read_codebook
from parallax.documents import Document, read_documents
from parallax.errors import StudyError, shown
from parallax.lines import STAMP
from parallax.study import load

NLP = pipeline()
TEXT = "The mayor opened the harbour. She said that the bridge is safe.\n"


def stories(raw, name="a"):
    return segment.stories(Document("a.txt", "A", held=raw, name=name))


def seconds(call, *args):
    """The time of this process that a call takes, the better of two: a collection of garbage is none of it."""
    times = []
    gc.disable()
    for _ in range(2):
        begin = time.process_time()
        call(*args)
        times.append(time.process_time() - begin)
    gc.enable()
    return min(times)


# --- Time in proportion to the input

JUNK = {name: sign for name, sign in {
    "stops": ".", "stops apart": ". ", "links": "](", "links that open": "[a](", "marks": '"', "marks in a word": 'a"',
    "round marks": "“", "apostrophes": "’", "stars": "*", "underlines": "_ ", "backquotes": "`a", "bars": " | ",
    "hashes": "# a\n", "arrows": "> a\n", "entities": "&amp;", "brackets": "(", "dashes": "a—", "titles": "Mr. ",
    "initials": "U.S. ", "labels": "said X: ", "commas": "a, ", "lines": "a\n", "line ends": "a b.\r\nc\n\rd\r",
    "tabs": "\ta", "hard spaces": "a\u00a0", "accents": "e\u0301", "right to left": "\u202ea\u202c ",
    "no width": "a\u200b", "soft hyphens": "a\u00ad", "no space": "abcdefghij", "numbers": "1. ",
    "posts": "Ann Lee\n@ann\n", "turns": "Q: Why?\nA: So.\n", "times": "11:11:", "fields": "HEADLINE: a\nLENGTH: 3\n",
    "rules": "---\n", "captions": "Ann Lee/Agency\n", "signs": "漢字。"}.items()}  # fmt: skip


@pytest.mark.parametrize("sign", JUNK.values(), ids=JUNK)
def test_reading_takes_time_in_proportion(sign):
    def read(length):
        raw = f"The plan failed.\n\nThe mayor said that {sign * (length // len(sign))} and left.\n"
        assert press.articles(raw) == [] or sign.startswith("HEADLINE")
        stories(raw)

    assert seconds(read, 24_000) < max(10 * seconds(read, 6_000), 0.3)  # four times as long, and noise; not sixteen


@pytest.mark.parametrize("sign", ['"', "a”", "“", "'", "a-", "(", "x" * 60], ids=str)
def test_a_word_without_end_takes_time_in_proportion(sign):
    def tokens(length):
        (story,) = stories(f"The mayor said that {sign * (length // len(sign))} and left.\n")[1]
        assert make_doc(NLP, story).text == story.text

    assert seconds(tokens, 8_000) < max(10 * seconds(tokens, 2_000), 0.3)


def test_many_quotations_in_one_paragraph_take_time_in_proportion():
    words = [part for _ in range(2_000) for part in ("“", "a", "”")]
    doc = Doc(NLP.vocab, words, pos=["PUNCT", "NOUN", "PUNCT"] * 2_000, tags=["``", "NN", "''"] * 2_000,
              lemmas=words, heads=[0] * 6_000, deps=["ROOT", *["dep"] * 5_999], sent_starts=[True] + [False] * 5_999)
    voice = pipeline(read_codebook_of("title: T")).get_pipe("parallax_voice")
    assert seconds(voice, doc) < 4  # it took half a minute
    assert len(doc.spans["quotations"]) == 2_000


def test_a_line_of_times_of_day_is_known_or_not_at_once():
    assert seconds(STAMP.match, "11:" * 200 + "x") < 0.1  # it took years
    assert STAMP.match("Published 3 May 2025, 11:11:11 CET | 2 hours ago")


def test_a_cue_of_many_gaps_takes_time_in_proportion():
    lexicon = Lexicon({"f": ["the ... " * 2_000 + "end", "the ... the ... zzz", "a ... b c"]}, NLP.tokenizer)

    def find(length):
        return lexicon.find(Doc(NLP.vocab, ["the"] * length, pos=["DET"] * length, lemmas=["the"] * length,
                                sent_starts=[True] + [False] * (length - 1)))

    assert seconds(find, 40) < 3 and find(20) == []
    words = "a x x a b x b c".split()
    doc = Doc(NLP.vocab, words, pos=["X"] * 8, lemmas=words, sent_starts=[True] + [False] * 7)
    assert lexicon.find(doc) == [("f", 3, 8, "a ... b c")]  # from the first "a" the gap is too wide


@pytest.mark.parametrize(("entry", "found"), [
    ("u*", ["unfair", "union"]), ("un*", ["unfair", "union"]), ("uni*", ["union"]), ("unio*", ["union"])])
def test_a_short_beginning_of_a_word_is_found_as_a_long_one(entry, found):
    words = ["unfair", "and", "union"]
    doc = Doc(NLP.vocab, words, pos=["X"] * 3, lemmas=words)
    assert [words[start] for _, start, _, _ in Lexicon({"f": [entry]}, NLP.tokenizer).find(doc)] == found


def test_which_spans_hold_another():
    spans = [(0, 10), (5, 6), (2, 4), (0, 3)]
    assert around(spans)(2, 3) == [0, 2, 3] and around(spans)(2, 4) == [0, 2] and around([])(0, 1) == []
    assert cover(spans)(6, 10) and not cover(spans)(6, 11) and not cover([])(0, 1) and not cover([(3, 5)])(2, 4)


# --- A codebook without end


def read_codebook_of(text):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "codebook.yml"
        path.write_text(text, encoding="utf-8")
        return read_codebook(path)


LAUGHS = "".join(f"  n{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9) if i else 'ha'}]\n" for i in range(10))
BOOKS = {
    "aliases of aliases": (f"naming:\n{LAUGHS}title: *a9\n", "line 9: too large: with what aliases stand for over "
                           "2,000,000 characters"),
    "aliases of a long text": (f"about: &a {'x ' * 4_000}\ntitle: T\nnaming: {{n: [{'*a, ' * 20_000}]}}\n",
                               "line 3: too large: with what aliases stand for over 2,000,000 characters"),
    "an alias of itself": ("naming: &a {n: [*a]}\ntitle: T\n", "line 1: an alias stands inside of what it stands for"),
    "bytes": ("title: T\n#" + "x" * 2_000_000, "too large: over 2 MB"),
    "brackets": ("title: " + "[" * 100_000, "nested too deeply"),
    "braces": ("title: " + "{a: " * 100_000, "nested too deeply"),
    "gaps": (f"title: T\nframes: {{f: {{words: ['china {'... ' * 2_000}']}}}}\n",
             f"frames.f.words.0: string should have at most 300 characters; found 'china {'... ' * 13}..'"),
    "a few gaps too many": (f"title: T\nframes: {{f: {{words: [{'a ... ' * 11}b]}}}}\n",
                            f"frames.f.words: {('a ... ' * 10)!r}: gaps (...): 11; allowed: 10"),
    "a name": (f"title: T\nactors: {{A: {{name: {'x' * 1_000_000}, kind: state}}}}\n",
               f"actors.A.name: string should have at most 300 characters; found '{'x' * 60}'"),
    "an alias of an actor": (f"title: T\nactors: {{A: {{name: A, kind: state, aliases: [{'x' * 301}]}}}}\n",
                             f"actors.A.aliases.0: string should have at most 300 characters; found '{'x' * 60}'"),
    "a key": (f"title: T\n{'k' * 101}: x\n", f"line 2: the key {'k' * 20!r}... has over 100 characters"),
    "a key twice": ("title: T\nabout: a\nabout: b\n", "line 3: the key 'about' stands twice"),
    "a zero byte": ("title: T\0", "not a text: it holds zero bytes; save it as plain text"),
    "a bell": ("title: T\a\n", "special characters are not allowed"),
    "an exclusion that asks for what there is not": (
        "title: T\nframes: {f: {words: [a], excluding: [b/FOO]}}\n",
        "frames.f.excluding: 'b/FOO': 'FOO' is no part of speech; allowed: ADJ, ADP, ADV, AUX, INTJ, NOUN, NUM, PRON, "
        "PROPN, VERB"),
}


@pytest.mark.parametrize(("text", "said"), BOOKS.values(), ids=BOOKS)
def test_a_codebook_without_end_is_one_line(text, said):
    begin = time.process_time()
    with pytest.raises(StudyError) as error:
        read_codebook_of(text)
    assert str(error.value) == f"codebook.yml: {said}"
    assert time.process_time() - begin < 5


def test_a_codebook_has_so_many_entries_and_no_more(monkeypatch):
    monkeypatch.setattr(codebook, "MOST_ENTRIES", 6)
    actors = "actors: {A: {name: A, kind: state, aliases: [B, C]}}\n"
    book = "title: T\n" + actors + "frames: {f: {words: [d], excluding: [e%s]}}\n"
    assert read_codebook_of(book % ", f").actors
    with pytest.raises(StudyError, match="^codebook.yml: too many names, words and cues: 7; allowed: 6$"):
        read_codebook_of(book % ", f, g")


def test_aliases_and_huge_numbers_in_a_codebook_are_read():
    book = read_codebook_of("\ufefftitle: &t 123456789012345678901234567890\nabout: *t\n"
                            "frames: {f: {words: &w [a, b]}, g: {words: *w}}\n")
    assert book.title == book.about == "123456789012345678901234567890"
    assert book.frames["f"].words == book.frames["g"].words == ["a", "b"]


# --- One bad document costs no other


@pytest.mark.parametrize("word", ["on and ", "漢字", "x"], ids=["words", "signs", "a word"])
def test_a_sentence_without_end_is_cut_with_exact_offsets(word):
    raw = "Title\n\nThe mayor came.\n\nThen she said " + word * (1_200_000 // len(word)) + " end.\n\nThe rest.\n"
    placed, found = stories(raw)
    texts = [raw[start:end] for _, _, _, start, end in placed]
    assert max(map(len, texts)) <= segment.LONGEST_SENTENCE and all(text == text.strip() for text in texts)
    assert "".join("".join(texts).split()) == "".join(raw.split())
    assert max(len(story.text) for story in found) < 2 * segment.LONGEST and texts[-1] == "The rest."
    if word == "on and ":  # cut at spaces
        assert {piece for text in texts[2:-2] for piece in text.split()} <= {"Then", "she", "said", "on", "and"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "codebook.yml").write_text("title: T\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def problems(folder):
    return {one.file: one.problem for one in read_documents(folder) if one.status == "skipped"}


def test_a_huge_file_costs_no_other(folder):
    for name in ("b.txt", "c.csv", "d.jsonl", "e.html", "f.parquet", "g.docx", "h.txt.gz", "i.md"):
        with (folder / name).open("wb") as file:
            file.truncate(20_000_000_000)  # takes no room on the disk
    said = problems(folder)
    assert "a.txt" not in said and len(said) == 8
    assert said["b.txt"] == said["e.html"] == said["i.md"] == "too large: over 50 MB; split it"
    assert said["c.csv"] == said["d.jsonl"] == "a line of over 50 million characters: no table of articles"


def test_a_file_that_vanishes_costs_no_other(folder, monkeypatch):
    found = [*formats.find_files(folder), ("b.txt", folder / "b.txt")]
    monkeypatch.setattr(formats, "find_files", lambda folder: iter(found))
    assert problems(folder) == {"b.txt": "cannot be read: No such file or directory"}


@pytest.mark.parametrize(("error", "said"), [
    (KeyError("x"), "cannot be read: KeyError; save its text as .txt"),
    (RecursionError(), "nested too deeply: save its text as .txt"),
    (MemoryError(), "too large for the memory of this machine: split it"),
    (PermissionError(13, "Permission denied"), "cannot be read: Permission denied")])
def test_whatever_a_reader_raises_costs_its_own_file(folder, monkeypatch, error, said):
    def broken(path, columns):
        raise error

    monkeypatch.setitem(formats.READERS, ".html", broken)
    (folder / "b.html").write_text(TEXT, encoding="utf-8")
    assert problems(folder) == {"b.html": said}


def test_front_matter_without_end_is_no_front_matter():
    raw = "---\n" + "a:" + " " * 100_000 + "x\n" * 20_000 + "---\n"
    assert seconds(formats.front_matter, raw) < 1 and formats.front_matter(raw) == {}
    said = {"title": "Harbour: closed", "url": "x"}
    assert formats.front_matter("---\ntitle: Harbour: closed\nurl: 'x'  \n---\n") == said


# --- Names and links


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_look_alike_stay_apart(tmp_path):
    for name in (b"caf\xe9.txt", b"caf%E9.txt", "e\u0301.txt".encode(), "\u00e9.txt".encode(), b"x .txt",
                 b"x.txt", b"y.txt", b"y.TXT", b"n" * 246 + b".txt"):
        with open(os.fsencode(tmp_path) + b"/" + name, "w", encoding="utf-8") as file:
            file.write(TEXT)
    found = read_documents(tmp_path)
    assert len({one.file for one in found}) == len({one.name.casefold() for one in found}) == 9
    assert {one.status for one in found} == {"ok"} and "caf%E9.txt~" in {one.file for one in found}


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a right to make links")
def test_a_link_out_of_the_study_is_said_and_not_followed(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "study" / "b.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "study" / "c.txt").symlink_to("../secret.txt")
    (tmp_path / "study" / "d.txt").symlink_to("a.txt")  # its text stands twice, which the table says in copy_of
    (tmp_path / "study" / "e.txt").symlink_to("e.txt")
    (tmp_path / "way").symlink_to(tmp_path / "study")
    for folder in (tmp_path / "study", tmp_path / "way"):
        assert problems(folder) == {
            "b.txt": "a link to a file outside of the study is not followed: put the file itself here",
            "c.txt": "a link to a file outside of the study is not followed: put the file itself here",
            "e.txt": "a link to a file that is not there"}


# --- Sentences keep their tokens

LEADS = ["**Ann** said no.", "_Ann_ said no.", "[Ann](http://a.b/c) said no.", "`Ann` said no.", "> Ann said no.",
         "1. Ann said no.", "- *Ann* said no.", "***Ann*** said no.", "*“Ann* said no.”", "> **Ann** said no.",
         "\u200bAnn said no.", "&nbsp;Ann said no.", "\u00adAnn said no.", "“We go.”“You stay.” Ann said no."]


@pytest.mark.parametrize("lead", LEADS)
def test_a_sentence_begins_where_its_paragraph_begins_whatever_marks_it(lead):
    raw = f"The harbour is closed\n\nThe mayor came on Monday.\n\n{lead}\n\nShe left.\n"
    placed, found = stories(raw)
    begun = {name for story in found for name in (story.sentence(sent.start_char) for sent in
                                                  (s[next((t.i - s.start for t in s if not t.is_space), 0):] for s in
                                                   make_doc(NLP, story).sents))}
    assert begun == {name for name, *_ in placed} and len(placed) >= 4


# --- Text stays text


@pytest.mark.parametrize(("text", "line"), [
    ("a\x1b[31mred\x07", "a\\x1b[31mred\\x07"),
    ("two\nlines\tand\x9bmore", "two\\nlines\\tand\\x9bmore"),
    ("gpj\u202etxt.\u2066a", "gpj\\u202etxt.\\u2066a"),
    ("no UTF-8: \udce9", "no UTF-8: \\udce9"),
    ("Ada Rüdiger, 東京, 5 €", "Ada Rüdiger, 東京, 5 €"),
])
def test_signs_that_steer_a_terminal_are_shown(text, line):
    assert shown(text) == line


def test_check_prints_no_sign_that_steers_a_terminal(folder, monkeypatch, capsys):
    monkeypatch.setattr(tables, "build", lambda *args, **how: None)
    monkeypatch.setattr(check, "lines", lambda *args: ["a \x1b[2Jcue"])
    monkeypatch.setattr(propose, "lines", lambda *args: ["  \u202ename"])
    assert cli.main(["check", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["a \\x1b[2Jcue", "  \\u202ename"]


CELLS = {"=1+1": "'=1+1", "+49 30": "'+49 30", "- a point": "'- a point", "@ann": "'@ann", "\t=1": "'\t=1",
         "'=1": "''=1", "''=1": "'''=1", "＝1": "'＝1", "-5": "-5", "+.5e-3": "+.5e-3", "-": "-", "–": "–",
         "− 5": "− 5", "'tis": "'tis", "a=1": "a=1", "": "", "=": "=", "-1-1": "'-1-1", "-5\n": "'-5\n"}  # fmt: skip


def test_cells_that_a_spreadsheet_would_run_are_text():
    table = pd.DataFrame({"text": list(CELLS), "n": range(-9, len(CELLS) - 9), "share": -0.5, "no": None,
                          "mixed": ["=a", -1, None, 2.5, *[True] * (len(CELLS) - 4)], "=head": "x"})
    table["kind"] = pd.Categorical(["-x"] * len(table))
    safe = cells.guarded(table)
    assert safe["text"].tolist() == list(CELLS.values()) and list(safe)[-2:] == ["'=head", "kind"]
    assert safe["n"].equals(table["n"]) and safe["share"].equals(table["share"])
    assert safe["mixed"].tolist()[:2] == ["'=a", -1] and safe["kind"].tolist()[0] == "'-x"
    pd.testing.assert_frame_equal(cells.bare(safe), table)
    assert cells.guarded(table[["text", "n"]][:0]).dtypes.equals(table[["text", "n"]].dtypes)


PAYLOADS = ["<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\"><svg onload=alert(3)>", "</style><b>4</b>",
            "'><a href='javascript:alert(5)'>x</a>", "[x](javascript:alert(6))", "{{ 7 }} ${7}", "&lt;i&gt;8</td>"]


class Seen(HTMLParser):
    """The tags of a piece of HTML, and what each says in its attributes."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.said = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.said += attrs


def all_html(widget):
    """Yield the HTML of a widget and of those in it."""
    if isinstance(widget, widgets.HTML):
        assert not isinstance(widget, widgets.HTMLMath)  # which would set prices as formulas
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from all_html(child)


def test_hostile_text_is_text_in_explore_and_review(tmp_path):
    for i, payload in enumerate(PAYLOADS):
        raw = f"The plan {payload} failed\n\nThe mayor said that the plot {payload} is a plan. She left.\n\n{payload}\n"
        (tmp_path / f"{i}.txt").write_text(raw, encoding="utf-8")
    rows = pd.DataFrame({"file": [f"{i}.txt" for i in range(8)], "source": PAYLOADS, "outlet": PAYLOADS[::-1],
                         "title": PAYLOADS, "note": PAYLOADS, "url": PAYLOADS})
    rows.to_csv(tmp_path / "sources.csv", index=False)
    book = {"title": PAYLOADS[0], "actors": {"A": {"name": "Ann Lee", "kind": "person", "group": PAYLOADS[1]}},
            "groups": {PAYLOADS[1]: PAYLOADS[2]}, "frames": {"f": {"label": PAYLOADS[3], "words": ["plan"]}},
            "narrative": {"claim": PAYLOADS[4],
                          "arguments": {"p": {"label": PAYLOADS[2], "side": "for", "cues": ["plot"]}}}}
    (tmp_path / "codebook.yml").write_text(json.dumps(book), encoding="utf-8")
    one = load(tmp_path)
    found = tables.build(one, cached=False)
    assert len(found.stances) == 8
    pages = [explore.show(one, found.counted()), review.show(one, found)]
    html = [*(piece for page in pages for piece in all_html(page)), display.table(found.documents).html]
    seen = [Seen(piece) for piece in html]
    assert sum("&lt;script&gt;alert(1)" in piece for piece in html) >= 3
    assert not set().union(*(piece.tags for piece in seen)) & {"script", "img", "svg", "a"}
    assert not any(name.startswith("on") or name in ("href", "src") for piece in seen for name, _ in piece.said)
