"""From texts to tables: offsets hold, voices are told, the cache changes nothing."""

import shutil

import pandas as pd
import pytest

from parallax import cache, parts, segment, tables
from parallax.annotate import pipeline, spans
from parallax.annotate.phrases import Lexicon
from parallax.cli import main
from parallax.codebook import Codebook
from parallax.documents import Document
from parallax.errors import StudyError
from parallax.study import load


@pytest.fixture(scope="module")
def seeds():
    return load("seeds")


@pytest.fixture(scope="module")
def built(seeds):
    return tables.build(seeds)


def test_every_span_of_every_table_holds_its_text(seeds, built):
    raw = {document.file: document.raw for document in seeds.documents}
    for name, table in built.items():
        if "start" in table:
            assert len(table) or name == "unresolved", name
            wrong = [row for row in table.itertuples() if raw[row.file][row.start : row.end] != row.text]
            assert not wrong, name
    said = built.statements.dropna(subset=["speaker_start"])
    assert all(raw[r.file][r.cue_start : r.cue_end] == r.cue for r in said.dropna(subset=["cue_start"]).itertuples())


def test_the_columns_of_the_contract_are_there(built):
    contract = {
        "documents": "file source outlet published sha256 characters words stories status problem",
        "sentences": "sentence file source story kind start end text",
        "mentions": "sentence file source start end text actor form sense",
        "statements": "sentence file source speaker speaker_text speaker_start speaker_end group cue cue_start cue_end "
        "form start end text",
        "frames": "sentence file source frame start end text voice",
        "stances": "sentence file source holder holder_group value argument start end text because",
    }
    for name, columns in contract.items():
        assert set(columns.split()) <= set(getattr(built, name).columns)
    assert set(built.mentions["sense"]) == {"actor", "place"}
    assert set(built.statements["form"]) <= {"direct", "mixed", "indirect"}
    assert set(built.stances["value"]) == {"affirm", "hedge", "deny"}


def test_a_caption_that_two_stories_share_is_marked(built):
    captions = built.sentences[
        (built.sentences["kind"] == "caption") & built.sentences["text"].str.contains("walk together")
    ]
    assert list(captions["story"]) == ["000-1", "000-2"]
    assert list(captions["copy_of"]) == ["", "000.003"]
    assert not captions["repeated"].any()  # once in each story
    standfirst = built.sentences[built.sentences["text"].str.startswith("China remains North Korea's biggest")]
    assert list(standfirst["repeated"]) == [False, True]


def test_what_a_quoted_voice_says_is_not_the_source_s_own(built):
    # "... allegations by US President Donald Trump that Russia, China and North Korea are conspiring against America."
    rows = built.frames[(built.frames["sentence"] == "000.014") & (built.frames["text"] == "conspiring")]
    assert list(rows["voice"]) == ["attributed"]
    # "The parade showcased China's latest military hardware." is the source's own.
    assert set(built.frames[built.frames["sentence"] == "000.020"]["voice"]) == {"own"}


def test_a_deed_is_told_in_a_voice_and_what_is_open_is_no_row(tmp_path):
    (tmp_path / "codebook.yml").write_text(
        "title: x\nactors:\n"
        + "".join(f"  {name.upper()}: {{name: {name}, kind: state}}\n" for name in ("Norway", "Denmark", "Iceland"))
    )
    (tmp_path / "a.txt").write_text(
        "A quarrel\n\nNorway accused Denmark of attacking Iceland. Norway said that Denmark sued Iceland. "
        "Norway may help Denmark. Norway refused to help Iceland.\n"
    )
    found = tables.build(load(tmp_path), cached=False).deeds
    rows = set(found[found["object"] != ""][["subject", "verb", "object", "negated", "voice"]].itertuples(index=False))
    assert rows == {
        ("NORWAY", "accuse", "DENMARK", False, "own"),
        ("DENMARK", "attack", "ICELAND", False, "attributed"),
        ("DENMARK", "sue", "ICELAND", False, "attributed"),
        ("NORWAY", "help", "ICELAND", True, "attributed"),
    }


def test_the_cache_changes_nothing(seeds, built, tmp_path, monkeypatch):
    monkeypatch.setenv("PARALLAX_CACHE", str(tmp_path))
    cold, warm = tables.build(seeds), tables.build(seeds)
    shutil.rmtree(tmp_path / "tables")
    analysed = tables.build(seeds)  # parsed texts from the cache, tables made anew
    plain = tables.build(seeds, cached=False)
    for name, table in built.items():
        for other in (cold, warm, analysed, plain):
            pd.testing.assert_frame_equal(table, getattr(other, name))


