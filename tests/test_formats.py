"""What people have becomes a study: each form of file, one good and one broken, is a row that says how it was read."""

import gzip
import json
import os
import sys

import docx
import pandas as pd
import pytest

from parallax import formats, languages, press, records, segment, tables
from parallax.check import lines as check_lines
from parallax.cli import main
from parallax.documents import read_documents
from parallax.errors import StudyError
from parallax.study import load, write_texts

TITLE = "Harbour closed for a week"
FIRST = "The harbour of Strelsau is closed, the mayor said on Wednesday, and nobody knows for how long."
SECOND = "Ships wait at sea. The engineers found a crack in the wall, and the work will cost three million crowns."
TEXT = f"{FIRST}\n\n{SECOND}"
HEADED = f"{TITLE}\n\n{TEXT}"
GERMAN = ("Der Hafen von Strelsau ist seit Mittwoch geschlossen, sagte der Bürgermeister. Niemand weiß, wann die "
          "Schiffe wieder einlaufen dürfen, und die Arbeiten kosten drei Millionen Kronen.")
QUAY = "The quay is shut to lorries until Friday evening."
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} | Strelsau Times</title>
<meta property="og:site_name" content="Strelsau Times"><link rel="canonical" href="https://strelsau.example/1">
<meta property="article:published_time" content="2025-09-03T10:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>{TITLE}</h1><p>{FIRST}</p>
<h2>What it costs</h2><p>Ships wait at sea. The engineers found a <a href="/c">crack</a> in the wall,
and the work will cost three million crowns.</p><ul><li>{QUAY}</li></ul>
<table><tr><td>Ships that wait</td><td>31</td></tr><tr><td>Ferries that sail</td><td>2</td></tr></table>
</article><footer>All rights reserved. Strelsau Times</footer></body></html>"""
TABLE = "Ships that wait 31\n\nFerries that sail 2"
PAGE_TEXT = f"## {TITLE}\n\n{FIRST}\n\n## What it costs\n\n{SECOND}\n\n- {QUAY}\n\n{TABLE}"
SAID = f"title: {TITLE}\ndate: 3 September 2025\noutlet: Strelsau Times\nlink: https://strelsau.example/2\n"
FRONT = f"---\n{SAID}---\n\n{TEXT}\n"
ROW = {"Headline": TITLE, "Body": TEXT, "Paper": "Strelsau Times", "pub_date": "2025-09-03", "Link": "https://s.example"}


def put(folder, name, data):
    """Write a file of a study and return its folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def word(path, *paragraphs, title=""):
    """Write a Word document of (text, style)."""
    document = docx.Document()
    document.core_properties.title = title
    for text, style in paragraphs:
        document.add_paragraph(text, style)
    document.save(path)


def rows(folder):
    """Read the documents of a folder by their file."""
    return {one.file: one for one in read_documents(folder)}


def only(folder):
    """Read the one document of a folder."""
    (one,) = read_documents(folder)
    return one


def as_csv(table, sep=","):
    """Write rows as CSV."""
    return pd.DataFrame(table).to_csv(index=False, sep=sep)


# --- One good file of each form

GOOD = {  # name: (data, text as read, how it was read)
    "a.txt": (TEXT, TEXT, "text"),
    "a.md": (FRONT, FRONT, "markdown"),
    "a.markdown": (f"# {TITLE}\n\n{TEXT}", f"# {TITLE}\n\n{TEXT}", "markdown"),
    "a.html": (PAGE, PAGE_TEXT, "html"),
    "a.htm": (PAGE.encode("utf-16"), PAGE_TEXT, "html"),
    "a.csv": (as_csv([ROW]), HEADED, "table: text from 'Body', title from 'Headline', date from 'pub_date', "
                                     "outlet from 'Paper', url from 'Link'"),
    "a.tsv": (as_csv([{"text": TEXT}], "\t"), TEXT, "table: text from 'text'"),
    "a.jsonl": (json.dumps({"content": TEXT, "title": TITLE}), HEADED,
                "table: text from 'content', title from 'title'"),
    "a.ndjson": (json.dumps({"full_text": TEXT}) + "\n\n", TEXT, "table: text from 'full_text'"),
    "a.json": (json.dumps([{"body": TEXT}]), TEXT, "table: text from 'body'"),
    "a.txt.gz": (gzip.compress(TEXT.encode()), TEXT, "text"),
    "a.html.gz": (gzip.compress(PAGE.encode()), PAGE_TEXT, "html"),
    "a.csv.gz": (gzip.compress(as_csv([ROW | {"Link": None}]).encode()), HEADED, "table: text from 'Body'"),
    "a.jsonl.gz": (gzip.compress(json.dumps({"text": TEXT}).encode()), TEXT, "table: text from 'text'"),
}


@pytest.mark.parametrize("name", GOOD)
def test_each_form_is_read(tmp_path, name):
    data, text, how = GOOD[name]
    one = only(put(tmp_path, name, data))
    assert (one.file, one.status, one.problem, one.language) == (name, "ok", "", "en")
    assert one.raw == text and one.read_as.startswith(how)
    assert one.verbatim == (name in ("a.txt", "a.md", "a.markdown"))  # only these are files that offsets point into


