"""What holds of any text: exact offsets, every document accounted for, the same rows in any order and any process."""

import io
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from soak import digests

from parallax import cells, press, records, segment, tables
from parallax.annotate import make_doc, pipeline
from parallax.codebook import Codebook
from parallax.documents import Document, read_documents
from parallax.errors import shown
from parallax.facts import facts
from parallax.parts import COLUMNS
from parallax.study import load

NLP = pipeline()
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
BOOK = Codebook.model_validate({
    "title": "T",
    "actors": {"R": {"name": "Ruritania", "kind": "state", "group": "r", "adjectives": ["Ruritanian"],
                     "bodies": ["the foreign ministry"], "excluding": ["Ruritania Street"]},
               "S": {"name": "Sylvania", "kind": "state", "group": "s", "adjectives": ["Sylvanian"]},
               "Q": {"name": "Mara Quill", "kind": "person", "group": "r", "state": "R", "roles": ["mayor"]}},
    "frames": {"conflict": {"words": ["threat*", "war ... peace", "plot/NOUN"], "excluding": ["war room"]}},
    "narrative": {"claim": "Ruritania and Sylvania plot.", "members": ["R", "S"], "against": ["Q"],
                  "arguments": {"plot": {"side": "for", "cues": ["plot", "conspire ... <against>"]},
                                "myth": {"side": "against", "cues": ["myth"], "by": "members"}}}}).model_dump_json()
FRAGMENTS = [  # as they stand in real files, and what comes of files that were converted
    "Ruritania and Sylvania plot against Mara Quill", "Quill said that", "“It is a myth,” Quill said.",
    "the mayor said", "said Sylvania's foreign ministry", "according to Ruritanian officials", "did not", "if", "he",
    "war and no peace", "which", "THE MAYOR DENIED THE PLOT", "Mr. ", "U.S. ", "a.m.", "No. 5", "$5 billion", "50 %",
    *"”“‘’«»()[>|_*`.!?:;,—–…éßİ", "\"No", "''", "](", "](http://a.b/c)", "**", "- ", "1. ", "# ", "---", "***", "...",
    "STRELSAU, May 3 (Agency) — ", "By Ann Lee", "Ann Lee/Agency", "Photo: Ann Lee", "Read more: The plan", "Share",
    "3 May 2025, 11:11", "HEADLINE: The plan", "1 of 2 DOCUMENTS", "Q: Why?", "QUILL: So it is.", "— Ann (@ann)",
    "@ann", "http://a.b/c?d=(e)", "www.a.bc", "a@b.cd", "&amp;", "&nbsp;", "&#8217;", "<p>", "2.5", "007", "x" * 250,
    "\u00a0", "\u200b", "\u00ad", "\ufeff", "\u202e", "\u2028", "\x0c", "\x1b", "\t", "\r\n", "\n", "\n\n", "\r",
    "e\u0301", "ﬁ", "ﷺ", "漢字。", "الوزير", "👨\u200d👩\u200d👧", "🇩🇪", "\U0001d49c"]  # fmt: skip
mixtures = st.lists(st.sampled_from(FRAGMENTS), max_size=40).flatmap(
    lambda parts: st.lists(st.sampled_from(["", " ", " ", " ", "\n", "\n\n"]), min_size=len(parts), max_size=len(parts))
    .map(lambda gaps: "".join(part + gap for part, gap in zip(parts, gaps, strict=True))))


def document(raw, name="a"):
    return Document(f"{name}.txt", name.upper(), held=raw, name=name)


def check_sentences(raw):
    """Assert that sentences lie apart, in order, and that no letter of the text stands outside of them."""
    placed, found = segment.stories(document(raw))
    at = 0
    for _, _, _, start, end in placed:
        assert at <= start < end <= len(raw) and raw[start:end] == raw[start:end].strip()
        assert not any(map(str.isalpha, raw[at:start]))  # but the number of an item in a list
        at = end
    assert not any(map(str.isalpha, raw[at:]))
    spans = {name: (start, end) for name, _, _, start, end in placed}
    assert len(spans) == len(placed)
    for story in found:
        check_story(story, raw, spans)


def check_story(story, raw, spans):
    """Assert that each token stands in its sentence in the raw text too, and that each sentence has its own."""
    doc = make_doc(NLP, story)
    assert doc.text == story.text
    inked = [token for token in doc if not token.is_space]
    for token in inked:
        start, end = story.raw(token.idx, token.idx + len(token))
        first, last = spans[story.sentence(token.idx)]
        assert first <= start < end <= last
    firsts = [next((token for token in sent if not token.is_space), None) for sent in doc.sents]
    begun = [story.sentence(token.idx) for token in firsts if token is not None]
    assert begun == list(dict.fromkeys(story.sentence(token.idx) for token in inked))


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(mixtures)
def test_any_mixture_keeps_its_offsets_and_its_sentences(raw):
    check_sentences(raw)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(mixtures)