def test_a_damaged_cache_is_made_anew(seeds, built, tmp_path, monkeypatch):
    monkeypatch.setenv("PARALLAX_CACHE", str(tmp_path))
    tables.build(seeds)
    for path in tmp_path.rglob("*.*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:20])
    pd.testing.assert_frame_equal(tables.build(seeds).mentions, built.mentions)


def test_a_change_of_the_codebook_does_not_parse_again(tmp_path, monkeypatch):
    study = load("seeds")
    nlp = pipeline(study.codebook)
    stories = [story for document in study.documents for story in segment.stories(document)[1]]
    assert len(list(cache.parse(nlp, stories, tmp_path))) == 7
    study.codebook.frames = {}
    other = pipeline(study.codebook)
    monkeypatch.setattr(other, "pipe", lambda docs: iter(()) if not list(docs) else pytest.fail("parsed again"))
    assert len(list(cache.parse(other, stories, tmp_path))) == 7


def test_select_refuses_what_is_not_there(built):
    with pytest.raises(StudyError, match="sources: 'Nobody' is not in this study; allowed: Feed digest, Fact brief"):
        built.select(["Nobody"])
    with pytest.raises(StudyError, match="voice: 'loud'; allowed: all, own, attributed"):
        built.select(voice="loud")
    own = built.select(["Fact brief"], "own")
    assert set(own.frames["source"]) == {"Fact brief"} and set(own.frames["voice"]) == {"own"}


def test_a_voice_keeps_the_positions_of_its_holders(built):
    own, quoted = built.select(voice="own"), built.select(voice="attributed")
    assert set(own.stances["holder"]) == {"source"} and "source" not in set(quoted.stances["holder"])
    assert len(own.stances) + len(quoted.stances) == len(built.stances) and len(own.stances) and len(quoted.stances)
    for name in ("mentions", "frames", "words", "deeds"):
        assert set(getattr(own, name)["voice"]) == {"own"} and set(getattr(quoted, name)["voice"]) == {"attributed"}
    for name in ("sentences", "statements", "unresolved", "cues"):  # they tell no voice
        pd.testing.assert_frame_equal(getattr(own, name), getattr(built, name))


def test_a_copy_is_known_in_other_quotation_marks(tmp_path):
    (tmp_path / "codebook.yml").write_text("title: T\n")
    text = "The town’s  bridge is closed, and nobody knows why.\n\nIt is “old”, says the mayor of the town.\n\n"
    again = "The town's bridge is closed, and nobody knows why.\n\nIt is \"old\", says the mayor of the town.\n"
    (tmp_path / "a.txt").write_text(text + again)
    found = tables.build(load(tmp_path), cached=False).sentences
    assert list(found["repeated"]) == [False, False, True, True]
    assert list(found["copy_of"]) == ["", "", *found["sentence"][:2]]
    assert found["text"][2].startswith("The town's")


def test_csv_and_parquet_say_the_same(built, tmp_path):
    built.save(tmp_path, "csv")
    built.save(tmp_path, "parquet")
    for name in tables.COLUMNS:
        text = pd.read_csv(tmp_path / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(text.columns) == list(pd.read_parquet(tmp_path / f"{name}.parquet").columns) == tables.COLUMNS[name]
        assert len(text) == len(getattr(built, name))


def test_the_command_writes_the_pairs_too(tmp_path):
    assert main(["tables", "seeds", "--out", str(tmp_path)]) == 0
    pairs = pd.read_csv(tmp_path / "pairs.csv")
    assert list(pairs.columns)[:14] == "source window a b n_a n_b n_ab n expected npmi p q low high".split()
    assert set(pairs["window"]) == {"sentence", "story"}
    row = pairs[(pairs["source"] == "Feed digest") & (pairs["window"] == "sentence")
                & (pairs["a"] == "INTERFAX") & (pairs["b"] == "USHAKOV")]
    assert row["n_ab"].item() == 1  # 000.016 alone names both
    assert main(["tables", "seeds", "--out", str(tmp_path), "--format", "parquet"]) == 0
    assert len(pd.read_parquet(tmp_path / "pairs.parquet")) == len(pairs)


def test_an_empty_codebook_still_gives_sentences_statements_and_words(tmp_path):
    (tmp_path / "codebook.yml").write_text("title: T\n")
    (tmp_path / "a.txt").write_text("The minister said that the bridge is closed.\n")
    found = tables.build(load(tmp_path), cached=False)
    assert len(found.sentences) == 1 and len(found.statements) == 1 and len(found.words)
    for name in ("mentions", "frames", "stances"):
        assert list(getattr(found, name).columns) == tables.COLUMNS[name] and getattr(found, name).empty


def test_a_story_too_long_for_one_doc_is_cut_between_sentences(monkeypatch):
    monkeypatch.setattr(segment, "LONGEST", 200)
    raw = (
        "A headline for the long story\n\n"
        + " ".join(f"This is sentence number {i} of the story." for i in range(40))
        + "\n"
    )
    sentences, stories = segment.stories(Document("x.txt", "X", held=raw, name="x"))
    assert len(sentences) == 41 and len(stories) > 5 and {story.name for story in stories} == {"x-1"}
    for story in stories:
        for _, start, end in story.sentences:
            a, b = story.raw(start, end)
            assert raw[a:b] == story.text[start:end]


def test_headlines_are_read_in_the_case_of_a_sentence():
    names = frozenset({"Rome", "Council"})
    assert segment.sentence_case("Rome Rebukes Critics of the Council", names) == "Rome rebukes critics of the Council"
    assert (
        segment.sentence_case("Talks with the Council in Rome fail again today", names)
        == "Talks with the Council in Rome fail again today"
    )
    assert segment.sentence_case("UN Chief Calls for Calm", names) == "UN chief calls for calm"


@pytest.mark.parametrize(
    "entry, text, found",
    [
        ("ally", "Allies and an ally met.", ["Allies", "ally"]),
        ("back/VERB", "They back us, back to back.", ["back"]),
        ("militar*", "militarism and military men", ["militarism", "military"]),
        ("show of force", "A show of force it was.", ["show of force"]),
        ("unite ... front", "They united in one common front.", ["united in one common front"]),
        ("unite ... front", "They united. The front was cold.", []),
        ("a ... the ... end", "A sum the others name at the end.", ["A sum the others name at the end"]),
        ("anti-war", "An anti-war march.", ["anti-war"]),
        ("counter <rivals>", "They countered Rome at sea.", ["countered Rome"]),
    ],
)
def test_the_syntax_of_the_codebook_s_words(entry, text, found):
    nlp = test_the_syntax_of_the_codebook_s_words.nlp
    doc = nlp(text)
    rivals = {token.i: token.i + 1 for token in doc if token.text == "Rome"}
    lexicon = Lexicon({"key": [entry]}, nlp.tokenizer)
    assert [doc[a:b].text for _, a, b, _ in lexicon.find(doc, {"rivals": rivals})] == found


test_the_syntax_of_the_codebook_s_words.nlp = pipeline()


def test_an_entry_with_many_gaps_takes_no_longer_than_a_phrase():
    nlp = test_the_syntax_of_the_codebook_s_words.nlp
    text, entry = "the " * 200 + "end", "the ... " * 30 + "zzz"
    assert Lexicon({"key": [entry]}, nlp.tokenizer).find(nlp(text)) == []  # in steps of all its ways: 5 ** 30


def test_an_exclusion_cancels_the_match_it_covers():
    nlp = pipeline()
    lexicon = Lexicon({"unity": ["unite", "united"]}, nlp.tokenizer, {"unity": ["united states"]})
    assert [start for _, start, _, _ in lexicon.find(nlp("The United States is united."))] == [4]


def test_components_work_on_a_plain_doc():
    book = Codebook.model_validate(
        {
            "title": "T",
            "actors": {"R": {"name": "Rome", "kind": "state"}},
            "frames": {"f": {"words": ["war"]}},
            "narrative": {"claim": "C", "arguments": {"a": {"side": "for", "cues": ["war"]}}},
        }
    )
    doc = pipeline(book)("Rome said that there is no war.")
    assert [span.text for span in doc.spans["frames"]] == ["war"]
    assert [(span.label_, row["holder"]) for span, row in spans.read(doc, "stances")] == [("deny", "R")]


def test_several_processes_make_the_same_tables(tmp_path, monkeypatch):
    """Two files that begin alike keep identifiers of their own."""
    (tmp_path / "codebook.yml").write_text("title: T\nactors: {R: {name: Rome, kind: state}}\n")
    for i in range(5):
        (tmp_path / f"paper_{i}.txt").write_text(
            f"Rome said that the bridge number {i} is closed. It will open soon.\n"
        )
    study = load(tmp_path)
    monkeypatch.setattr(parts, "PART", 2)
    one, two = tables.build(study, cached=False), tables.build(study, cached=False, workers=2)
    assert one.sentences["sentence"].is_unique and len(one.sentences) == 10
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, getattr(two, name))