def test_what_a_page_says_of_itself(tmp_path):
    one = only(put(tmp_path, "a.html", PAGE))
    assert (one.source, one.outlet, one.published) == ("Strelsau Times", "Strelsau Times", "2025-09-03")
    assert (one.title, one.url) == (TITLE, "https://strelsau.example/1")


def test_a_page_without_an_address_has_that_from_which_it_was_saved(tmp_path):
    comment = "<!-- saved from url=(0032)https://www.post.example/2025/09/a -->"
    one = only(put(tmp_path, "a.html", f"<!DOCTYPE html>\n{comment}\n<p>{FIRST}</p><p>{SECOND}</p>"))
    assert (one.url, one.outlet, one.published) == ("https://www.post.example/2025/09/a", "post.example", "")


def test_a_part_of_a_page_is_read(tmp_path):
    assert only(put(tmp_path, "a.htm", f"<p>{FIRST}</p><p>{SECOND}</p>")).raw == TEXT


def test_what_front_matter_says(tmp_path):
    one = only(put(tmp_path, "a.md", FRONT))
    assert (one.title, one.published, one.outlet, one.url) == (TITLE, "2025-09-03", "Strelsau Times",
                                                               "https://strelsau.example/2")
    odd = only(put(tmp_path, "a.md", f"---\r\ntitle: Harbour: shut\r\nsource: 'Post'\r\n---\r\n{TEXT}"))  # no YAML
    assert (odd.title, odd.outlet) == ("Harbour: shut", "Post") and odd.raw.startswith("---\r\n")


def test_a_word_document_is_read_with_headings_lists_and_tables(tmp_path):
    word(tmp_path / "a.docx", (TITLE, "Title"), (FIRST, "Normal"), ("What it costs", "Heading 2"),
         ("Three million", "List Bullet"), title="Draft of the harbour")
    document = docx.Document(str(tmp_path / "a.docx"))
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Ships that wait"
    table.cell(1, 0).text, table.cell(1, 1).text = "Ferries", "3"
    document.save(str(tmp_path / "a.docx"))
    one = only(tmp_path)
    assert one.raw == f"## {TITLE}\n\n{FIRST}\n\n## What it costs\n\n- Three million\n\nShips that wait\n\nFerries\t3"
    assert (one.title, one.published, one.read_as) == ("Draft of the harbour", "", "docx")  # the date is not trusted


def test_what_was_inserted_in_a_word_document_is_read_and_what_was_deleted_is_not(tmp_path):
    word(tmp_path / "a.docx", (FIRST, "Normal"), (SECOND, "Normal"))
    document = docx.Document(str(tmp_path / "a.docx"))
    for paragraph, change in zip(document.paragraphs, ("ins", "del"), strict=True):
        wrapper = docx.oxml.OxmlElement(f"w:{change}")
        run = paragraph.runs[0]._r
        run.addprevious(wrapper)
        wrapper.append(run)
        for text in run.xpath("./w:t") if change == "del" else ():
            text.tag = text.tag.replace("}t", "}delText")
    document.save(str(tmp_path / "a.docx"))
    assert only(tmp_path).raw == FIRST


def test_parquet_is_read_with_dates_and_lists(tmp_path):
    table = pd.DataFrame({"text": [TEXT, None], "date": pd.to_datetime(["2025-09-03", None]), "source": ["Post", ""]})
    table.to_parquet(tmp_path / "a.parquet")
    found = rows(tmp_path)
    first, second = found["a.parquet#1"], found["a.parquet#2"]
    assert (first.raw, first.published, first.source, first.name) == (TEXT, "2025-09-03", "Post", "a-1")
    assert (second.status, second.problem) == ("skipped", "empty: no text in 'text'")


# --- One broken file of each form