def test_any_mixture_is_read(raw):
    for one in press.articles(raw):
        assert one.text in raw
    assert isinstance(records.iso(raw)[0], str) and isinstance(records.headed(raw[:50], raw), str)
    assert shown(raw).isprintable() or not raw.isprintable()
    assert len(shown(raw).splitlines()) <= 1


def check_rows(texts):
    """Assert that each row of each table stands in its sentence; return {file: its rows}."""
    documents = [document(raw, name) for name, raw in texts.items()]
    found = {name: pd.DataFrame(rows, columns=COLUMNS[name])
             for name, rows in facts(documents, BOOK, "en_core_web_sm", None).items()}
    assert found["documents"]["file"].tolist() == [one.file for one in documents]
    raws = {one.file: one.raw for one in documents}
    sentences = {row.sentence: row for row in found["sentences"].itertuples()}
    for name, table in found.items():
        for row in table.itertuples() if name != "documents" else ():
            assert row.text == raws[row.file][row.start:row.end] and row.text.strip()
            first = sentences[row.sentence]
            assert first.file == row.file and first.start <= row.start < first.end
            for a, b in (("cue_start", "cue_end"), ("speaker_start", "speaker_end")):
                start, end = getattr(row, a, None), getattr(row, b, None)
                assert start is None or start != start or 0 <= start < end <= len(raws[row.file])
    return {file: {name: table[table["file"] == file].astype(str).to_numpy().tolist() for name, table in found.items()}
            for file in raws}


def check_any_order(raws, seed):
    texts = {f"d{i}": raw for i, raw in enumerate(raws)}
    turned = list(texts)
    random.Random(seed).shuffle(turned)
    assert check_rows(texts) == check_rows({name: texts[name] for name in turned})


several = st.lists(mixtures, min_size=1, max_size=3)


@settings(max_examples=12, deadline=None, suppress_health_check=SLOW)
@given(several, st.integers(0, 9))
def test_every_row_stands_in_its_sentence_and_any_order_of_files_gives_the_same(raws, seed):
    check_any_order(raws, seed)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None, suppress_health_check=SLOW)
@given(several, st.integers(0, 9))
def test_every_row_stands_in_its_sentence_again_and_again(raws, seed):
    check_any_order(raws, seed)


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=SLOW)
@given(mixtures)
def test_any_mixture_keeps_its_offsets_again_and_again(raw):
    check_sentences(raw)


@settings(max_examples=20, deadline=None, suppress_health_check=SLOW)
@given(raws=st.lists(mixtures, max_size=4))
def test_every_document_is_accounted_for(tmp_path_factory, raws):
    folder = tmp_path_factory.mktemp("study")
    for i, raw in enumerate(raws):
        (folder / f"{i}.txt").write_text(raw, encoding="utf-8", newline="")
    found = read_documents(folder)
    assert {str(one.place) for one in found} == {f"{i}.txt" for i in range(len(raws))}
    assert all(one.problem if one.status == "skipped" else one.raw for one in found)


@pytest.mark.slow
def test_one_process_and_many_write_the_same_bytes(tmp_path):
    chance = random.Random(4)
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "codebook.yml").write_text(BOOK, encoding="utf-8")
    for i in range(150):
        raw = " ".join(chance.choice(FRAGMENTS) for _ in range(40))
        (tmp_path / "s" / f"{i}.txt").write_text(raw, encoding="utf-8", newline="")
    study = load(tmp_path / "s")
    for workers in (1, 2):
        tables.build(study, cached=False, workers=workers).save(tmp_path / str(workers))
    written = digests(tmp_path / "1")
    assert len(written) == len(COLUMNS)
    assert written == digests(tmp_path / "2")


starts = st.text("=+-@\t\r\n'＝ ", max_size=3)
texts = st.one_of(st.builds(str.__add__, starts, st.text(max_size=5)), st.floats().map(str), st.integers().map(str))


@given(st.lists(st.one_of(texts, st.none()), min_size=1), st.lists(texts, min_size=1, max_size=1))
def test_guarded_cells_are_read_back_as_they_were(values, names):
    table = pd.DataFrame({names[0]: pd.Series(values, dtype="str"), 0: pd.Series(values, dtype="object"), 1: -1})
    safe = cells.guarded(table)
    pd.testing.assert_frame_equal(cells.bare(safe), table)
    for text in safe.iloc[:, 0].dropna():
        assert text[:1] not in tuple("=+-@\t\r\n＝") or len(text) == 1 or pd.notna(pd.to_numeric(text, errors="coerce"))


@given(st.lists(texts.filter(lambda text: "\r" not in text and "\0" not in text), min_size=1))
def test_guarded_cells_go_through_a_file(values):
    table = pd.DataFrame({"n": range(len(values)), "text": pd.Series(values, dtype="str")})
    written = io.StringIO(cells.guarded(table).to_csv(index=False, lineterminator="\n"), newline="")
    read = pd.read_csv(written, dtype={"text": "str"}, keep_default_na=False)
    assert cells.bare(read)["text"].tolist() == values