RAGGED = "line 3: cells: {}, columns: 2; put a text that holds commas or line breaks in quotes"
BROKEN = {
    "b.txt": (b"\xff\xfe\x00", "not UTF-8 (byte 0): save it as UTF-8"),
    "b.md": (b"", "empty: put the article in it, or delete it"),
    "b.html": ("<html><script>x()</script></html>", "no text found in the page: save its text as .txt"),
    "b.htm": ("<html><body><h1>We value your privacy</h1><p>Accept all cookies to go on to the site.</p></body></html>",
              "no article, only what stands before it (cookies): open the page in a browser and save it from there"),
    "b.docx": (b"no", "not a .docx, or a broken one: open it in Word and save it as .docx"),
    "b.csv": ("title,text\na,b\nc,d,e\n", RAGGED.format(3)),
    "c.csv": ("title,text\na,b\nc\n", RAGGED.format(1)),
    "d.csv": ('text,title\n"abc,def\nghi\n', "line 3: not a table: a quotation mark is not closed"),
    "e.csv": ("text,title\n", "empty: it holds no article"),
    "f.csv": ("", "empty: put the articles in it, or delete it"),
    "g.csv": ("id,summary\n1,x\n", "no column of text; found: 'id', 'summary'; name it in codebook.yml, as in "
                                   "'columns: {text: id}'"),
    "h.csv": ("text,text\na,b\n", "the column 'text' (text) stands twice; rename one"),
    "i.csv": ("text\nZürich\n".encode("latin-1"), "not UTF-8: save it as UTF-8"),
    "j.csv": ("sentence,file,source,start,end,text\n",
              "a table that Parallax wrote, no articles: move it out of the study"),
    "b.jsonl": ("{bad\n", "line 1: not JSON: Expecting property name enclosed in double quotes"),
    "b.json": ('{"text": "a"}\n{"text": "b"}\n',
               "not JSON: Extra data: line 2 column 1 (char 14); if each line is a record, name it .jsonl"),
    "c.json": ("3", 'no list of records; write [{"text": ...}, ...]'),
    "d.json": ("[" * 100_000, "not JSON: nested too deeply"),
    "e.json": ("[]", "empty: it holds no article"),
    "b.txt.gz": (gzip.compress(TEXT.encode() * 50)[:60], "a broken .gz file: Compressed file ended before the "
                                                         "end-of-stream marker was reached; pack it again"),
    "b.csv.gz": ("text\nabc\n", "a broken .gz file: Not a gzipped file (b'te'); pack it again"),
    "c.txt.gz": (b"", "empty: put the article in it, or delete it"),
    "b.docx.gz": (b"", ".docx: not read; unpack it"),
    "b.pdf": ("%PDF", "a PDF is not read: save its text as .txt, or the article's page as .html"),
    "b.JPG": (b"\xff", "a picture is not read: put its text in a .txt"),
    "b.xlsx": (b"PK", ".xlsx: not read; save the sheet with the articles as CSV (UTF-8)"),
    "b.doc": (b"", ".doc: not read; save it as .docx or .txt"),
    "b.mhtml": (b"", ".mhtml: not read; save the page as .html ('HTML only')"),
    "b.zip": (b"PK", ".zip: not read; unpack it in this folder"),
    "b.xyz": (b"", f".xyz: not read; allowed: {formats.READ}"),
    "noend": (b"", f"no ending: not read; allowed: {formats.READ}"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_file_is_one_row_with_its_reason(tmp_path, name):
    data, problem = BROKEN[name]
    one = only(put(tmp_path, name, data))
    assert (one.file, one.status, one.raw, one.sha256) == (name, "skipped", "", "")
    assert one.problem == problem


def test_a_broken_parquet_is_one_row(tmp_path):
    one = only(put(tmp_path, "b.parquet", "no"))
    assert one.status == "skipped" and one.problem.startswith("not a Parquet file, or a broken one: ")


def test_a_mixed_folder_gives_a_row_for_each_file_and_check_says_how_they_were_read(tmp_path, capsys):
    put(tmp_path, "codebook.yml", "title: T\nframes: {f: {words: [harbour]}}\n")
    for name, (data, *_) in {**GOOD, **BROKEN}.items():
        put(tmp_path, name, data)
    study = load(tmp_path)
    found = tables.build(study, cached=False)
    documents = found.documents.set_index("file")
    assert sorted(documents.index) == sorted([*GOOD, *BROKEN])
    assert set(documents["status"][list(GOOD)]) == {"ok"} and set(documents["status"][list(BROKEN)]) == {"skipped"}
    raw = {one.file: one.raw for one in study.documents}
    assert all(raw[row.file][row.start:row.end] == row.text for row in found.sentences.itertuples())
    assert set(found.sentences["file"]) == set(GOOD) and found.sentences["sentence"].is_unique
    heads = found.sentences[found.sentences["kind"] == "headline"]
    assert dict(zip(heads["file"], heads["text"], strict=True)) == {
        name: TITLE for name, (_, text, _) in GOOD.items() if TITLE in text}
    said = list(check_lines(study, found))
    assert said[0].startswith(f"T: {len(GOOD)} of {len(GOOD) + len(BROKEN)} documents read")
    assert "  1 from a.tsv, a table: text from 'text'" in said and "  3 as html" in said
    assert any(line.startswith("  b.pdf: skipped: a PDF is not read") for line in said)
    out = tmp_path.parent / f"{tmp_path.name}-out"
    assert main(["tables", str(tmp_path), "--out", str(out)]) == 0
    for file, text in raw.items():
        if file in GOOD:  # what is no file of the study can be checked in texts/
            name = next(one.name for one in study.documents if one.file == file)
            where = tmp_path / file if GOOD[file][2] in ("text", "markdown") and ".gz" not in file else (
                out / "texts" / f"{name}.txt")
            assert where.read_bytes().decode() == text
    assert main(["tables", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "this is the study, and what is written there would be read as texts" in capsys.readouterr().err


# --- What is made to be more than it seems


def test_what_unpacks_to_very_much_is_not_read_to_its_end(tmp_path, monkeypatch):
    for module in (formats, records):
        monkeypatch.setattr(module, "LARGEST", 100_000)
    put(tmp_path, "a.txt.gz", gzip.compress(b"0" * 100_001))
    put(tmp_path, "b.csv.gz", gzip.compress(b"text\n" + b"0" * 200_000))
    put(tmp_path, "c.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 100_000))
    put(tmp_path, "d.txt", b"0" * 100_001)
    put(tmp_path, "e.csv", 'text\n"' + "a\n" * 60_000 + '"\n')
    put(tmp_path, "f.json.gz", gzip.compress(b'[{"text": "' + b"0" * 100_000 + b'"}]'))  # a table may be larger
    word(tmp_path / "g.docx", ("a" * 100_000, "Normal"))
    assert {file: one.problem for file, one in rows(tmp_path).items() if one.problem} == {
        "a.txt.gz": "too large: over 0 MB, unpacked; split it",
        "b.csv.gz": "a line of over 0 million characters: no table of articles",
        "c.jsonl.gz": "unpacked it is over 100 times as large: no table of articles; unpack it; "
                      "what stands after it is not read",
        "d.txt": "too large: over 0 MB; split it",
        "e.csv": "line 50002: not a table: field larger than field limit (100000)",
        "g.docx": "too large: over 0 MB, unpacked; take out pictures, or save it as .txt"}


def test_aliases_in_front_matter_are_not_followed(tmp_path):
    aliases = "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    one = only(put(tmp_path, "a.md", f"---\na: &a [x, x]\n{aliases}title: *i\n---\n{TEXT}"))  # 86 million words
    assert (one.status, one.title) == ("ok", "*i")


def test_a_record_nested_deeply_or_with_a_long_number_loses_no_other(tmp_path):
    deep, long = '{"text": ' + "[" * 900 + "]" * 900 + "}", '{"text": "A.", "url": ' + "9" * 5000 + "}"
    found = rows(put(tmp_path, "e.jsonl", f"{deep}\n{long}\n{json.dumps({'text': TEXT})}"))
    assert [one.problem for one in found.values()] == ["nested too deeply", "", ""]
    assert found["e.jsonl#2"].url == "9" * 5000


def test_what_an_article_says_of_itself_can_stand_in_a_table(tmp_path):
    one = only(put(tmp_path, "a.jsonl", json.dumps({"text": TEXT, "source": "Post\x1b[31m\x07", "title": "A\nb"})))
    assert (one.source, one.title) == ("Post[31m", "A b")


# --- Names


def test_a_file_that_is_called_as_an_article_of_a_table_is_another_document(tmp_path):
    put(tmp_path, "e.csv", as_csv([{"text": TEXT}, {"text": SECOND}]))
    put(tmp_path, "e.csv#1", "x")
    found = read_documents(tmp_path)
    assert [(one.file, one.raw) for one in found] == [("e.csv#1", TEXT), ("e.csv#2", SECOND), ("e.csv%231", "")]


def test_the_texts_of_long_names_in_long_folders_can_be_written(tmp_path):
    put(tmp_path, "codebook.yml", "title: T")
    for folder in ("\u6e2f", "\u53e3"):  # three bytes each
        put(tmp_path, folder * 60 + "/" + "\u5e02" * 60 + ".html", PAGE)
    names = [path.name for path in write_texts(load(tmp_path), tmp_path.parent / f"{tmp_path.name}-texts").values()]
    assert len(set(names)) == 2 and max(len(name.encode()) for name in names) < 220


def test_a_row_of_sources_is_found_whatever_the_form_of_its_accents_and_space_around_it(tmp_path):
    put(tmp_path, "Zu\u0308rich.txt", TEXT)
    put(tmp_path, " b.txt", SECOND)
    put(tmp_path, "sources.csv", "file,source\nb.txt,Post\nZ\u00fcrich.txt,Times\n")
    found = read_documents(tmp_path)
    assert [(one.file, one.source, one.problem) for one in found] == [
        (" b.txt", "Post", ""), ("Zu\u0308rich.txt", "Times", "")]
    put(tmp_path, "Z\u00fcrich.txt", TEXT)  # the one that is called so comes first
    assert rows(tmp_path)["Z\u00fcrich.txt"].source == "Times"
    assert "not in sources.csv" in rows(tmp_path)["Zu\u0308rich.txt"].problem


# --- Tables of articles


def test_a_bad_record_does_not_lose_the_others(tmp_path):
    lines = [json.dumps({"text": TEXT, "date": 1756893600}), "{bad", "", json.dumps({"text": " "}), "[1]",
             json.dumps({"text": "half \ud83d sign"}), json.dumps({"text": "nul \0 here"})]
    found = rows(put(tmp_path, "e.jsonl", "\ufeff" + "\n".join(lines)))
    assert {file: one.problem for file, one in found.items()} == {
        "e.jsonl#1": "", "e.jsonl#2": "line 2: not JSON: Expecting property name enclosed in double quotes",
        "e.jsonl#3": "empty: no text in 'text'", "e.jsonl#4": 'line 5: not a record; write {"text": ...}',
        "e.jsonl#5": "", "e.jsonl#6": "not a text: it holds zero bytes"}
    assert [one.status == "ok" for one in found.values()] == [True, False, False, False, True, False]
    assert found["e.jsonl#1"].published == "2025-09-03" and found["e.jsonl#5"].raw == "half \ufffd sign"


def test_records_within_records(tmp_path):
    article = {"source": {"id": None, "name": "Post"}, "author": None, "title": TITLE, "content": [FIRST, SECOND],
               "publishedAt": "2025-09-03T10:00:00Z"}
    one = only(put(tmp_path, "n.json", json.dumps({"status": "ok", "total": 1, "articles": [article]})))
    assert (one.file, one.raw, one.source, one.published, one.note) == ("n.json", HEADED, "Post", "2025-09-03", "")
    alone = {"text": TEXT, "authors": [{"name": "Anna Falk"}, {"name": "Bo Hill"}], "tags": ["a", "b"]}
    one = only(put(tmp_path, "n.json", json.dumps(alone)))
    assert (one.raw, one.note) == (TEXT, "by Anna Falk, Bo Hill")


def test_columns_set_apart_by_semicolons_with_a_byte_order_mark_and_breaks_in_cells(tmp_path):
    text = f'\ufeffTitle;Text\r\nA;"{FIRST}\r\n\r\nShips; they ""wait"", all of them."\r\nB;\r\n'
    found = rows(put(tmp_path, "e.csv", text))
    assert found["e.csv#1"].raw == f'A\n\n{FIRST}\r\n\r\nShips; they "wait", all of them.'
    assert found["e.csv#2"].problem == "empty: no text in 'Text'"


def test_a_cell_may_be_long(tmp_path):
    assert len(only(put(tmp_path, "e.csv", f'text\n"{TEXT * 2000}"\n')).raw) == 2000 * len(TEXT)


def test_the_codebook_names_the_columns(tmp_path):
    put(tmp_path, "codebook.yml", "title: T\ncolumns: {text: [Text, Summary], date: Tag}\n")
    put(tmp_path, "a.csv", f'Tag,summary,text_html\n2025-09-03,"{TEXT}",<p>\n')
    put(tmp_path, "b.csv", f'Day,Summary\n2025-09-03,"{TEXT}"\n')
    documents = {one.file: one for one in load(tmp_path).documents}
    assert documents["a.csv"].read_as == "table: text from 'summary', date from 'Tag'"
    assert documents["b.csv"].problem == "no column 'Tag' (columns.date in codebook.yml); found: 'Day', 'Summary'"
    put(tmp_path, "codebook.yml", "title: T\ncolumns: {txt: Body}\n")
    with pytest.raises(StudyError) as error:
        load(tmp_path)
    assert str(error.value) == ("codebook.yml: columns.txt: unknown key (did you mean 'text'?); allowed: text, title, "
                                "date, outlet, url, author, language")


@pytest.mark.parametrize("said, day", [
    ("2025-09-03T23:10:00+02:00", "2025-09-03"), ("20250903101500", "2025-09-03"), ("1756893600000", "2025-09-03"),
    ("Sept. 3, 2025", "2025-09-03"), ("Wed, 03 Sep 2025 10:00:00 GMT", "2025-09-03"), ("September 2025", "2025-09"),
    ("13/04/2025", "2025-04-13"), ("04/13/2025", "2025-04-13"), ("2025/9/3", "2025-09-03"), ("2025", "2025"), ("", ""),
])
def test_a_date_is_read(said, day):
    assert records.iso(said) == (day, "")


@pytest.mark.parametrize("said", ["03/04/2025", "3.9.2025", "3/4/25", "Sep 3", "yesterday", "2025-02-30"])
def test_a_date_that_is_not_clear_is_kept_and_said(tmp_path, said):
    put(tmp_path, "a.csv", f'text,date\n"{TEXT}",{said}\n')
    one = only(tmp_path)
    assert (one.status, one.published) == ("ok", said)
    assert one.problem == f"the date {said!r} is not clear: write YYYY-MM-DD in sources.csv"
    one = only(put(tmp_path, "sources.csv", "file,source,published\na.csv,Post,2025-04-03\n"))
    assert (one.published, one.problem) == ("2025-04-03", "")


@pytest.mark.parametrize("title, text, head", [
    ("Harbour closes", "Harbour closes its gates today.", "Harbour closes\n\nHarbour closes its gates today."),
    ("Harbour closes", "HARBOUR CLOSES\nIts gates.", "HARBOUR CLOSES\nIts gates."),
    (TITLE + " - Post", f"# {TITLE}\nText.", f"# {TITLE}\nText."),
    ("", "Text.", "Text."),
])
def test_the_title_stands_first_once(title, text, head):
    assert records.headed(title, text) == head


# --- Pages


def test_a_page_in_another_charset_is_read_right(tmp_path):
    page = PAGE.replace('charset="utf-8"', 'charset="iso-8859-1"').replace("Strelsau", "Zürich")
    assert "harbour of Zürich" in only(put(tmp_path, "a.html", page.encode("latin-1"))).raw
    page = '<?xml version="1.0" encoding="windows-1252"?>\n<html><body><p>“' + FIRST + "”</p></body></html>"
    assert only(put(tmp_path, "a.html", page.encode("cp1252"))).raw == f"“{FIRST}”"


def test_a_missing_part_is_named_with_its_install_line(tmp_path, monkeypatch):
    put(tmp_path, "a.html", PAGE)
    put(tmp_path, "b.txt", TEXT)
    word(tmp_path / "c.docx", (TEXT, "Normal"))
    for module in ("trafilatura", "docx"):
        monkeypatch.setitem(sys.modules, module, None)
    found = rows(tmp_path)
    assert found["a.html"].problem == "needs trafilatura: pip install trafilatura"
    assert found["c.docx"].problem == "needs python-docx: pip install python-docx"
    assert found["b.txt"].status == "ok"


# --- Exports of press databases

NEXIS = f"""                               1 of 2 DOCUMENTS

                               Strelsau Times

                           September 3, 2025 Wednesday

{TITLE}

BYLINE: Anna Falk

LENGTH: 120 words

{FIRST}

LOAD-DATE: September 4, 2025

                               2 of 2 DOCUMENTS

                               Sylvania Daily

                               September 4, 2025

Ferry sails again

LENGTH: 80 words

The ferry sails again from the other side of the bay, the company said on Thursday.
"""
NEXIS_UNI = f"""User Name: Ann Hill
Date and Time: Wednesday, September 10, 2025 10:00:00 AM CEST
Documents (2)
1. {TITLE}
Client/Matter: -None-
2. Ferry sails again
Client/Matter: -None-

{TITLE}

Strelsau Times

September 3, 2025 Wednesday

Copyright 2025 Strelsau Media Ltd All Rights Reserved

Section: NEWS; Pg. 4

Length: 120 words

Byline: Anna Falk

Body

{FIRST}

Classification

Language: ENGLISH

Load-Date: September 4, 2025

End of Document

Ferry sails again

Sylvania Daily

4 September 2025

Length: 80 words

Body

The ferry sails again from the other side of the bay, the company said on Thursday.

Load-Date: September 5, 2025

End of Document
"""
FACTIVA = f"""HD
{TITLE}

BY
By Anna Falk

WC
120 words

PD
3 September 2025

SN
Strelsau Times

LA
English

LP
{FIRST}

AN
Document STREL00020250903el9300001

HD
Ferry sails again

WC
80 words

PD
4 September 2025

SN
Sylvania Daily

LP
The ferry sails again from the other side of the bay, the company said on Thursday.

AN
Document SYLDA00020250904el9400002

Search Summary
Text
harbour and (Ruritania or Sylvania)
"""
PROQUEST = f"""____________________________________________________________

Document 1 of 2

{TITLE}

Author: Anna Falk

ProQuest document link

Full text: {FIRST}

Title: {TITLE}

Publication title: Strelsau Times; Strelsau

Publication date: Sep 3, 2025

ProQuest document ID: 3245000001

Language of publication: English

____________________________________________________________

Document 2 of 2

Ferry sails again

Full text: The ferry sails again from the other side of the bay, the company said on Thursday.

Title: Ferry sails again

Publication title: Sylvania Daily

Publication date: Sep 4, 2025

____________________________________________________________

Contact us at: http://www.example.com/go/contact
"""


EXPORTS = {"nexis": NEXIS, "nexis uni": NEXIS_UNI, "factiva": FACTIVA, "proquest": PROQUEST}


@pytest.mark.parametrize("text", EXPORTS.values(), ids=EXPORTS)
@pytest.mark.parametrize("name", ["e.txt", "e.txt.gz", "e.docx"])
def test_an_export_is_as_many_documents_as_articles(tmp_path, text, name):
    if name == "e.docx":
        labels = (TITLE, "Body", "HD")  # as headings, which databases do
        word(tmp_path / name, *((line, "Heading 1" if line in labels else "Normal") for line in text.split("\n")))
    else:
        put(tmp_path, name, gzip.compress(text.encode()) if name.endswith("gz") else text)
    put(tmp_path, "codebook.yml", "title: T\n")
    study = load(tmp_path)
    assert [(one.file, one.source, one.published, one.title, one.note) for one in study.documents] == [
        (f"{name}#1", "Strelsau Times", "2025-09-03", TITLE, "by Anna Falk"),
        (f"{name}#2", "Sylvania Daily", "2025-09-04", "Ferry sails again", "")]
    assert {one.read_as for one in study.documents} == {press.READ_AS}
    assert all(one.raw in text for one in study.documents) or name == "e.docx"
    # Each is one story: its title, and its one sentence.
    for one, words in zip(study.documents, (FIRST, "The ferry sails"), strict=True):
        placed, stories = segment.stories(one)
        kept = [(kind, one.raw[a:b]) for _, _, kind, a, b in placed if kind not in segment.UNCOUNTED]
        assert [kind for kind, _ in kept] == ["headline", "body"] and kept[0][1] == one.title
        assert kept[1][1].startswith(words) and len({story.name for story in stories}) == 1


def test_a_part_of_an_export_that_is_no_article_is_said_and_pictures_may_be_counted(tmp_path):
    text = NEXIS.replace("of 2 DOC", "of 3 DOC") + "\n3 of 3 DOCUMENTS\n\nA map\n"
    found = read_documents(put(tmp_path, "e.txt", text.replace(FIRST, f"{FIRST}\n\n1 of 9\n\n{SECOND}")))
    assert [(one.file, one.status) for one in found] == [
        ("e.txt#1", "ok"), ("e.txt#2", "ok"), ("e.txt#3", "skipped")]
    assert SECOND in found[0].raw and found[2].problem == "no article found under this mark of the database"


def test_an_export_of_one_article_is_the_file_itself(tmp_path):
    text = NEXIS[:NEXIS.index("                               2 of 2")]
    one = only(put(tmp_path, "e.txt", text))
    assert (one.file, one.raw, one.verbatim) == ("e.txt", text, True)
    assert (one.source, one.published, one.title) == ("Strelsau Times", "2025-09-03", TITLE)


@pytest.mark.parametrize("text", [
    f"Title: A thing\n\nHe said that Source: is nothing.\n\n{TEXT}", f"1 of 3 people died\n\nLength: 5 km\n\n{TEXT}",
    f"Harbour\n\n{TEXT}\n\n____________\n\nFerry\n\n{TEXT}", f"1 of 3\n\n{TEXT}\n\n2 of 3\n\n{TEXT}",
])
def test_a_page_that_is_no_export_stays_one_document(tmp_path, text):
    one = only(put(tmp_path, "a.txt", text))
    assert (one.file, one.read_as, one.raw) == ("a.txt", "text", text)


# --- Folders and names


def test_folders_are_read_but_for_those_that_hold_no_articles(tmp_path):
    for name in ("a.html", "post/a.html", "post/2025/b.txt"):
        put(tmp_path, name, PAGE if name.endswith("html") else TEXT)
    for name in ("labels/stances.csv", ".git/a.txt", "_old/a.txt", "post/a_files/ad.html", "README.md",
                 "post/readme.txt", "LICENSE", "notes.ipynb", ".DS_Store", "~$a.docx", "Thumbs.db", "desktop.ini",
                 "codebook.yml"):
        put(tmp_path, name, "title: T")
    put(tmp_path, "post/labels/c.txt", TEXT)  # only the study's own folder of labels is none
    for name in ("out/documents.csv", "out/sentences.csv", "out/texts/a.txt", "site/tables/documents.csv",
                 "site/tables/sentences.csv", "site/index.html"):
        put(tmp_path, name, TEXT)
    found = {file: (one.status, one.source) for file, one in rows(tmp_path).items()}
    assert found == {"a.html": ("ok", "Strelsau Times"), "post/a.html": ("ok", "Strelsau Times"),
                     "post/2025/b.txt": ("ok", "post"), "post/labels/c.txt": ("ok", "post"),
                     "out": ("skipped", "out"), "site": ("skipped", "site")}


def test_the_topmost_folder_that_differs_is_the_source(tmp_path):
    for name in ("articles/post/2025/a.txt", "articles/post/2026/b.txt", "articles/times/c.txt", "articles/d.txt"):
        put(tmp_path, name, TEXT)
    assert [one.source for one in rows(tmp_path).values()] == ["d", "post", "post", "times"]


def test_one_folder_of_all_tells_no_source(tmp_path):
    put(tmp_path, "articles/a.txt", TEXT)
    put(tmp_path, "articles/b.txt", TEXT)
    assert [one.source for one in rows(tmp_path).values()] == ["a", "b"]


def test_a_note_by_its_name_is_no_article_unless_sources_csv_says_so(tmp_path):
    for name in ("GUIDE.md", "Guide.md", "FT.txt"):
        put(tmp_path, name, TEXT)
    assert {file: one.status for file, one in rows(tmp_path).items()} == {
        "FT.txt": "ok", "GUIDE.md": "skipped", "Guide.md": "ok"}
    put(tmp_path, "sources.csv", "file,source\nGUIDE.md,Guide\n")
    assert rows(tmp_path)["GUIDE.md"].status == "ok"


def test_a_locked_folder_is_a_row(tmp_path, monkeypatch):
    put(tmp_path, "post/a.txt", TEXT)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as root none is locked
    assert only(tmp_path).problem == "a folder that cannot be opened: give yourself the right to read it"


def test_names_are_unique_whatever_their_case_and_today_s_names_stay(tmp_path):
    for name in ("000_ab.txt", "001_ab.txt", "x_1.txt", "x_2.txt", "post/z_9.txt", "times/z_9.txt", "q.txt", "q.TXT",
                 "_.md", "000_ab.pdf"):
        put(tmp_path, name, TEXT)
    put(tmp_path, "e_all.csv", as_csv([{"text": TEXT}] * 2))
    put(tmp_path, "e-1.txt", TEXT)
    names = {file: one.name for file, one in rows(tmp_path).items()}
    assert names.pop("q.TXT") != names.pop("q.txt") and len({name.casefold() for name in names.values()}) == len(names)
    assert names == {"000_ab.txt": "000", "001_ab.txt": "001", "x_1.txt": "x_1", "x_2.txt": "x_2", "_.md": "_",
                     "post/z_9.txt": "post-z_9", "times/z_9.txt": "times-z_9", "e_all.csv#1": "e_all-1",
                     "e_all.csv#2": "e-2", "e-1.txt": "e-1", "000_ab.pdf": names["000_ab.pdf"]}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_that_are_no_utf_8_and_links(tmp_path):
    for name in (b"caf\xe9.txt", b"caf\xe8.txt", b"two\nlines.txt"):
        with open(os.fsencode(tmp_path) + b"/" + name, "w") as file:
            file.write(TEXT)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    found = {file: (one.status, one.problem) for file, one in rows(tmp_path).items()}
    assert found == {"caf%E9.txt": ("ok", ""), "caf%E8.txt": ("ok", ""), "two%0Alines.txt": ("ok", ""),
                     "loop": ("skipped", "a link to a folder is not followed: put the folder itself here"),
                     "dead.txt": ("skipped", "a link to a file that is not there"),
                     "pipe.txt": ("skipped", "not a file")}


def test_texts_have_names_that_are_safe_everywhere(tmp_path):
    put(tmp_path, "codebook.yml", "title: T\n")
    for name in ("nul.html", "a b?.html", "a b!.html", "c.txt"):
        put(tmp_path, name, PAGE)
    study = load(tmp_path)
    found = write_texts(study, tmp_path.parent / "texts" / tmp_path.name, every=True)
    assert found["nul.html"].name == "_nul.txt" and found["c.txt"].name == "c.txt"
    pair = {found["a b?.html"].name, found["a b!.html"].name}
    assert "a_b_.txt" in pair and len(pair) == 2
    assert found["nul.html"].read_text(encoding="utf-8") == PAGE_TEXT
    assert set(write_texts(study, tmp_path.parent / "some" / tmp_path.name)) == {"nul.html", "a b?.html", "a b!.html"}


# --- sources.csv


def test_sources_csv_overrules_and_speaks_of_tables_and_of_one_article(tmp_path):
    put(tmp_path, "e.csv", as_csv([{"text": f"{TEXT} {i}", "outlet": outlet} for i, outlet in enumerate("ABC")]))
    put(tmp_path, "post/a.html", PAGE)
    put(tmp_path, "sources.csv", "file,source,outlet,title,url,language\npost\\a.html,Post,The Post,Shut,https://p,English\n"
                                 "e.csv#2,Bay,,,,\ne.csv,,,,,\n")
    found = rows(tmp_path)
    assert list(found) == ["post/a.html", "e.csv#1", "e.csv#2", "e.csv#3"]
    assert [one.source for one in found.values()] == ["Post", "A", "Bay", "C"]
    page = found["post/a.html"]
    assert (page.outlet, page.title, page.url, page.language) == ("The Post", "Shut", "https://p", "en")
    assert not any(one.problem for one in found.values())


def test_a_table_that_is_not_in_sources_csv_is_said_once(tmp_path):
    put(tmp_path, "e.csv", as_csv([{"text": f"{TEXT} {i}"} for i in range(3)]))
    put(tmp_path, "sources.csv", "file,source\ne.csv#9,X\n")
    found = rows(tmp_path)
    assert found["e.csv#9"].problem.startswith("named in sources.csv but not in the folder (did you mean 'e.csv")
    assert [found[f"e.csv#{i}"].problem for i in (1, 2, 3)] == [
        "not in sources.csv: add a row; its file name stands for the source", "", ""]


@pytest.mark.parametrize("row, said", [
    ("/etc/a.txt,A,", "line 2: file is '/etc/a.txt'"), ("a\\..\\..\\b.txt,A,", "line 2: file is"),
    ("C:\\a.txt,A,", "line 2: file is 'C:\\\\a.txt'"),
    ("a.txt,A,Ruritanian", "language is 'Ruritanian'; allowed: a code such as"),
    ("s/a.txt,A,\ns\\a.txt,B,", "'s/a.txt' stands in two rows"),
])
def test_faults_in_sources_csv(tmp_path, row, said):
    put(tmp_path, "a.txt", TEXT)
    with pytest.raises(StudyError) as error:
        read_documents(put(tmp_path, "sources.csv", f"file,source,language\n{row}\n"))
    assert str(error.value).startswith("sources.csv: ") and said in str(error.value)


# --- Languages


def test_another_language_is_listed_and_not_analysed(tmp_path):
    put(tmp_path, "de.txt", GERMAN)
    put(tmp_path, "zh.txt", "习近平主席在天安门广场检阅了部队，发表了讲话。")
    put(tmp_path, "en.txt", TEXT)
    found = rows(tmp_path)
    said = [(one.language, one.status) for one in found.values()]
    assert said == [("de", "skipped"), ("en", "ok"), ("zh", "skipped")]
    assert found["de.txt"].problem == ("in German, not analysed: only English is; if this is wrong, write en in the "
                                       "column language of sources.csv")
    put(tmp_path, "sources.csv", "file,source,language\nde.txt,A,en\nen.txt,B,fr\nzh.txt,C,\n")
    found = rows(tmp_path)
    said = [(one.language, one.status) for one in found.values()]
    assert said == [("en", "ok"), ("fr", "skipped"), ("zh", "skipped")]
    assert found["en.txt"].problem == "in French, not analysed: only English is"


@pytest.mark.parametrize("text", [
    "The mayor spoke of 'Schadenfreude' and 'Realpolitik'; the Bundesamt für Seeschifffahrt und Hydrographie and the "
    "Freie und Hansestadt Strelsau said the Hafen was geschlossen. Die Welt and Der Spiegel and Le Monde agreed.",
    "Harbour closes. Mayor quits. Ships wait. Treaty signed. Port reopens. Ferry sinks. Storm hits coast. Talks fail. "
    "Prices jump. Unions strike. Minister resigns. Army marches.",
])
def test_english_with_foreign_words_or_without_small_ones_is_english(text):
    assert languages.language(text) == ("en", "")


def test_a_mixed_text_is_analysed_and_said():
    code, problem = languages.language("\n".join([FIRST, GERMAN, SECOND, GERMAN, FIRST, SECOND, SECOND]))
    assert code == "en"
    assert problem == "about 43 % of it is in German and is analysed as if it were English: take it out"


def test_a_short_text_tells_no_language_but_its_file_may(tmp_path):
    assert languages.language("Strelsau: Hafen zu") == ("", "")
    one = only(put(tmp_path, "a.csv", "text,language\nHafen zu.,German\n"))
    assert (one.language, one.status) == ("de", "skipped")


def test_a_page_without_its_article_still_says_whose_it_is(tmp_path):
    head = ('<head><meta property="og:site_name" content="The Wire"><meta property="og:title" content="Who pays?">'
            '<meta property="article:published_time" content="2025-09-03T09:00:00Z"></head>')
    (tmp_path / "a.html").write_text(f"<html>{head}{BROKEN['b.htm'][0][6:]}", encoding="utf-8")
    (one,) = read_documents(tmp_path)
    assert (one.status, one.source, one.title, one.published) == ("skipped", "The Wire", "Who pays?", "2025-09-03")
    assert one.problem == BROKEN["b.htm"][1] and not one.raw
